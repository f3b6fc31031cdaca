import { z } from 'zod';
import type { Told } from './params.ts';
import { present, readId } from './params.ts';

const tell = (told: Told) => ({ error: () => told });

/** Exactly `YYYY-MM-DDTHH:MM:SSZ`, and a day that there is (contracts, 4.11.6). */
const dateTime = z
  .string()
  .refine((value) => {
    const time = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? new Date(value) : new Date(Number.NaN);
    return !Number.isNaN(time.getTime()) && `${time.toISOString().slice(0, 19)}Z` === value;
  }, tell('datetime'))
  .meta({ format: 'date-time' });

const count = (least: number) =>
  z
    .string(tell('type'))
    .transform((value, context) => {
      const number = readId(value);
      if (number !== undefined && number >= least) return number;
      context.issues.push({ code: 'custom', input: value, message: 'type' satisfies Told, continue: true });
      return least;
    })
    .meta({ type: 'integer', minimum: least });

const dates = {
  dateCreated_gt: dateTime.optional(),
  dateCreated_gte: dateTime.optional(),
  dateCreated_lt: dateTime.optional(),
  dateCreated_lte: dateTime.optional(),
  lastUpdated_gt: dateTime.optional(),
  lastUpdated_gte: dateTime.optional(),
  lastUpdated_lt: dateTime.optional(),
  lastUpdated_lte: dateTime.optional(),
};

type DateWords = { [Name in keyof typeof dates]?: string | undefined };

/** A text filter in which `*` stands for any text, in a pattern of at most 300 characters: no name has more. An empty one filters nothing. */
export const wildcard = z
  .string(tell('type'))
  .refine((value) => value.length <= 300 || !value.includes('*'), tell('unknown'))
  .optional();

/** `true` or `false`, kept as text for the links. */
export const flag = z.enum(['true', 'false'], tell('boolean')).optional();

/** The query of a list; a name that is not in it is refused. `sorts` are our order fields by documented name. */
export function listQuery<Sorts extends Record<string, string>, Filters extends z.ZodRawShape>(
  sorts: Sorts,
  filters: Filters,
) {
  return z.strictObject({
    max: count(1).default(100),
    offset: count(0).default(0),
    sort: z
      .string(tell('type'))
      .refine((value) => Object.hasOwn(sorts, value), tell('unknown'))
      .default('dateCreated'),
    order: z.enum(['asc', 'desc'], tell('type')).default('asc'),
    ...dates,
    ...filters,
  });
}

export interface ListWords extends DateWords {
  max: number;
  offset: number;
  sort: string;
  order: 'asc' | 'desc';
}

/** Larger values of `max` are cut (contracts, 4.4). */
const mostRows = 1000;

/** `first`, `offset` and `orderBy` of a list; offsets beyond GraphQL's integers find nothing anyway. */
export function listArguments<Field extends string>(query: ListWords, sorts: Readonly<Record<string, Field>>) {
  const field = sorts[query.sort];
  const direction: 'ASC' | 'DESC' = query.order === 'desc' ? 'DESC' : 'ASC';
  return {
    first: Math.min(query.max, mostRows),
    offset: Math.min(query.offset, 2 ** 31 - 1),
    orderBy: field === undefined ? [] : [{ field, direction }],
  };
}

/** The date filters in our words; undefined when there are none. Compared on whole seconds, as they are answered. */
export function dateFilters(query: DateWords) {
  const range = (name: 'dateCreated' | 'lastUpdated') => {
    const words = present({
      gt: query[`${name}_gt`],
      gte: query[`${name}_gte`],
      lt: query[`${name}_lt`],
      lte: query[`${name}_lte`],
    });
    return Object.keys(words).length > 0 ? { ...words, wholeSeconds: true } : undefined;
  };
  return { createdAt: range('dateCreated'), updatedAt: range('lastUpdated') };
}

/** A wildcard filter in our words. */
export const like = (value: string | undefined) => (value ? { like: value } : undefined);

/** What every list says about its page; the links keep version, filters, sort and order of the request. */
export const wirePaging = z
  .strictObject({
    total: z.number().int(),
    max: z.number().int(),
    offset: z.number().int(),
    previous: z.string().nullable(),
    next: z.string().nullable(),
  })
  .meta({ id: 'Paging' });

/** The page around `offset` of `total` records at `path`. */
export function toPaging(path: string, query: ListWords, total: number): z.output<typeof wirePaging> {
  const { max: asked, offset, sort, order, ...filters } = query;
  const max = Math.min(asked, mostRows);
  const link = (start: number) => {
    const words = Object.entries({ max, offset: start, sort, order, ...filters }).filter(
      ([, value]) => value !== undefined,
    );
    return `${path}?${words.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
  };
  return {
    total,
    max,
    offset,
    previous: offset > 0 ? link(Math.max(0, offset - max)) : null,
    next: offset + max < total ? link(offset + max) : null,
  };
}

/** What the lists beside the customers can be sorted by. */
export const referenceSorts = {
  id: 'ID',
  reference: 'REFERENCE',
  name: 'NAME',
  dateCreated: 'CREATED_AT',
  lastUpdated: 'UPDATED_AT',
} as const;
