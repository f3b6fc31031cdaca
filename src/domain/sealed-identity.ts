import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import type { Vault } from '../vault.ts';

type Table = 'customers' | 'directory_entries';

/** Where a national number is sealed. */
export function identityPlace(organizationId: number, table: Table, rowId: number) {
  return { organizationId, table, column: 'identity_sealed', rowId };
}

/** Whose number it is: a row that is there, or one to be made. */
interface Owner {
  tx: Tx;
  vault: Vault;
  organizationId: number;
  table: Table;
  current: { id: number; identitySealed: Buffer | null } | null;
}

/**
 * The columns of a national number, sealed before it meets SQL and bound to its row: a new row's id is taken for it. The same
 * number again keeps its old seal; an omission changes nothing; null or empty clears.
 */
export async function sealIdentity(owner: Owner, identity: string | null | undefined) {
  const { tx, vault, organizationId, table, current } = owner;
  if (identity === undefined) return {};
  if (!identity) return { identitySealed: null, identityIndex: null };
  const place = (rowId: number) => identityPlace(organizationId, table, rowId);
  if (current?.identitySealed && vault.open(place(current.id), current.identitySealed) === identity) return {};
  const next = sql`select nextval(pg_get_serial_sequence(${table}, 'id')) as id`;
  const id = current?.id ?? Number((await tx.execute<{ id: string }>(next))[0]?.id);
  return {
    ...(!current && { id }),
    identitySealed: vault.seal(place(id), identity),
    identityIndex: vault.index(organizationId, identity),
  };
}
