import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { GraphQLEnumType, type GraphQLOutputType, getNullableType } from 'graphql';
import { giveUp } from './unplanned.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export const quote = (text: string) => (escaped.test(text) ? JSON.stringify(text) : `"${text}"`);

const whole = (text: string) => {
  if (text.length > 15) giveUp('a number beyond JavaScript’s');
  return text;
};
const double = (text: string) => {
  const number = Number(text);
  if (!Number.isFinite(number)) giveUp('not a finite number');
  return String(number === 0 ? 0 : number);
};
/** `2026-11-22 12:00:00.5+00` as `toISOString` writes it. */
const instant = (text: string) => {
  if (!text.endsWith('+00') || text.length < 22 || text.length > 26 || text[4] !== '-') {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) giveUp('a date beyond JavaScript’s');
    return `"${date.toISOString()}"`;
  }
  if (text.length === 26) return `"${text.slice(0, 10)}T${text.slice(11, 23)}Z"`;
  const fraction = text.length === 22 ? '000' : text.slice(20, -3).padEnd(3, '0');
  return `"${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z"`;
};
type ToJson = (text: string) => string;
/** Behind a name: joined to it with the value's own quotes, which costs less than to join it to a quoted value. */
const behind =
  (write: ToJson) =>
  (name: string): ToJson =>
  (text) =>
    name + write(text);
const quotedBehind = (name: string): ToJson => {
  const opened = `${name}"`;
  return (text) => (escaped.test(text) ? name + JSON.stringify(text) : `${opened}${text}"`);
};

const writers: Record<string, ((name: string) => ToJson) | undefined> = {
  'PgText String': quotedBehind,
  'PgBoolean Boolean': behind((text) => (text[0] === 't' ? 'true' : 'false')),
  'PgInteger Int': behind((text) => text),
  'PgInteger SafeInt': behind((text) => text),
  'PgBigInt53 SafeInt': behind(whole),
  'PgDoublePrecision Float': behind(double),
  'PgNumeric Decimal': quotedBehind,
  'PgTimestamp DateTime': behind(instant),
  'PgChar String': quotedBehind,
};

/** How a column's text is written behind a name as a value of a GraphQL type; null where only decoding and serializing it tells. */
export function jsonOf(name: string, { columnType }: AnyPgColumn, type: GraphQLOutputType): ToJson | null {
  const leaf = getNullableType(type);
  if (!(leaf instanceof GraphQLEnumType)) return writers[`${columnType} ${String(leaf)}`]?.(name) ?? null;
  const words = new Map(leaf.getValues().map((one) => [String(one.value), name + quote(one.name)]));
  return (text) => words.get(text) ?? giveUp('no value of the enum');
}
