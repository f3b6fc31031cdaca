import type { InputFieldMap } from '@pothos/core';
import { and, is, SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { ApiError, fault } from '../errors.ts';
import { builder } from './builder.ts';
import { connectionOf, type ListOf, type PageArgBuilder, page, pageArgs, sortKey } from './connection.ts';
import { SortDirection } from './customer-order.ts';
import { bounded, combined, DateTimeFilter, dateTimeWhere, TextFilter, textWhere } from './filter.ts';
import type { Key } from './keyset.ts';
import { type By, findBy, oneBy } from './node.ts';
import type { ListSetting, Noun, Source } from './source.ts';

type Opt<T> = T | null | undefined;
export interface ReferenceFilterShape {
  and?: Opt<ReferenceFilterShape[]>;
  or?: Opt<ReferenceFilterShape[]>;
  not?: Opt<ReferenceFilterShape>;
  reference?: Opt<typeof TextFilter.$inferInput>;
  name?: Opt<typeof TextFilter.$inferInput>;
  createdAt?: Opt<typeof DateTimeFilter.$inferInput>;
  updatedAt?: Opt<typeof DateTimeFilter.$inferInput>;
}

const filterRef = builder.inputRef<ReferenceFilterShape>('ReferenceFilter');
export const ReferenceFilter = filterRef.implement({
  description: 'Which records; all that are given must hold. `name` of a person is the last name.',
  fields: (t) => ({
    and: t.field({ type: [filterRef], description: 'All of these.' }),
    or: t.field({ type: [filterRef], description: 'At least one of these.' }),
    not: t.field({ type: filterRef, description: 'Not this.' }),
    reference: t.field({ type: TextFilter, description: 'Reference.' }),
    name: t.field({ type: TextFilter, description: 'Name.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When it was made.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'When it was last changed.' }),
  }),
});

const ReferenceOrderField = builder.enumType('ReferenceOrderField', {
  description: 'What a list of references can be sorted by.',
  values: {
    ID: { description: 'By identity: oldest first.' },
    REFERENCE: { description: 'By reference.' },
    NAME: { description: 'By name; of a person, by last name.' },
    POSITION: { description: 'By position: regions alone; elsewhere by identity.' },
    CREATED_AT: { description: 'By when it was made.' },
    UPDATED_AT: { description: 'By when it was last changed.' },
  } as const,
});
const ReferenceOrder = builder.inputType('ReferenceOrder', {
  description: 'One sort key of a list.',
  fields: (t) => ({
    field: t.field({ type: ReferenceOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: SortDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
  }),
});

/** The columns that a list of this resource knows by the common names. */
export interface ListColumns {
  reference: AnyPgColumn;
  name: AnyPgColumn | SQL;
  position?: AnyPgColumn;
  createdAt: AnyPgColumn;
  updatedAt: AnyPgColumn;
}

/** A filter on the common columns as a condition. */
export function referenceWhere(columns: ListColumns, filter: Opt<ReferenceFilterShape>): SQL | undefined {
  if (!filter) return undefined;
  const own = and(
    textWhere(columns.reference, filter.reference),
    textWhere(columns.name, filter.name),
    dateTimeWhere(columns.createdAt, filter.createdAt),
    dateTimeWhere(columns.updatedAt, filter.updatedAt),
  );
  return combined(filter, own, (inner) => referenceWhere(columns, inner));
}

/** A name that is made of several columns may be missing. */
function nameKey(name: AnyPgColumn | SQL, descending: boolean): Key {
  if (!is(name, SQL)) return sortKey('NAME', name, 'text', descending);
  return { name: 'NAME', expression: name, type: 'text', descending, nullable: true };
}

function keysOf(columns: ListColumns, orderBy: Opt<(typeof ReferenceOrder.$inferInput)[]>): Key[] {
  return (orderBy ?? []).flatMap(({ field, direction }) => {
    const down = direction === 'DESC';
    if (field === 'REFERENCE') return [sortKey(field, columns.reference, 'text', down)];
    if (field === 'NAME') return [nameKey(columns.name, down)];
    if (field === 'CREATED_AT') return [sortKey(field, columns.createdAt, 'timestamptz', down)];
    if (field === 'UPDATED_AT') return [sortKey(field, columns.updatedAt, 'timestamptz', down)];
    if (field === 'POSITION' && columns.position) return [sortKey(field, columns.position, 'bigint', down)];
    const { id } = columns.reference.table as unknown as { id: AnyPgColumn };
    return [sortKey('ID', id, 'bigint', down)];
  });
}

/** An argument of a list's own, and the rows that it leaves. */
interface Narrow {
  args: (arg: PageArgBuilder) => InputFieldMap;
  where: (args: Readonly<Record<string, unknown>>, organizationId: number) => SQL | undefined;
}

interface ReferenceListArgs {
  filter?: ReferenceFilterShape | null | undefined;
  orderBy?: Opt<(typeof ReferenceOrder.$inferInput)[]>;
}

/** Adds `category(by:)` and `categories(…)`: the single read and the list of one resource. */
export function referenceQueries(
  noun: Noun,
  single: string,
  plural: string,
  byInput: object,
  columns: ListColumns,
  words: { one: string; many: string },
  narrow?: Narrow,
): void {
  const Connection = connectionOf(noun);
  const authScopes = { scope: noun.scope };
  const list = (args: ReferenceListArgs, { caller }: Pick<ListSetting, 'caller'>): ListOf => {
    if ((args.orderBy?.length ?? 0) > 5)
      throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['orderBy'], 'has more than 5 sort keys')]);
    const own = narrow?.where({ ...args }, caller.organizationId);
    return {
      noun,
      where: and(referenceWhere(columns, args.filter && bounded(args.filter)), own),
      keys: keysOf(columns, args.orderBy),
    };
  };
  builder.queryFields((t) => ({
    [single]: t.field({
      type: noun.ref as never,
      nullable: true,
      description: `${words.one} with this identity, or null.`,
      authScopes,
      args: { by: t.arg({ type: byInput as never, required: true, description: 'Which one.' }) as never },
      resolve: ((_root: unknown, { by }: { by: By }, ctx: Parameters<typeof findBy>[0]) =>
        findBy(ctx, noun, by)) as never,
      extensions: { source: oneBy(noun) },
    }),
    [plural]: t.field({
      type: Connection,
      description: `${words.many}, oldest first unless sorted otherwise.`,
      authScopes,
      args: {
        ...pageArgs(t.arg),
        ...(narrow?.args(t.arg) as object),
        offset: t.arg.int({ description: 'How many to pass over, for callers that count pages.' }),
        filter: t.arg({ type: ReferenceFilter, description: 'Which ones.' }),
        orderBy: t.arg({ type: [ReferenceOrder], description: 'Sort keys, the first one first. At most five.' }),
      },
      resolve: (_root, args, ctx) => page(ctx, list(args as ReferenceListArgs, ctx), args),
      extensions: { source: { kind: 'list', noun, list } satisfies Source },
    }),
  }));
}
