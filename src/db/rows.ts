import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Tx } from './client.ts';
import { quoted } from './flat.ts';
import { connectionOf, organizationOf } from './own.ts';

// What Drizzle does with rows of plain values, without taking the same statement apart and putting it together for each one: that of a
// wide table costs more to put together than to send.

/** Values by property; those that are absent are not said. */
type Values = Readonly<Record<string, unknown>>;
type RowOf<T extends PgTable> = T['$inferSelect'];
type ChangeOf<T extends PgTable> = Readonly<Partial<Omit<T['$inferInsert'], 'organizationId'>>>;

/** Texts by what they do, of which table, and of which columns. */
const texts = new LRUCache<string, string>({ max: 500 });

function unknown(table: PgTable, name: string): never {
  throw new Error(`${name} is no column of ${getTableName(table)}`);
}

/** The text of a statement, put together once. */
export function textOnce(key: string, make: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    text = make();
    texts.set(key, text);
  }
  return text;
}

/** Sends a statement of the transaction's organization, which is its `$1`: rows of these columns, in their order. */
export async function rowsTold(
  tx: Tx,
  columns: Readonly<Record<string, PgColumn>>,
  text: string,
  parameters: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const sent = connectionOf(tx).unsafe(text, [String(organizationOf(tx)), ...parameters] as never[]);
  const entries = Object.entries(columns);
  return (await sent.values()).map((values) => {
    const row: Record<string, unknown> = {};
    for (const [at, [name, column]] of entries.entries()) {
      const value: unknown = values[at];
      row[name] = value === null ? null : column.mapFromDriverValue(value);
    }
    return row;
  });
}

/** One statement on one row of a table, which it returns whole. */
async function one<T extends PgTable>(
  tx: Tx,
  table: T,
  verb: string,
  said: readonly Values[],
  textOf: (names: readonly (readonly string[])[], returned: string) => string,
): Promise<RowOf<T> | null> {
  const columns: Record<string, PgColumn> = getTableColumns(table);
  const columnOf = (name: string) => columns[name] ?? unknown(table, name);
  const names = said.map((values) => Object.keys(values).filter((name) => values[name] !== undefined));
  const text = textOnce([verb, getTableName(table), ...names].join(' '), () => {
    const given = names.map((list) => list.map((name) => quoted(columnOf(name).name)));
    return textOf(
      given,
      Object.values(columns)
        .map(({ name }) => quoted(name))
        .join(', '),
    );
  });
  const parameters = names.flatMap((list, i) =>
    list.map((name) => {
      const value = said[i]?.[name];
      return value === null ? null : columnOf(name).mapToDriverValue(value);
    }),
  );
  const [row] = await rowsTold(tx, columns, text, parameters);
  return row ?? null;
}

/** `name = $n` for each, from `$first` on. */
const equal = (names: readonly string[], first: number) => names.map((name, i) => `${name} = $${first + i}`);
const own = '"organization_id" = $1::bigint';

/** Inserts a row into the transaction's organization, and returns it whole. */
export async function insertOne<T extends PgTable>(tx: Tx, table: T, row: ChangeOf<T>): Promise<RowOf<T>> {
  const made = await one(tx, table, 'insert', [row], ([names = []], returned) => {
    const into = ['"organization_id"', ...names].join(', ');
    const values = ['$1::bigint', ...names.map((_, i) => `$${i + 2}`)].join(', ');
    return `insert into ${quoted(getTableName(table))} (${into}) values (${values}) returning ${returned}`;
  });
  if (!made) throw new Error('An insertion returned nothing.');
  return made;
}

/** Changes the row of the transaction's organization that has these values, and returns it whole; null when there is none. */
export function updateOne<T extends PgTable>(
  tx: Tx,
  table: T,
  where: Partial<RowOf<T>>,
  set: ChangeOf<T>,
): Promise<RowOf<T> | null> {
  return one(tx, table, 'update', [set, where], ([changed = [], known = []], returned) => {
    const conditions = [own, ...equal(known, 2 + changed.length)].join(' and ');
    return `update ${quoted(getTableName(table))} set ${equal(changed, 2).join(', ')} where ${conditions} returning ${returned}`;
  });
}

/**
 * The row of the transaction's organization that has these values, or null; `locked`: against other writers, until the transaction ends.
 */
export function findOne<T extends PgTable>(
  tx: Tx,
  table: T,
  where: Partial<RowOf<T>>,
  locked = false,
): Promise<RowOf<T> | null> {
  return one(tx, table, locked ? 'lock' : 'select', [where], ([known = []], returned) => {
    const conditions = [own, ...equal(known, 2)].join(' and ');
    const lock = locked ? ' for no key update' : '';
    return `select ${returned} from ${quoted(getTableName(table))} where ${conditions} limit 1${lock}`;
  });
}
