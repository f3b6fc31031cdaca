import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { GraphQLEnumType, type GraphQLOutputType, getNullableType } from 'graphql';
import { giveUp } from './unplanned.ts';

/** How a column's text is told as a value of a GraphQL type. */
export interface Leaf {
  /** As JSON has it, but for the quotes of a string. */
  word(text: string): string;
  /** As a value, when that is no string. */
  value?(text: string): number | boolean;
}

const same = (text: string) => text;
const whole = (text: string) => {
  if (text.length > 15) giveUp('a number beyond JavaScript’s');
  return text;
};
const double = (text: string) => {
  const number = Number(text);
  if (!Number.isFinite(number)) giveUp('not a finite number');
  return number === 0 ? 0 : number;
};
const isTrue = (text: string) => text[0] === 't';
/** `2026-11-22 12:00:00.5+00` as `toISOString` writes it. */
const instant = (text: string) => {
  if (!text.endsWith('+00') || text.length > 26 || text[4] !== '-') giveUp('a year of more than four digits');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`;
};

const leaves: Record<string, Leaf | undefined> = {
  'PgText String': { word: same },
  'PgChar String': { word: same },
  'PgNumeric Decimal': { word: same },
  'PgTimestamp DateTime': { word: instant },
  'PgInteger Int': { word: same, value: Number },
  'PgInteger SafeInt': { word: same, value: Number },
  'PgBigInt53 SafeInt': { word: whole, value: (text) => Number(whole(text)) },
  'PgDoublePrecision Float': { word: (text) => String(double(text)), value: double },
  'PgBoolean Boolean': { word: (text) => String(isTrue(text)), value: isTrue },
};

/** How a column is told as a type; undefined where only decoding and serializing it tells. */
export function leafOf({ columnType }: AnyPgColumn, type: GraphQLOutputType): Leaf | undefined {
  const named = getNullableType(type);
  if (!(named instanceof GraphQLEnumType)) return leaves[`${columnType} ${String(named)}`];
  const words = new Map(named.getValues().map((one) => [String(one.value), one.name]));
  return { word: (text) => words.get(text) ?? giveUp('no value of the enum') };
}
