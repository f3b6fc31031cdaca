import { getTableName } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { ownerColumn } from './own.ts';

// Rows leave the database as one text: their columns side by side, BETWEEN all of them, NONE for null. To read thousands of
// single values costs the driver a microsecond each. These control characters are refused in every input (badText); texts
// are counted all the same.
const BETWEEN = '\x1f';
/** What stands for null. */
export const NONE = '\x1d';

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const tableName = (table: PgTable) => quoted(getTableName(table));
export const nameOf = (column: AnyPgColumn) => `${tableName(column.table as PgTable)}.${quoted(column.name)}`;
/** Said beside row security: the keys begin with it, and so do the shards. */
export function wallOf(table: PgTable): string {
  const owner = ownerColumn(table);
  if (!owner) throw new Error(`${tableName(table)} is nobody's`);
  return `${tableName(table)}.${owner.name} = $1::bigint`;
}

/** An SQL expression as text, never null. */
export const orNone = (expression: string) => `coalesce((${expression})::text, E'\\x1d')`;

/** A column as SQL text, never null. */
export function columnSql(column: AnyPgColumn): string {
  const name = nameOf(column);
  if (column.columnType === 'PgArray') return orNone(`to_json(${name})`);
  if (column.columnType === 'PgCustomColumn') return orNone(`encode(${name}, 'hex')`);
  return column.notNull ? name : orNone(name);
}

/** The texts of one row. A function takes at most a hundred arguments. `concat_ws` measures every text twice. */
export function rowSql(cells: readonly string[]): string {
  if (cells.length <= 90) return `format(E'${cells.map(() => '%s').join('\\x1f')}', ${cells.join(', ')})`;
  const groups: string[] = [];
  for (let at = 0; at < cells.length; at += 90) groups.push(rowSql(cells.slice(at, at + 90)));
  return rowSql(groups);
}

/** The texts of all rows `r`, behind their number; null when there are none. */
export const rowsSql = (from: string) => `(select count(*) || E'\\x1f' || string_agg(r, E'\\x1f') from ${from})`;

/** What `rowsSql` brought, the first row's texts from 1 on; null when a separator in the data makes them unreadable. */
export function cellsOf(text: string | null | undefined, width: number): string[] | null {
  const cells = (text ?? '').split(BETWEEN);
  return cells.length === Number(cells[0]) * width + 1 ? cells : null;
}

const decoders = new WeakMap<AnyPgColumn, (text: string) => unknown>();

/** A column's text as the value that a row of the ordinary way carries; it may be shared, so nobody changes it. */
export function decoder(column: AnyPgColumn): (text: string) => unknown {
  const decode = decoders.get(column) ?? newDecoder(column);
  decoders.set(column, decode);
  return decode;
}

function newDecoder(column: AnyPgColumn): (text: string) => unknown {
  switch (column.columnType) {
    case 'PgText':
    case 'PgChar':
    case 'PgNumeric':
      return (text) => text;
    case 'PgBoolean':
      return (text) => text[0] === 't';
    case 'PgInteger':
    case 'PgBigInt53':
    case 'PgDoublePrecision':
      return Number;
    case 'PgTimestamp':
      return (text) => new Date(text);
    case 'PgArray':
    case 'PgJsonb':
      return lastly((text) => JSON.parse(text));
    case 'PgCustomColumn':
      return (text) => Buffer.from(text, 'hex');
    default:
      throw new Error(`no text of a ${column.columnType} can be read`);
  }
}

/** What is made of a text, and of what goes by it, made once while the same text comes. */
export function lastly<T, More extends unknown[]>(make: (text: string, ...more: More) => T) {
  let last: { text: string; made: T } | undefined;
  return (text: string, ...more: More): T => {
    if (last?.text !== text) last = { text, made: make(text, ...more) };
    return last.made;
  };
}
