import { and, or, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { ApiError, fault } from '../errors.ts';
import { likePattern } from '../values/wildcard.ts';
import { builder } from './builder.ts';

export const TextFilter = builder.inputType('TextFilter', {
  description: 'Conditions on a text; all that are given must hold.',
  fields: (t) => ({
    equals: t.string({ description: 'The same text.' }),
    in: t.stringList({ description: 'One of these texts.' }),
    contains: t.string({ description: 'This text somewhere inside.' }),
    startsWith: t.string({ description: 'This text at the start.' }),
    like: t.string({
      description: '`*` stands for any text: `*ef-6*`. Without one, equality. `%` and `_` mean themselves.',
    }),
    isNull: t.boolean({ description: 'True: no value. False: any value.' }),
    ignoreCase: t.boolean({ description: 'Compare without regard to upper and lower case.' }),
  }),
});
export const IntFilter = builder.inputType('IntFilter', {
  description: 'Conditions on a whole number; all that are given must hold.',
  fields: (t) => ({
    equals: t.field({ type: 'SafeInt', description: 'This number.' }),
    in: t.field({ type: ['SafeInt'], description: 'One of these numbers.' }),
    gt: t.field({ type: 'SafeInt', description: 'Greater than.' }),
    gte: t.field({ type: 'SafeInt', description: 'Greater than or equal.' }),
    lt: t.field({ type: 'SafeInt', description: 'Less than.' }),
    lte: t.field({ type: 'SafeInt', description: 'Less than or equal.' }),
    isNull: t.boolean({ description: 'True: no value. False: any value.' }),
  }),
});
export const DecimalFilter = builder.inputType('DecimalFilter', {
  description: 'Conditions on a decimal number; all that are given must hold.',
  fields: (t) => ({
    gt: t.field({ type: 'Decimal', description: 'Greater than.' }),
    gte: t.field({ type: 'Decimal', description: 'Greater than or equal.' }),
    lt: t.field({ type: 'Decimal', description: 'Less than.' }),
    lte: t.field({ type: 'Decimal', description: 'Less than or equal.' }),
    isNull: t.boolean({ description: 'True: no value. False: any value.' }),
  }),
});
export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'Conditions on an instant; all that are given must hold.',
  fields: (t) => ({
    gt: t.field({ type: 'DateTime', description: 'Later than.' }),
    gte: t.field({ type: 'DateTime', description: 'Later than or at.' }),
    lt: t.field({ type: 'DateTime', description: 'Earlier than.' }),
    lte: t.field({ type: 'DateTime', description: 'Earlier than or at.' }),
    wholeSeconds: t.boolean({ description: 'Compare whole seconds, for callers that know no fractions.' }),
  }),
});

type Text = typeof TextFilter.$inferInput;
type Range = { gt?: unknown; gte?: unknown; lt?: unknown; lte?: unknown; isNull?: boolean | null | undefined };

/** How a column that has a search index of its own answers a pattern; row security keeps LIKE from using any other. */
export type PatternSearch = (pattern: string, ignoreCase: boolean) => SQL;

const has = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
const texts = (values: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
/** Texts in the database's lower case, as an array. */
export const lowerTexts = (values: readonly string[]): SQL => sql`array(select lower(v) from ${texts(values)} as t(v))`;

/** A text filter as a condition; undefined when nothing is asked. */
export function textWhere(
  column: AnyPgColumn | SQL,
  filter: Text | null | undefined,
  search?: PatternSearch,
): SQL | undefined {
  if (!filter) return undefined;
  const lower = filter.ignoreCase === true;
  const side = lower ? sql`lower(${column})` : sql`${column}`;
  const value = (text: string) => (lower ? sql`lower(${text})` : sql`${text}`);
  const like = (pattern: string) =>
    search ? search(pattern, lower) : lower ? sql`${column} ilike ${pattern}` : sql`${column} like ${pattern}`;
  const inside = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  return and(
    has(filter.equals) ? sql`${side} = ${value(filter.equals)}` : undefined,
    has(filter.in) ? sql`${side} = any(${lower ? lowerTexts(filter.in) : sql`array${texts(filter.in)}`})` : undefined,
    has(filter.contains) ? like(`%${inside(filter.contains)}%`) : undefined,
    has(filter.startsWith) ? like(`${inside(filter.startsWith)}%`) : undefined,
    has(filter.like)
      ? filter.like.includes('*')
        ? like(likePattern(filter.like))
        : sql`${side} = ${value(filter.like)}`
      : undefined,
    nullWhere(column, filter.isNull),
  );
}

/** Whether a filter leaves one value at most. */
export const isOne = (filter: Text | null | undefined): boolean =>
  filter?.ignoreCase !== true && (has(filter?.equals) || (has(filter?.like) && !filter.like.includes('*')));

const nullWhere = (column: AnyPgColumn | SQL, isNull: boolean | null | undefined) =>
  !has(isNull) ? undefined : isNull ? sql`${column} is null` : sql`${column} is not null`;

function rangeWhere(column: AnyPgColumn | SQL, filter: Range, type: string): SQL | undefined {
  const compare = (operator: string, value: unknown) =>
    has(value)
      ? sql`${column} ${sql.raw(operator)} ${value instanceof Date ? value.toISOString() : value}::${sql.raw(type)}`
      : undefined;
  return and(
    compare('>', filter.gt),
    compare('>=', filter.gte),
    compare('<', filter.lt),
    compare('<=', filter.lte),
    nullWhere(column, filter.isNull),
  );
}

/** A number filter as a condition. */
export function intWhere(
  column: AnyPgColumn,
  filter: typeof IntFilter.$inferInput | null | undefined,
): SQL | undefined {
  if (!filter) return undefined;
  return and(
    has(filter.equals) ? sql`${column} = ${filter.equals}::bigint` : undefined,
    has(filter.in) ? sql`${column} = any(${`{${filter.in.join(',')}}`}::bigint[])` : undefined,
    rangeWhere(column, filter, 'bigint'),
  );
}

/** A decimal filter as a condition. */
export function decimalWhere(
  column: AnyPgColumn,
  filter: typeof DecimalFilter.$inferInput | null | undefined,
): SQL | undefined {
  return filter ? rangeWhere(column, filter, 'numeric') : undefined;
}

/** Nothing was made later than this: years have four digits. */
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time filter as a condition. On whole seconds, `lte` with a second just read still finds its row (contracts, 4.11.6). */
export function dateTimeWhere(
  column: AnyPgColumn,
  filter: typeof DateTimeFilter.$inferInput | null | undefined,
): SQL | undefined {
  if (!filter) return undefined;
  if (!filter.wholeSeconds) return rangeWhere(column, filter, 'timestamptz');
  // Said on the column itself, so that its index serves: after second s means from s + 1 on.
  const next = (date: Date | null | undefined) =>
    date ? new Date(Math.min(Math.floor(date.getTime() / 1000) * 1000 + 1000, lastInstant)) : undefined;
  const same = (date: Date | null | undefined) =>
    date ? new Date(Math.floor(date.getTime() / 1000) * 1000) : undefined;
  return and(
    rangeWhere(column, { gte: next(filter.gt) }, 'timestamptz'),
    rangeWhere(column, { gte: same(filter.gte) }, 'timestamptz'),
    rangeWhere(column, { lt: same(filter.lt) }, 'timestamptz'),
    rangeWhere(column, { lt: next(filter.lte) }, 'timestamptz'),
  );
}

interface Nested<F> {
  and?: F[] | null | undefined;
  or?: F[] | null | undefined;
  not?: F | null | undefined;
}

/** Filters that one filter may hold, itself among them. */
const mostFilters = 250;

/** Characters of a text that is compared: no column that is filtered has more, and a pattern takes time for each. */
const longestText = 500;

/** The filter, unless it holds too many others or too long texts: the database thinks about each. LIST_TOO_LONG, VALUE_TOO_LONG */
export function bounded<F extends Nested<F>>(filter: F): F {
  boundTexts(filter, ['filter']);
  const below = ({ and, or, not }: F) => [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])];
  const all = [filter];
  for (const one of all) {
    all.push(...below(one));
    if (all.length > mostFilters) throw tooLong(`holds more than ${mostFilters} filters`);
  }
  return filter;
}

function boundTexts(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string' && value.length > longestText)
    throw new ApiError('VALUE_TOO_LONG', [fault('VALUE_TOO_LONG', path, `is longer than ${longestText} characters`)]);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) boundTexts(inner, [...path, name]);
}

/** Identities that are asked for at once, unless they are too many. LIST_TOO_LONG */
export function boundedList<T>(identities: readonly T[]): readonly T[] {
  if (identities.length > mostFilters) throw tooLong(`names more than ${mostFilters} records`);
  return identities;
}

const tooLong = (message: string) => new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['filter'], message)]);

/** AND, OR and NOT around the conditions of one filter object. `or: []` holds for nothing, `and: []` for everything. */
export function combined<F extends Nested<F>>(
  filter: F,
  own: SQL | undefined,
  where: (filter: F) => SQL | undefined,
): SQL | undefined {
  const every = (filter.and ?? []).map(where);
  const some = filter.or ? filter.or.map((f) => where(f) ?? sql`true`) : undefined;
  const not = filter.not ? where(filter.not) : undefined;
  return and(
    own,
    ...every,
    some && (some.length === 0 ? sql`false` : or(...some)),
    // A missing value is no match, so its negation holds.
    filter.not ? sql`((${not ?? sql`true`}) is not true)` : undefined,
  );
}
