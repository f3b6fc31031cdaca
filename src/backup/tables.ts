import type { Db } from '../db/client.ts';

type Sql = Parameters<Parameters<Db['sql']['begin']>[1]>[0];

/** Counters of the moment: of no use later, and written to all the time. */
const momentary = ['rate_buckets'];

/** Every table with its columns, those first that others point at: so that rows find what they point at. */
export async function tablesInOrder(sql: Sql): Promise<{ table: string; columns: string[] }[]> {
  const tables = await sql<{ table: string; columns: string[] }[]>`
    select c.relname as table, array_to_json(array_agg(a.attname order by a.attnum))::jsonb as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname order by c.relname`;
  const edges = await sql<{ from: string; to: string }[]>`
    select f.relname as from, t.relname as to from pg_constraint k
      join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and f.oid <> t.oid and f.relnamespace = 'public'::regnamespace`;
  const placed: { table: string; columns: string[] }[] = [];
  const waiting = new Set(tables.map(({ table }) => table).filter((table) => !momentary.includes(table)));
  while (waiting.size > 0) {
    const ready = tables.filter(
      ({ table }) => waiting.has(table) && !edges.some(({ from, to }) => from === table && waiting.has(to)),
    );
    if (ready.length === 0) throw new Error('Tables point at each other in a circle.');
    for (const one of ready) {
      placed.push({ table: one.table, columns: one.columns });
      waiting.delete(one.table);
    }
  }
  return placed;
}

/** The hashes of the migrations that the database has had, in order. */
export async function migrationsOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at, id`;
  return rows.map(({ hash }) => hash);
}

/** A name as SQL writes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export type { Sql };
