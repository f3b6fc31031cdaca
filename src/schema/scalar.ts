import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { builder } from './builder.ts';

const refuse = (what: string): never => {
  throw new GraphQLError(what);
};
/** Whatever is wrong with a value that stands in the document is told with its place there. */
const located =
  <T>(read: (node: ValueNode) => T) =>
  (node: ValueNode): T => {
    try {
      return read(node);
    } catch (error) {
      throw error instanceof GraphQLError ? new GraphQLError(error.message, { nodes: node }) : error;
    }
  };
const literal = <T>(read: (value: unknown) => T) =>
  located((node) =>
    node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT
      ? read(node.value)
      : refuse('A plain value is expected.'),
  );

const safeInt = (value: unknown): number => {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number)
    ? number
    : refuse('SafeInt takes a whole number between -(2^53 - 1) and 2^53 - 1.');
};

builder.scalarType('SafeInt', {
  description: 'A whole number between -(2^53 - 1) and 2^53 - 1.',
  serialize: safeInt,
  parseValue: (value) => (typeof value === 'number' ? safeInt(value) : refuse('SafeInt takes a number.')),
  parseLiteral: located((node) => (node.kind === Kind.INT ? safeInt(node.value) : refuse('SafeInt takes a number.'))),
});

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const dateTime = (value: unknown): Date => {
  const date = typeof value === 'string' && instant.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime()) || !sameDay(String(value), date)) {
    return refuse('DateTime takes a real instant as 2026-11-22T12:00:00Z.');
  }
  return date;
};
/** JavaScript rolls 31 February over into March; here it is no date. */
const sameDay = (text: string, date: Date) => {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  return isDay && date.getUTCFullYear() > 0 && date.getUTCFullYear() < 10_000;
};

builder.scalarType('DateTime', {
  description: 'An instant in ISO 8601 with its zone, answered in UTC with milliseconds: `2026-11-22T12:00:00.000Z`.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : refuse('DateTime is not a date.')),
  parseValue: dateTime,
  parseLiteral: literal(dateTime),
});

/** From here on a number with a point has digits behind it that JSON's numbers cannot hold. */
const mostExact = 1e15;

const decimal = (value: unknown): string => {
  if (typeof value === 'number' && !Number.isSafeInteger(value) && Math.abs(value) >= mostExact)
    return refuse('Decimal takes a number of more than 15 digits as text alone, as "1234567890123456.78".');
  const text = typeof value === 'number' && Number.isFinite(value) ? plain(value) : value;
  return typeof text === 'string' && /^-?\d{1,20}(\.\d{1,10})?$/.test(text)
    ? text
    : refuse('Decimal takes up to 20 digits before and 10 after the point, as "1234.50".');
};
/** 1e-7 is a number in JSON, but not as digits; what has more digits behind the point than we keep stays as it is. */
function plain(value: number): string {
  if (!String(value).includes('e')) return String(value);
  const text = value.toFixed(10).replace(/\.?0+$/, '');
  return Number(text) === value ? text : String(value);
}

builder.scalarType('Decimal', {
  description: 'An exact decimal number, answered as text: `"5000.00"`. Taken as text or number.',
  serialize: (value) => String(value),
  parseValue: decimal,
  parseLiteral: literal(decimal),
});

const base64 = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)
    ? Buffer.from(value, 'base64')
    : refuse('Base64 takes bytes in base64.');
};

builder.scalarType('Base64', {
  description: 'Bytes in base64.',
  serialize: (value) => Buffer.from(value as Uint8Array).toString('base64'),
  parseValue: base64,
  parseLiteral: literal(base64),
});

builder.scalarType('Json', {
  description: 'Any JSON value, answered as it is; never taken.',
  serialize: (value) => value,
  parseValue: () => refuse('Json is answered only.'),
});
