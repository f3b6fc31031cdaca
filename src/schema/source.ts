import { type InputFieldMap, ObjectFieldBuilder, type ObjectRef, type SchemaTypes } from '@pothos/core';
import type { SQL } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Caller, Scope } from '../auth/caller.ts';
import type { organizations } from '../db/tables/organizations.ts';
import type { Vault } from '../vault.ts';
import { builder, type Context, isOfStaff } from './builder.ts';
import type { ListOf } from './connection.ts';
import { loadMany, loadOne, type ManyKey, propertyOf, type Row } from './loader.ts';

/**
 * Where a field's value comes from. It is left on the field's `extensions` and read as data: by the batch loaders here,
 * and by whoever plans a whole selection. So a relation is written once, and a query per row cannot be written at all.
 */
export type Source =
  | { kind: 'column'; column: AnyPgColumn }
  | { kind: 'computed'; needs: readonly AnyPgColumn[]; compute: (row: never, ctx: Context, more: More) => unknown }
  | { kind: 'part'; columns: Readonly<Record<string, AnyPgColumn>>; unless: readonly AnyPgColumn[] }
  | { kind: 'one'; noun: Noun; from: AnyPgColumn }
  | { kind: 'many'; noun: Noun; by: ManyKey; from: AnyPgColumn }
  | { kind: 'single'; noun: Noun; where: (args: never, organizationId: number) => SQL | null }
  | { kind: 'list'; noun: Noun; list: (args: never, setting: ListSetting, owner: SQL) => ListOf };

/** What a computed field may know beside its row. */
export interface More {
  args: Readonly<Record<string, unknown>>;
  /** Read only for fields that say `organization: true`. */
  organization: typeof organizations.$inferSelect;
}

/** What a list may know of its caller; `owner` beside it is the id of the row that the list belongs to. */
export interface ListSetting {
  caller: Caller;
  vault: Vault;
  /** The organization's country, in which phones are read that name none. */
  country: string;
}

declare global {
  export namespace PothosSchemaTypes {
    interface ObjectFieldBuilder<Types extends SchemaTypes, ParentShape> {
      /** A column of the row. Its type follows the column's unless `type` names an enum or another scalar. */
      column(column: AnyPgColumn, options: ColumnOptions): FieldRef<Types, unknown, 'Object'>;
      /** A value made from columns of the row alone. */
      computed<const T extends string | [string]>(
        needs: readonly AnyPgColumn[],
        options: ComputedOptions<T, ParentShape>,
      ): FieldRef<Types, unknown, 'Object'>;
      /** An object made of columns of the same row; null when all of them are. */
      part(
        ref: ObjectRef<Types, Row>,
        columns: Readonly<Record<string, AnyPgColumn>>,
        options: PartOptions,
      ): FieldRef<Types, unknown, 'Object'>;
      /** The one row that a column points at. */
      one(noun: Noun, options: OneOptions): FieldRef<Types, unknown, 'Object'>;
      /** All rows that point at this one, or are paired with it. */
      many(noun: Noun, by: ManyKey, options: RelationOptions): FieldRef<Types, unknown, 'Object'>;
    }
  }
}

interface ColumnOptions {
  description: string;
  type?: unknown;
  scope?: Scope;
  /** Not shown to a customer's own login. */
  staff?: true;
}
interface ComputedOptions<T, ParentShape> {
  description: string;
  type: T | object;
  nullable?: boolean;
  scope?: Scope;
  args?: InputFieldMap;
  /** The value depends on the organization too. */
  organization?: true;
  compute: (row: ParentShape, ctx: Context, more: More) => unknown;
}
interface PartOptions {
  description: string;
  /** What counts as having a value; all columns unless named. */
  unless?: readonly AnyPgColumn[];
}
interface OneOptions {
  from: AnyPgColumn;
  description: string;
  nullable?: boolean;
}
interface RelationOptions {
  description: string;
  /** Also open to a customer's login for its own customer. */
  own?: boolean;
}

/** A resource: its GraphQL type, the table behind it, and the scope that reading it needs. */
export interface Noun {
  /** The type's name: Customer. */
  name: string;
  ref: ObjectRef<SchemaTypes, Row>;
  table: PgTable & { id: AnyPgColumn; organizationId: AnyPgColumn };
  scope: Scope;
}

/** Every resource by its type's name: how a global id finds its table. */
export const nouns = new Map<string, Noun>();

/** Declares a resource. Its fields are added where it is described. One that is no node is reached through its owner alone. */
export function noun<T extends PgTable & { id: AnyPgColumn; organizationId: AnyPgColumn }>(
  name: string,
  table: T,
  scope: Scope,
  { isNode = true }: { isNode?: boolean } = {},
) {
  const ref = builder.objectRef<T['$inferSelect']>(name);
  const declared = { name, ref: ref as unknown as Noun['ref'], table, scope } satisfies Noun;
  if (isNode) nouns.set(name, declared);
  return { ...declared, ref };
}

const scalars: Record<string, string> = {
  PgText: 'String',
  PgChar: 'String',
  PgBoolean: 'Boolean',
  PgInteger: 'Int',
  PgBigInt53: 'SafeInt',
  PgDoublePrecision: 'Float',
  PgNumeric: 'Decimal',
  PgTimestamp: 'DateTime',
};

function scalarOf(column: AnyPgColumn): unknown {
  if (column.columnType === 'PgArray') return ['String'];
  const scalar = scalars[column.columnType];
  if (!scalar) throw new Error(`say the type of ${column.name}: ${column.columnType}`);
  return scalar;
}

/** Field options as Pothos takes them; its own types cannot know a column's, so this is where they meet. */
const field = (t: ObjectFieldBuilder<SchemaTypes, unknown>, options: object) => t.field(options as never) as never;
/** What a type or a field looks at in its caller. */
export type Asked = Pick<Caller, 'customerId'> & { scopes: ReadonlySet<string> };

/** Whether a caller has what a type or a field asks for. */
export const has = (caller: Asked, asked: string): boolean =>
  asked === 'staff' ? isOfStaff(caller) : caller.scopes.has(asked);

/**
 * What a type or a field asks of its caller: scopes, or to be of the staff; null where that is not said by these alone. One of several
 * scopes would do; who has only another one goes the ordinary way.
 */
export function scopesAsked(extensions: Readonly<Record<string, unknown>>): readonly string[] | null {
  const { authScopes = {} } = (extensions.pothosOptions ?? {}) as { authScopes?: unknown };
  if (typeof authScopes !== 'object' || authScopes === null) return null;
  const scopes: unknown[] = Object.entries(authScopes).map(([name, value]) =>
    name === '$any' ? value?.scope : name === 'staff' ? name : name === 'scope' && value,
  );
  return scopes.every((scope) => typeof scope === 'string') ? scopes : null;
}

const guard = (scope: Scope | undefined, own = false) =>
  scope === undefined ? {} : { authScopes: own ? { $any: { scope, own } } : { scope } };
const from = (source: Source) => ({ extensions: { source } });

Object.assign(ObjectFieldBuilder.prototype, {
  column(
    this: ObjectFieldBuilder<SchemaTypes, unknown>,
    column: AnyPgColumn,
    { description, type, scope, staff }: ColumnOptions,
  ) {
    const property = propertyOf(column);
    return field(this, {
      type: type ?? scalarOf(column),
      nullable: !column.notNull,
      description: staff ? `${description} Not shown to a customer’s own login.` : description,
      ...(staff ? { authScopes: scope === undefined ? { staff } : { $all: { staff, scope } } } : guard(scope)),
      resolve: (row: Row) => row[property],
      ...from({ kind: 'column', column }),
    });
  },

  computed(
    this: ObjectFieldBuilder<SchemaTypes, unknown>,
    needs: readonly AnyPgColumn[],
    { description, type, nullable = false, scope, args, organization, compute }: ComputedOptions<unknown, never>,
  ) {
    return field(this, {
      type,
      nullable,
      description,
      ...guard(scope),
      ...(args && { args }),
      resolve: organization
        ? async (row: never, given: More['args'], ctx: Context) =>
            compute(row, ctx, { args: given, organization: await ctx.organization() })
        : (row: never, given: More['args'], ctx: Context) => compute(row, ctx, { args: given } as More),
      ...from({ kind: 'computed', needs, compute }),
    });
  },

  part(
    this: ObjectFieldBuilder<SchemaTypes, unknown>,
    ref: ObjectRef<SchemaTypes, Row>,
    columns: Readonly<Record<string, AnyPgColumn>>,
    { description, unless = Object.values(columns) }: PartOptions,
  ) {
    const parts = Object.entries(columns).map(([name, column]) => [name, propertyOf(column)] as const);
    const tests = unless.map(propertyOf);
    return field(this, {
      type: ref,
      nullable: true,
      description,
      resolve: (row: Row) =>
        tests.every((property) => row[property] === null)
          ? null
          : Object.fromEntries(parts.map(([name, property]) => [name, row[property]])),
      ...from({ kind: 'part', columns, unless }),
    });
  },

  one(
    this: ObjectFieldBuilder<SchemaTypes, unknown>,
    target: Noun,
    { from: column, description, nullable = false }: OneOptions,
  ) {
    const property = propertyOf(column);
    return field(this, {
      type: target.ref,
      nullable,
      description,
      ...guard(target.scope),
      resolve: (row: Row, _args: unknown, ctx: Context) =>
        typeof row[property] === 'number' ? loadOne(ctx, target.table.id, row[property]) : null,
      ...from({ kind: 'one', noun: target, from: column }),
    });
  },

  many(
    this: ObjectFieldBuilder<SchemaTypes, unknown>,
    target: Noun,
    by: ManyKey,
    { description, own = false }: RelationOptions,
  ) {
    return field(this, {
      type: [target.ref],
      description,
      ...guard(target.scope, own),
      resolve: (row: { id: number }, _args: unknown, ctx: Context) => loadMany(ctx, target.table.id, by, row.id),
      ...from({ kind: 'many', noun: target, by, from: target.table.id }),
    });
  },
});
