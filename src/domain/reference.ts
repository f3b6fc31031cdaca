import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../db/client.ts';
import { ownId } from '../db/own.ts';
import { keptIdOf, keptRow, type References } from '../db/references.ts';
import { type ErrorCode, type Fault, fault } from '../errors.ts';

/** One unique identity of a record: its integer, the value of a unique column, or a reference that may be an integer. */
export type Identity =
  | { id: number }
  | { reference: string }
  | { customerNumber: number }
  | { uniqueId: string }
  | { key: string };

/** A table whose records are found by such an identity. */
export type IdentityTable = PgTable & { id: AnyPgColumn; organizationId: AnyPgColumn };

/** The condition of an identity on its table; of the organization that is said, or the transaction's own. */
export function whereIdentity(table: IdentityTable, identity: Identity, organizationId?: number): SQL {
  if ('key' in identity) return sql`${table.id} = ${idOfKey(table, identity.key, organizationId)}`;
  const [[property, value] = ['id', 0]] = Object.entries(identity);
  const column = getTableColumns(table)[property];
  if (!column) throw new Error(`${property} identifies no row of this table`);
  return eq(column, value);
}

/** The id of the record with this reference, else the number itself: digits that are no reference are an id. */
export function idOfKey(table: IdentityTable, key: string, organizationId?: number): SQL {
  const number = /^[1-9]\d{0,15}$/.test(key) && Number.isSafeInteger(Number(key)) ? Number(key) : -1;
  const own = organizationId === undefined ? ownId : sql`${organizationId}::bigint`;
  return sql`coalesce((select k.id from ${table} k where k.organization_id = ${own} and k.reference = ${key}), ${number}::bigint)`;
}

/** The id of a remembered record; null when there is none, undefined when only the database knows. */
function keptIdentity(references: References, table: IdentityTable, identity: Identity): number | null | undefined {
  if ('id' in identity) return keptRow(references, table, identity.id) && identity.id;
  if ('reference' in identity) return keptIdOf(references, table, identity.reference);
  return undefined;
}

/** Where records are looked for: in the transaction, and among what is remembered, if anything is. */
export interface Looking {
  tx: Tx;
  references?: References | null;
  /** What is known for certain without asking: the id, null when there is none, undefined where only the database knows. */
  known?: (table: IdentityTable, identity: Identity) => number | null | undefined;
}

/** The integer of the record that an input points at; a fault at that input when it is not there. */
export async function resolveReference(
  looking: Looking,
  table: IdentityTable,
  identity: Identity,
  missing: ErrorCode,
  path: readonly (string | number)[],
  faults: Fault[],
): Promise<number | null> {
  const kept = looking.references && keptIdentity(looking.references, table, identity);
  if (kept) return kept;
  const id = await idOf(looking, table, identity);
  if (id === null) faults.push(fault(missing, path));
  return id;
}

/** The integer of the record with this identity; null when there is none. */
export async function idOf({ tx, known }: Looking, table: IdentityTable, identity: Identity): Promise<number | null> {
  const told = known?.(table, identity);
  if (told !== undefined) return told;
  const [row] = await tx.select({ id: table.id }).from(table).where(whereIdentity(table, identity)).limit(1);
  return row ? Number(row.id) : null;
}
