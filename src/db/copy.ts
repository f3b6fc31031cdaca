import { pipeline } from 'node:stream/promises';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { isCluster } from './cluster.ts';
import { connectionOf } from './own.ts';
import { insertFrom } from './recordset.ts';

/** Rows on their way into a table, each a line of text at once: many rows as objects would fill the memory. */
export interface Incoming<T extends PgTable> {
  /** One row, as COPY takes it. */
  line(row: Partial<T['$inferInsert']>): string;
  /** Writes rows that were made lines, in one statement. */
  insert(tx: Tx, lines: readonly string[]): Promise<void>;
}

/**
 * The cheapest way in: COPY into a temporary table, and from there into `table`, under row security as every insert. What a row does
 * not say is as `otherwise` has it; what that does not say either is null, but for `unsaid`, which get their defaults.
 */
export function incoming<T extends PgTable>(
  table: T,
  otherwise: Partial<T['$inferInsert']>,
  unsaid: readonly string[],
): Incoming<T> {
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => !unsaid.includes(key));
  const names: SQL = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  const fallback: Readonly<Record<string, unknown>> = otherwise;
  const usual = columns.map(([key, column]) => cell(column, fallback[key]));
  return {
    line: (row: Readonly<Record<string, unknown>>) => {
      let text = '';
      for (const [at, [key, column]] of columns.entries()) {
        const value = row[key];
        text += `${at === 0 ? '' : '\t'}${value === undefined ? usual[at] : cell(column, value)}`;
      }
      return `${text}\n`;
    },
    insert: async (tx, lines) => {
      await tx.execute(sql`drop table if exists pg_temp.coming`);
      await tx.execute(sql`create temporary table coming on commit drop as select ${names} from ${table} with no data`);
      const into = await connectionOf(tx).unsafe('copy pg_temp.coming from stdin').writable();
      await pipeline([lines.join('')], into);
      const isSpread = await isCluster(connectionOf(tx));
      const statement = isSpread
        ? await fromCoordinator(tx, table, names)
        : sql`insert into ${table} (${names}) select ${names} from pg_temp.coming`;
      await tx.execute(statement);
    },
  };
}

/** Row security lets no COPY into a shard: there the rows travel in a parameter. */
async function fromCoordinator(tx: Tx, table: PgTable, names: SQL): Promise<SQL> {
  const [all] = await tx.execute<{ rows: string }>(
    sql`select jsonb_agg(to_jsonb(c))::text as rows from pg_temp.coming c`,
  );
  return insertFrom(table, {
    names,
    rows: sql`jsonb_populate_recordset(null::${table}, ${all?.rows ?? '[]'}::text::jsonb)`,
  });
}

const special = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in COPY's text form. */
function cell(column: PgColumn, value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const said: unknown = typeof value === 'object' ? column.mapToDriverValue(value) : value;
  const text = Buffer.isBuffer(said) ? `\\x${said.toString('hex')}` : String(said);
  return special.test(text) ? text.replace(/[\\\n\r\t]/g, (letter) => escapes[letter] ?? letter) : text;
}
