import { getTableName, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../db/client.ts';
import { insertFrom, recordset } from '../db/recordset.ts';

const rowsPerStatement = 1000;

/** Takes so many identities of a table, in order: a sealed value is bound to its row's before the row is there. */
export async function reserveIds(tx: Tx, table: PgTable, count: number): Promise<number[]> {
  const sequence = `${getTableName(table)}_id_seq`;
  const rows = await tx.execute<{ id: string }>(
    sql`select nextval(${sequence}::text::regclass)::text as id from generate_series(1, ${count}::int)`,
  );
  return rows.map(({ id }) => Number(id));
}

/** The same for one row. */
export async function reserveId(tx: Tx, table: PgTable): Promise<number> {
  const [id] = await reserveIds(tx, table, 1);
  if (id === undefined) throw new Error(`No identity came from ${getTableName(table)}.`);
  return id;
}

/** Inserts any number of rows of one organization. A column that only some rows name is null in the others, whatever its default. */
export async function insertRows<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: readonly (T['$inferInsert'] & { organizationId?: number | undefined })[],
): Promise<void> {
  const owner = sql`${rows[0]?.organizationId}::bigint`;
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const part = rows.slice(at, at + rowsPerStatement).map(({ organizationId: _, ...row }) => row);
    await tx.execute(insertFrom(table, recordset(table, part as never), owner));
  }
}
