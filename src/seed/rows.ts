import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../db/client.ts';

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

/**
 * Inserts any number of rows, as JSON that Postgres takes apart: a third of the time of a statement with fifty thousand
 * parameters. A column that only some rows name is null in the others, whatever its default.
 */
export async function insertRows<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => given.has(key));
  const names = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const part = rows.slice(at, at + rowsPerStatement).map((row) => {
      const values = new Map<string, unknown>(Object.entries(row));
      return Object.fromEntries(columns.map(([key, { name }]) => [name, plain(values.get(key))]));
    });
    await tx.execute(sql`insert into ${table} (${names})
      select ${names} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(part)}::text::jsonb)`);
  }
}

/** Bytes in the text form of bytea; JSON itself turns dates into text. */
function plain(value: unknown): unknown {
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
}
