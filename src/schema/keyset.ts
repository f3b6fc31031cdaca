import { is, type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, getTableConfig, PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { ApiError, fault } from '../errors.ts';

/** One sort key of a list: what to compare, as which Postgres type, and which way. */
export interface Key {
  /** The order field's name, which a cursor carries so that it is refused in another order. */
  name: string;
  expression: AnyPgColumn | SQL;
  type: 'text' | 'bigint' | 'numeric' | 'boolean' | 'timestamptz' | 'double precision';
  descending: boolean;
  nullable: boolean;
}

/** The columns that stand behind the organization in an index of all rows, by table. */
const ordered = new Map<PgTable, ReadonlySet<string>>();

function orderedColumns(table: PgTable): ReadonlySet<string> {
  const known = ordered.get(table);
  if (known) return known;
  const { primaryKeys, uniqueConstraints, indexes } = getTableConfig(table);
  const whole = indexes.map(({ config }) => config).filter(({ where }) => !where);
  const names = [...primaryKeys, ...uniqueConstraints, ...whole].flatMap(({ columns: [, second] }) =>
    second && 'name' in second && second.name ? [second.name] : [],
  );
  const found = new Set(names);
  ordered.set(table, found);
  return found;
}

/** Whether an index of each organization's rows has this order. */
export const isIndexed = (expression: Key['expression']): boolean =>
  is(expression, PgColumn) && orderedColumns(expression.table).has(expression.name);

/** `order by` of the keys; read backwards, every direction is turned. Nulls come last ascending, first descending. */
export function orderSql(keys: readonly Key[], backwards: boolean): SQL {
  const parts = keys.map((key) =>
    key.descending !== backwards ? sql`${key.expression} desc` : sql`${key.expression} asc`,
  );
  return sql.join(parts, sql`, `);
}

const shape = (keys: readonly Key[]) => keys.map((key) => (key.descending ? '-' : '') + key.name).join(',');

/** A row's place in a list: its sort keys as Postgres writes them, so that nothing is rounded. */
export function cursorOf(keys: readonly Key[], values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([shape(keys), ...values])).toString('base64url');
}

/** The sort keys in a cursor; CURSOR_INVALID when it is none, or of a list in another order. */
export function parseCursor(keys: readonly Key[], cursor: string, argument: string): (string | null)[] {
  const bad = () => new ApiError('CURSOR_INVALID', [fault('CURSOR_INVALID', [argument])]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw bad();
  }
  if (!Array.isArray(parsed) || parsed.length !== keys.length + 1 || parsed[0] !== shape(keys)) throw bad();
  return parsed.slice(1).map((value: unknown, i) => {
    const key = keys[i];
    if (key && value === null && key.nullable) return null;
    if (!key || typeof value !== 'string' || !readable[key.type].test(value)) throw bad();
    return value;
  });
}

/** What each type looks like as text, so that a forged cursor never reaches a cast. */
const readable: Record<Key['type'], RegExp> = {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what must not be there.
  text: /^[^\u0000]*$/,
  bigint: /^-?\d{1,18}$/,
  numeric: /^-?\d{1,40}(\.\d{1,20})?$/,
  boolean: /^(true|false)$/,
  timestamptz: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/,
  'double precision': /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/,
};

/**
 * The rows behind a place in the order (ahead of it when `backwards`). Keys that all go one way and are never null
 * become one row comparison, which an index serves; others are spelt out key by key, beside a bound for the index of the first.
 */
export function after(keys: readonly Key[], values: readonly (string | null)[], backwards: boolean): SQL {
  const first = keys[0];
  if (first && keys.every((key) => !key.nullable && key.descending === first.descending)) {
    const left = sql.join(
      keys.map((key) => sql`${key.expression}`),
      sql`, `,
    );
    const right = sql.join(
      keys.map((key, i) => cast(values[i] ?? null, key)),
      sql`, `,
    );
    return first.descending !== backwards ? sql`(${left}) < (${right})` : sql`(${left}) > (${right})`;
  }
  const spelt = behind(keys, values, backwards, 0);
  if (!first || first.nullable) return spelt;
  const given = cast(values[0] ?? null, first);
  const bound =
    first.descending !== backwards ? sql`${first.expression} <= ${given}` : sql`${first.expression} >= ${given}`;
  return sql`(${bound} and ${spelt})`;
}

function behind(keys: readonly Key[], values: readonly (string | null)[], backwards: boolean, at: number): SQL {
  const key = keys[at];
  if (!key) return sql`false`;
  const value = values[at] ?? null;
  const down = key.descending !== backwards;
  const rest = behind(keys, values, backwards, at + 1);
  if (value === null) {
    const same = sql`(${key.expression} is null and ${rest})`;
    return down ? sql`(${key.expression} is not null or ${same})` : same;
  }
  const given = cast(value, key);
  const same = sql`(${key.expression} = ${given} and ${rest})`;
  if (down) return sql`(${key.expression} < ${given} or ${same})`;
  return key.nullable
    ? sql`(${key.expression} > ${given} or ${key.expression} is null or ${same})`
    : sql`(${key.expression} > ${given} or ${same})`;
}

/** By way of text: the driver writes a parameter of type boolean as `f` unless it is `true` itself. */
const cast = (value: string | null, key: Key) => sql`${value}::text::${sql.raw(key.type)}`;
