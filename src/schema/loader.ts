import DataLoader from 'dataloader';
import { getTableColumns } from 'drizzle-orm';
import { type AnyPgColumn, getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { nameOf, tableName, wallOf } from '../db/flat.ts';
import { keptRow } from '../db/references.ts';
import { rowsTold, textOnce } from '../db/rows.ts';
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
const arrayOf = (ids: readonly number[]) => `{${ids.map(Math.trunc).join(',')}}`;

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
      const columns = getTableColumns(table);
      const text = textOnce(name, () => {
        const shown = Object.values(columns).map(nameOf).join(', ');
        return `select ${shown} from ${tableName(table)} where ${wallOf(table)} and ${nameOf(key)} = any($2::bigint[])`;
      });
      const rows: Row[] = await rowsTold(await ctx.work.tx(), columns, text, [arrayOf(ids)]);
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
    const table = target.table as PgTable;
    const columns = { ...getTableColumns(table), ownerOfRow: key };
    const text = textOnce(name, () => {
      const shown = Object.values(columns).map(nameOf).join(', ');
      const pairs = tableName(key.table as PgTable);
      // Row security guards both sides; saying it lets the keys, which all begin with it, serve the join.
      const paired = through
        ? ` join ${pairs} on ${pairs}.organization_id = ${tableName(table)}.organization_id and ${nameOf(through)} = ${nameOf(target)}`
        : '';
      const where = `${wallOf(table)} and ${nameOf(key)} = any($2::bigint[])`;
      return `select ${shown} from ${tableName(table)}${paired} where ${where} order by ${nameOf(order)}`;
    });
    const rows: Row[] = await rowsTold(await ctx.work.tx(), columns, text, [arrayOf(owners)]);
    const groups = new Map<number, Row[]>(owners.map((one) => [one, []]));
    for (const row of rows) groups.get(Number(row.ownerOfRow))?.push(row);
    return owners.map((one) => groups.get(one) ?? []);
  });
  ctx.loaders.set(name, loader);
  return loader;
}
