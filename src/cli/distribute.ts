import { sql } from 'drizzle-orm';
import { asAll, type Db } from '../db/client.ts';
import { failure } from '../failure.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** Tables that belong to no organization, or are read before it is known: the same on every node, or on the coordinator alone. */
export const globalTables = {
  everywhere: ['organizations'],
  coordinator: ['credentials', 'oauth_state', 'rate_buckets'],
} as const;

/** Every table of an organization, those that others point at first. */
export async function shardedTables(db: Db): Promise<string[]> {
  const rows = await asAll(db, (tx) =>
    tx.execute<{ name: string }>(sql`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace order by c.oid`),
  );
  const others: readonly string[] = [...globalTables.everywhere, ...globalTables.coordinator];
  return rows.map(({ name }) => name).filter((name) => !others.includes(name));
}

/** `distribute`: spreads the tables over the nodes of a Citus cluster, by organization. */
export const distribute: Command = {
  words: 'distribute',
  summary: 'Spread the tables over the nodes of a Citus cluster, by organization.',
  options: [],
  run: () =>
    withDatabase(async ({ db }) => {
      const [citus] = await db.sql`select extversion as version from pg_extension where extname = 'citus'`;
      if (!citus) {
        throw failure(
          'The database has no Citus.',
          'Create the extension on the coordinator and add the nodes: docs/scaling.md.',
        );
      }
      const [name] = await db.sql`select quote_ident(current_database()) as name`;
      // The organization of a transaction travels to the shards; triggers there touch rows of that organization alone.
      await db.sql.unsafe(`alter database ${name?.name} set citus.propagate_set_commands = 'local'`);
      await db.sql.unsafe(`alter database ${name?.name} set citus.enable_unsafe_triggers = on`);
      const done = await db.sql.begin(async (tx) => {
        await tx.unsafe(`set local citus.enable_unsafe_triggers = on`);
        await tx.unsafe('select clientele_upkeep_by_row()');
        const known = await tx.unsafe('select table_name::text as name from citus_tables');
        const missing = (table: string) => !known.some(({ name: one }) => one === table);
        const made: string[] = [];
        for (const table of globalTables.everywhere.filter(missing)) {
          await tx.unsafe('select create_reference_table($1)', [table]);
          made.push(table);
        }
        for (const table of (await shardedTables(db)).filter(missing)) {
          await tx.unsafe(`select create_distributed_table($1, 'organization_id', colocate_with => $2)`, [
            table,
            table === 'users' ? 'default' : 'users',
          ]);
          made.push(table);
        }
        return made;
      });
      return { json: { distributed: done }, text: `Distributed by organization: ${done.join(', ') || 'nothing new'}.` };
    }),
};
