import DataLoader from 'dataloader';
import { and, asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { keptRow } from '../db/references.ts';
import type { Context } from './builder.ts';

export type Row = Record<string, unknown>;

/** Batches made on demand, by name; one map per operation, emptied by every write. */
export type Loaders = Map<string, DataLoader<number, Row | null> | DataLoader<number, Row[]>>;

/** How the rows of a list are reached from their owner: by a key of their own, or through a table of pairs. */
export interface ManyKey {
  key: AnyPgColumn;
  order: AnyPgColumn;
  /** The table of pairs: its column for the owner is `key`, this one is for the row. */
  through?: AnyPgColumn;
}

/** The property under which a row carries a column. */
export function propertyOf(column: AnyPgColumn): string {
  const found = Object.entries(getTableColumns(column.table as PgTable)).find(([, c]) => c === column);
  if (!found) throw new Error(`${column.name} is no column of its table`);
  return found[0];
}

/** Whole numbers as one array parameter: one statement text however many there are. */
export function anyOf(column: AnyPgColumn | SQL, ids: readonly number[]): SQL {
  return sql`${column} = any(${`{${ids.map(Math.trunc).join(',')}}`}::bigint[])`;
}

/** `customers.id` → `customerById`: what a loader is called in a trace. */
const loaderName = (column: AnyPgColumn, what: string) =>
  `${getTableConfig(column.table as PgTable).name}.${column.name}.${what}`;

/** The row that has this key, or null; all asked for in one tick cost one statement. */
export function loadOne(ctx: Context, key: AnyPgColumn, id: number): Promise<Row | null> | Row {
  const table = key.table as PgTable;
  const kept = ctx.shortcut && key.name === 'id' && keptRow(ctx.shortcut.references(), table, id);
  if (kept) return kept;
  const name = loaderName(key, 'one');
  let loader = ctx.loaders.get(name) as DataLoader<number, Row | null> | undefined;
  if (!loader) {
    const property = propertyOf(key);
    loader = new DataLoader(async (ids: readonly number[]) => {
      const tx = await ctx.work.tx();
      const rows: Row[] = await tx.select().from(table).where(anyOf(key, ids));
      const byId = new Map(rows.map((row) => [row[property], row]));
      return ids.map((one) => byId.get(one) ?? null);
    });
    ctx.loaders.set(name, loader);
  }
  return loader.load(id);
}

/** The rows that belong to this owner, in their order; all owners asked for in one tick cost one statement. */
export const loadMany = (ctx: Context, target: AnyPgColumn, by: ManyKey, owner: number): Promise<Row[]> =>
  manyLoader(ctx, target, by).load(owner);

/** Tells what belongs to an owner, so that nobody asks the database. */
export function knowMany(ctx: Context, target: AnyPgColumn, by: ManyKey, owner: number, rows: Row[]): void {
  manyLoader(ctx, target, by).prime(owner, rows);
}

function manyLoader(ctx: Context, target: AnyPgColumn, { key, order, through }: ManyKey): DataLoader<number, Row[]> {
  const name = loaderName(key, 'many');
  const known = ctx.loaders.get(name) as DataLoader<number, Row[]> | undefined;
  if (known) return known;
  const loader = new DataLoader(async (owners: readonly number[]) => {
    const tx = await ctx.work.tx();
    const table = target.table as PgTable;
    const columns = { ...getTableColumns(table), ownerOfRow: sql<string>`${key}`.as('owner_of_row') };
    const base = tx.select(columns).from(table).$dynamic();
    const joined = through
      ? base.innerJoin(key.table as PgTable, and(eq(through, target), sameOrganization(key.table as PgTable, table)))
      : base;
    const rows: Row[] = await joined.where(anyOf(key, owners)).orderBy(asc(order));
    const groups = new Map<number, Row[]>(owners.map((one) => [one, []]));
    for (const row of rows) groups.get(Number(row.ownerOfRow))?.push(row);
    return owners.map((one) => groups.get(one) ?? []);
  });
  ctx.loaders.set(name, loader);
  return loader;
}

/** Row security guards both sides; saying it lets the keys, which all begin with it, serve the join. */
function sameOrganization(a: PgTable, b: PgTable): SQL {
  const column = (t: PgTable) => getTableColumns(t).organizationId as AnyPgColumn;
  return sql`${column(a)} = ${column(b)}`;
}
