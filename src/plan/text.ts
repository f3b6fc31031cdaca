import { getTableName } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { GraphQLEnumType, type GraphQLLeafType } from 'graphql';
import { unplanned } from './unplanned.ts';

// Rows leave the database as one text value: concat_ws() of columns between FIELD, rows between ROW, NONE for null. These
// control characters are refused in every input (badText); rows and fields are counted all the same, and what does not
// come out even is executed in the ordinary way.
export const FIELD = '\x1f';
export const ROW = '\x1e';
export const NONE = '\x1d';

/** What a level knows of a row: its columns as Postgres writes them. */
export type Flat = readonly string[];

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const tableName = (table: PgTable) => quoted(getTableName(table));

/** A column as SQL text, never null. */
export function columnSql(column: AnyPgColumn, alias: string): string {
  const name = `${alias}.${quoted(column.name)}`;
  if (column.columnType === 'PgArray') return `coalesce(to_json(${name})::text, E'\\x1d')`;
  if (column.columnType === 'PgCustomColumn') return `coalesce(encode(${name}, 'hex'), E'\\x1d')`;
  if (column.notNull) return name;
  const text = column.columnType === 'PgText' ? name : `${name}::text`;
  return `coalesce(${text}, E'\\x1d')`;
}

/** concat_ws() of any number of texts: a function takes at most a hundred arguments. */
export function rowSql(parts: readonly string[]): string {
  if (parts.length === 1) return `${parts[0]}::text`;
  if (parts.length <= 90) return `concat_ws(E'\\x1f', ${parts.join(', ')})`;
  const groups: string[] = [];
  for (let at = 0; at < parts.length; at += 90) groups.push(rowSql(parts.slice(at, at + 90)));
  return rowSql(groups);
}

/** The rows of a level's text, which begins with their number. */
export function rowsOf(text: string | null | undefined, width: number): Flat[] {
  const [count, ...rows] = (text ?? '').split(ROW);
  if (Number(count) !== rows.length) throw unplanned('a separator in the data');
  return rows.map((row) => {
    const fields = row.split(FIELD);
    if (fields.length !== width) throw unplanned('a separator in the data');
    return fields;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export const quote = (text: string) => (escaped.test(text) ? JSON.stringify(text) : `"${text}"`);

const whole = (text: string) => {
  if (text.length > 15) throw unplanned('a number beyond JavaScript’s');
  return text;
};
const double = (text: string) => {
  const number = Number(text);
  if (!Number.isFinite(number)) throw unplanned('not a finite number');
  return String(number === 0 ? 0 : number);
};
/** `2026-11-22 12:00:00.5+00` as `toISOString` writes it. */
const instant = (text: string) => {
  if (!text.endsWith('+00') || text.length < 22 || text.length > 26 || text[4] !== '-') {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw unplanned('a date beyond JavaScript’s');
    return `"${date.toISOString()}"`;
  }
  const seconds = `"${text.slice(0, 10)}T${text.slice(11, 19)}`;
  if (text.length === 22) return `${seconds}.000Z"`;
  return `${seconds}.${text.slice(20, -3).padEnd(3, '0')}Z"`;
};
const list = (text: string) => (/[\\]|null|[^\x20-\x7e]/.test(text) ? JSON.stringify(strings(text)) : text);
const strings = (text: string): string[] => {
  const values: unknown = JSON.parse(text);
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string'))
    throw unplanned('no list of texts');
  return values;
};

/** How a column's text is written as a value of a GraphQL type; null where only decoding and serializing it tells. */
export function jsonOf(column: AnyPgColumn, leaf: GraphQLLeafType, isList: boolean): ((text: string) => string) | null {
  const { columnType } = column;
  if (isList) return columnType === 'PgArray' && leaf.name === 'String' ? list : null;
  if (leaf instanceof GraphQLEnumType) {
    const words = new Map(leaf.getValues().map(({ name, value }) => [String(value), quote(name)]));
    return (text) => {
      const word = words.get(text);
      if (word === undefined) throw unplanned('no value of the enum');
      return word;
    };
  }
  const writers: Record<string, ((text: string) => string) | undefined> = {
    'PgText String': quote,
    'PgBoolean Boolean': (text) => (text[0] === 't' ? 'true' : 'false'),
    'PgInteger Int': (text) => text,
    'PgInteger SafeInt': (text) => text,
    'PgBigInt53 SafeInt': whole,
    'PgDoublePrecision Float': double,
    'PgNumeric Decimal': (text) => `"${text}"`,
    'PgTimestamp DateTime': instant,
    'PgChar String': quote,
  };
  return writers[`${columnType} ${leaf.name}`] ?? null;
}

/** A column's text as the value that a row of the ordinary way carries. */
export function decoder(column: AnyPgColumn): (text: string) => unknown {
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
      return strings;
    case 'PgJsonb':
      return (text) => JSON.parse(text);
    case 'PgCustomColumn':
      return (text) => Buffer.from(text, 'hex');
    default:
      throw unplanned(`a column of type ${column.columnType}`);
  }
}
