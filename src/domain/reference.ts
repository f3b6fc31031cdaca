import { eq, getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../db/client.ts';
import { type ErrorCode, type Fault, fault } from '../errors.ts';

/** One unique identity of a record: its integer, or the value of a unique column. */
export type Identity = { id: number } | { reference: string } | { customerNumber: number } | { uniqueId: string };

/** A table whose records are found by such an identity. */
export type IdentityTable = PgTable & { id: AnyPgColumn; organizationId: AnyPgColumn };

/** The condition of an identity on its table. */
export function whereIdentity(table: IdentityTable, identity: Identity) {
  const [[property, value] = ['id', 0]] = Object.entries(identity);
  const column = getTableColumns(table)[property];
  if (!column) throw new Error(`${property} identifies no row of this table`);
  return eq(column, value);
}

/** The integer of the record that an input points at; a fault at that input when it is not there. */
export async function resolveReference(
  tx: Tx,
  table: IdentityTable,
  identity: Identity,
  missing: ErrorCode,
  path: readonly (string | number)[],
  faults: Fault[],
): Promise<number | null> {
  const [row] = await tx.select({ id: table.id }).from(table).where(whereIdentity(table, identity)).limit(1);
  if (row) return Number(row.id);
  faults.push(fault(missing, path));
  return null;
}
