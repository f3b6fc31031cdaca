import { and, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { ownId } from '../db/own.ts';
import { ApiError, fault } from '../errors.ts';
import { builder, type Context } from './builder.ts';
import { after, cursorOf, isIndexed, type Key, orderSql, parseCursor } from './keyset.ts';
import type { Row } from './loader.ts';
import type { Noun } from './source.ts';

/** What a list is asked for: forwards by `first` and `after`, backwards by `last` and `before`, or by `offset`. */
export interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  offset?: number | null | undefined;
}

/** What a list holds: which rows, in which order, and how they are counted. */
export interface ListOf {
  noun: Noun;
  where: SQL | undefined;
  /** Sort keys without the identity, which is always added last so that an order never has ties. */
  keys: readonly Key[];
  /** How many it holds by what is stored, where no row need be counted for it. */
  storedTotal?: SQL | undefined;
  /** When `where` is nothing but a search: the statement of the ids that it finds, so that they can be counted as they are. */
  found?: SQL | undefined;
}

/** A page as SQL. */
export interface PageQuery {
  keys: readonly Key[];
  /** The list's condition and the cursors'. */
  where: SQL | undefined;
  order: SQL;
  size: number;
  offset: number;
  backwards: boolean;
  /** Whether the ids are found first, so that wide rows are read for the page alone: far into a list, and where all must be sorted. */
  idsFirst: boolean;
}

/** One page, and how to count what it is a page of. */
export interface Page {
  rows: { row: Row; cursor: string }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  count: (exact: boolean) => Promise<Count>;
}
export interface Count {
  value: number;
  exact: boolean;
}

/** Records counted one by one before a filtered total is estimated instead. */
const countCap = 10_000;
const defaultSize = 20;

function sizeOf(args: PageArgs, limit: number): { size: number; backwards: boolean } {
  const backwards = typeof args.last === 'number';
  const size = args.last ?? args.first ?? Math.min(defaultSize, limit);
  const both = typeof args.last === 'number' && typeof args.first === 'number';
  if (both || size < 1 || size > limit) {
    throw new ApiError('PAGE_SIZE_INVALID', [
      fault(
        'PAGE_SIZE_INVALID',
        [backwards ? 'last' : 'first'],
        both ? 'give first or last, not both' : `must be 1 to ${limit}`,
      ),
    ]);
  }
  if (typeof args.offset === 'number' && (args.offset < 0 || backwards || args.after || args.before)) {
    throw new ApiError('INVALID_INPUT', [
      fault('VALUE_INVALID', ['offset'], 'must be 0 or more, and goes with `first` alone'),
    ]);
  }
  return { size, backwards };
}

/** The page that the arguments ask for. Refuses sizes and cursors that are none. */
export function pageQuery(list: ListOf, args: PageArgs, pageLimit: number): PageQuery {
  const { size, backwards } = sizeOf(args, pageLimit);
  const keys: Key[] = [
    ...list.keys,
    { expression: list.noun.table.id, type: 'bigint', descending: false, nullable: false, name: 'ID' },
  ];
  const bounds = [
    ...(args.after ? [after(keys, parseCursor(keys, args.after, 'after'), false)] : []),
    ...(args.before ? [after(keys, parseCursor(keys, args.before, 'before'), true)] : []),
  ];
  const where = and(list.where, ...bounds);
  const offset = args.offset ?? 0;
  const [first] = keys;
  const idsFirst = offset > 0 || !first || !isIndexed(first.expression);
  return { keys, where, order: orderSql(keys, backwards), size, offset, backwards, idsFirst };
}

/** What a page tells of its place in the list. */
export function pageFlags(args: PageArgs, { backwards, offset }: PageQuery, more: boolean) {
  return {
    hasNextPage: Boolean(args.before) || (!backwards && more),
    hasPreviousPage: Boolean(args.after) || offset > 0 || (backwards && more),
  };
}

/** One page of a list in one statement; the count costs nothing until it is asked for. */
export async function page(ctx: Context, list: ListOf, args: PageArgs): Promise<Page> {
  const query = pageQuery(list, args, ctx.pageLimit);
  const { keys, where, order, size, offset, backwards, idsFirst } = query;
  const { table } = list.noun;
  const tx = await ctx.work.tx();
  const keyColumns = Object.fromEntries(
    keys.map((key, i) => [`key${i}`, sql<string | null>`${key.expression}::text`.as(`key${i}`)]),
  );
  const source = idsFirst
    ? sql`${table.id} in (select ${table.id} from ${table} where ${table.organizationId} = ${ownId} and ${where ?? sql`true`} order by ${order} limit ${size + 1} offset ${offset})`
    : where;
  const found: Row[] = await tx
    .select({ ...getTableColumns(table), ...keyColumns })
    .from(table)
    .where(source)
    .orderBy(order)
    .limit(size + 1);
  const more = found.length > size;
  const rows = found.slice(0, size).map((row) => ({
    row,
    cursor: cursorOf(
      keys,
      keys.map((_, i) => row[`key${i}`]),
    ),
  }));
  if (backwards) rows.reverse();
  return { rows, ...pageFlags(args, query, more), count: (exact) => count(ctx, list, exact) };
}

const matching = ({ noun, where }: ListOf) =>
  sql`from ${noun.table} where ${noun.table.organizationId} = ${ownId} and ${where ?? sql`true`}`;

/** How a list is counted, one number `n`; one of more than `cap` is estimated instead. */
export function countSql(list: ListOf, exact: boolean): { statement: SQL; cap: number } {
  const { storedTotal, found } = list;
  const cap = Number.POSITIVE_INFINITY;
  if (storedTotal) return { statement: storedTotal, cap };
  if (found) return { statement: sql`select count(*) as n from (${found}) found`, cap };
  if (exact) return { statement: sql`select count(*) as n ${matching(list)}`, cap };
  const capped = sql`select 1 ${matching(list)} limit ${countCap + 1}`;
  return { statement: sql`select count(*) as n from (${capped}) capped`, cap: countCap };
}

async function count(ctx: Context, list: ListOf, exact: boolean): Promise<Count> {
  const tx = await ctx.work.tx();
  const { statement, cap } = countSql(list, exact);
  const [row] = await tx.execute<{ n: string }>(statement);
  const value = Number(row?.n ?? 0);
  if (value <= cap) return { value, exact: true };
  const [plan] = await tx.execute<Record<string, unknown>>(sql`explain (format json) select 1 ${matching(list)}`);
  return { value: Math.max(value, estimateIn(plan)), exact: false };
}

function estimateIn(plan: Record<string, unknown> | undefined): number {
  const text = plan?.['QUERY PLAN'];
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : text;
  const rows = Array.isArray(parsed) ? parsed[0]?.Plan?.['Plan Rows'] : undefined;
  return typeof rows === 'number' ? rows : 0;
}

const CountType = builder.objectRef<Count>('Count').implement({
  description: 'How many records there are.',
  fields: (t) => ({
    value: t.expose('value', { type: 'SafeInt', description: 'The number.' }),
    exact: t.exposeBoolean('exact', { description: 'False when it is the database’s estimate.' }),
  }),
});

const PageInfo = builder.objectRef<Page>('PageInfo').implement({
  description: 'Where a page stands in its list (Relay cursor connections).',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether records follow this page.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether records precede this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first record.',
      resolve: (p) => p.rows[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last record.',
      resolve: (p) => p.rows.at(-1)?.cursor ?? null,
    }),
  }),
});

const connections = new Map<string, ReturnType<typeof makeConnection>>();

function makeConnection(noun: Noun) {
  const Edge = builder.objectRef<Page['rows'][number]>(`${noun.name}Edge`).implement({
    description: `One ${noun.name} of a list and its place there.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'The record’s place: give it as `after`, or as `before` where the list has that.',
      }),
      node: t.field({ type: noun.ref, description: 'The record.', resolve: (edge) => edge.row }),
    }),
  });
  return builder.objectRef<Page>(`${noun.name}Connection`).implement({
    description: `A page of a list of ${noun.name} records.`,
    fields: (t) => ({
      edges: t.field({ type: [Edge], description: 'The records with their cursors.', resolve: (p) => p.rows }),
      nodes: t.field({
        type: [noun.ref],
        description: 'The records alone.',
        resolve: (p) => p.rows.map(({ row }) => row),
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Where this page stands.', resolve: (p) => p }),
      totalCount: t.field({
        type: CountType,
        description: `How many records the whole list has. A filtered list of more than ${countCap} is estimated unless \`exact\` is set.`,
        args: {
          exact: t.arg.boolean({
            required: true,
            defaultValue: false,
            description: 'Count to the end, however long it takes.',
          }),
        },
        resolve: (p, { exact }) => p.count(exact),
      }),
    }),
  });
}

/** The connection type of a resource, made once. */
export function connectionOf(noun: Noun) {
  const made = connections.get(noun.name) ?? makeConnection(noun);
  connections.set(noun.name, made);
  return made;
}

/** The arguments that walk every list. */
export function pageArgs(arg: PageArgBuilder) {
  return {
    first: arg.int({ description: 'How many from the start, 1 to 100. Default 20.' }),
    after: arg.string({ description: 'Only records behind this cursor.' }),
    last: arg.int({ description: 'How many from the end, 1 to 100.' }),
    before: arg.string({ description: 'Only records ahead of this cursor.' }),
  };
}
export type PageArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

/** A column as sort key. */
export function sortKey(name: string, expression: AnyPgColumn, type: Key['type'], descending: boolean): Key {
  return { name, expression, type, descending, nullable: !expression.notNull };
}
