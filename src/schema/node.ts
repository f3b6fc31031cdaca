import { eq, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { whereIdentity } from '../domain/reference.ts';
import { ApiError, fault } from '../errors.ts';
import { builder, type Context } from './builder.ts';
import { loadOne, type Row } from './loader.ts';
import { type Noun, nouns, type Source } from './source.ts';

/** Anything with a global id. */
export const Node = builder.interfaceRef<Row>('Node').implement({
  description: 'Anything with a global id, which `node` finds again.',
  resolveType: (row) => nounOf(row)?.name,
  fields: (t) => ({ id: t.id({ description: 'Opaque and global.', resolve: (row) => String(row.id) }) }),
});

/** Which resource a row of `node` is of: rows themselves do not say. */
const rowNouns = new WeakMap<object, Noun>();
const nounOf = (row: object) => rowNouns.get(row);

/** The opaque id of a row: its type and identity. Callers must not read it. */
export function globalId(name: string, id: number): string {
  return Buffer.from(`${name}:${id}`).toString('base64url');
}

/** The identity in a global id of that type, or null for an id of another type or none at all. */
export function parseGlobalId(text: string, name?: string): { name: string; id: number } | null {
  const match = /^([A-Za-z]+):([1-9]\d{0,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  const [, found, digits] = match ?? [];
  if (!found || !digits || (name !== undefined && found !== name)) return null;
  const id = Number(digits);
  // One spelling each: what decodes to the same bytes is not the same id.
  return Number.isSafeInteger(id) && globalId(found, id) === text ? { name: found, id } : null;
}

async function find(ctx: Context, globalIdText: string, path: (string | number)[]): Promise<Row | null> {
  const parsed = parseGlobalId(globalIdText);
  const target = parsed && nouns.get(parsed.name);
  if (!parsed || !target) return null;
  if (!ctx.caller.scopes.has(target.scope))
    throw new ApiError('FORBIDDEN', [fault('FORBIDDEN', path, `needs the scope ${target.scope}`)]);
  const row = await loadOne(ctx, target.table.id, parsed.id);
  if (row) rowNouns.set(row, target);
  return row;
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'The record with this global id, or null. The scope is the one of the record’s type.',
    authScopes: () => true,
    args: { id: t.arg.id({ required: true, description: 'A global id, as the `id` of any record.' }) },
    resolve: (_root, { id }, ctx) => find(ctx, id, ['id']),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'The records with these global ids in the same order, null for what is not there or may not be read. At most 250.',
    authScopes: () => true,
    args: { ids: t.arg.idList({ required: true, description: 'Global ids.' }) },
    resolve: (_root, { ids }, ctx) => {
      if (ids.length > 250)
        throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['ids'], 'has more than 250 items')]);
      // Each item is answered for itself, a refusal too.
      return ids.map((id, i) => find(ctx, id, ['ids', i]));
    },
  }),
}));

/** One unique identity of a record, as every `…By` input gives it. */
export type By = { id?: string | null | undefined; numericId?: number | null | undefined } & Record<string, unknown>;

/** The condition that an identity stands for; null when no record can have it. */
export function identityWhere(target: Noun, by: By, organizationId: number): SQL | null {
  if (typeof by.id === 'string') {
    const parsed = parseGlobalId(by.id, target.name);
    return parsed ? eq(target.table.id, parsed.id) : null;
  }
  if (typeof by.numericId === 'number') return eq(target.table.id, by.numericId);
  if (typeof by.key === 'string') return whereIdentity(target.table, { key: by.key }, organizationId);
  for (const [key, value] of Object.entries(by)) {
    const column = (target.table as unknown as Record<string, AnyPgColumn | undefined>)[key];
    if (column && value !== null && value !== undefined) return eq(column, value);
  }
  return null;
}

/** The record with this identity in the caller's organization, or null. */
export async function findBy(ctx: Context, target: Noun, by: By): Promise<Row | null> {
  const parsed = typeof by.id === 'string' ? parseGlobalId(by.id, target.name) : null;
  const id = parsed?.id ?? (typeof by.numericId === 'number' ? by.numericId : null);
  if (id !== null) return loadOne(ctx, target.table.id, id);
  const where = identityWhere(target, by, ctx.caller.organizationId);
  if (!where) return null;
  const tx = await ctx.work.tx();
  const [row] = await tx.select().from(target.table).where(where).limit(1);
  return row ?? null;
}

/** The source of a field that takes `by` and answers the one record with that identity. */
export const oneBy = (noun: Noun): Source => ({
  kind: 'single',
  noun,
  where: ({ by }: { by: By }, organizationId) => identityWhere(noun, by, organizationId),
});
