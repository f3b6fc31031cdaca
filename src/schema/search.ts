import { is, SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

const searches = new WeakMap<SQL, SQL>();

/** The rows whose id a search found; `search` is a statement with one column, `id`. */
export function foundBy(id: AnyPgColumn, search: SQL): SQL {
  const where = sql`${id} = any(array(${search}))`;
  searches.set(where, search);
  return where;
}

/** The search, when a condition is nothing else. */
export function foundOf(where: SQL | undefined): SQL | undefined {
  if (!where) return undefined;
  const own = searches.get(where);
  if (own) return own;
  const [only, ...others] = where.queryChunks;
  return others.length === 0 && is(only, SQL) ? foundOf(only) : undefined;
}
