import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Tx } from './client.ts';
import { quoted } from './flat.ts';
import { connectionOf, organizationOf } from './own.ts';

interface Insertion {
  text: string;
  given: readonly (readonly [name: string, column: PgColumn])[];
}

/** Texts by table and the columns that are given: that of a wide table costs more to put together than to send. */
const insertions = new LRUCache<string, Insertion>({ max: 500 });

function insertionOf(table: PgTable, names: readonly string[]): Insertion {
  const key = [getTableName(table), ...names].join(' ');
  const known = insertions.get(key);
  if (known) return known;
  const columns = getTableColumns(table);
  const given = names.flatMap((name) => (columns[name] ? [[name, columns[name]] as const] : []));
  const into = ['organization_id', ...given.map(([, { name }]) => name)].map(quoted).join(', ');
  const values = ['$1::bigint', ...given.map((_, i) => `$${i + 2}`)].join(', ');
  const all = Object.values(columns).map(({ name }) => quoted(name));
  const text = `insert into ${quoted(getTableName(table))} (${into}) values (${values}) returning ${all.join(', ')}`;
  insertions.set(key, { text, given });
  return { text, given };
}

/**
 * Inserts a row of plain values into the transaction's organization, and returns it whole: what Drizzle does, without taking the same
 * statement apart and putting it together for each row.
 */
export async function insertOne<T extends PgTable>(
  tx: Tx,
  table: T,
  row: Readonly<Partial<Omit<T['$inferInsert'], 'organizationId'>>>,
): Promise<T['$inferSelect']> {
  const values: Readonly<Record<string, unknown>> = row;
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  const { text, given } = insertionOf(table, names);
  const parameters = given.map(([name, column]) =>
    values[name] === null ? null : column.mapToDriverValue(values[name]),
  );
  const own = String(organizationOf(tx));
  const [made] = await connectionOf(tx)
    .unsafe(text, [own, ...parameters] as never[])
    .values();
  const told: Record<string, unknown> = {};
  for (const [at, [name, column]] of Object.entries(getTableColumns(table)).entries()) {
    const value: unknown = made?.[at];
    told[name] = value === null ? null : column.mapFromDriverValue(value);
  }
  return told;
}
