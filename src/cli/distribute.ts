import type { TransactionSql } from '../db/driver.ts';
import { failure } from '../failure.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** Tables that belong to no organization, or are read before it is known: on the coordinator alone. */
export const globalTables: readonly string[] = ['credentials', 'oauth_state', 'rate_buckets'];

/** What names the organization in a table of its own. */
export const shardKey = (table: string): string => (table === 'organizations' ? 'id' : 'organization_id');

/** Every table of an organization, each after those that it points at; organizations first. */
export const shardedTables = `
  with recursive tables as (
    select oid, relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
      and relname not in ('${globalTables.join("', '")}')),
  depths(oid, name, depth) as (
    select oid, name, 0 from tables
    union select t.oid, t.name, d.depth + 1 from depths d join pg_constraint k on k.confrelid = d.oid and k.conrelid <> d.oid and k.contype = 'f'
      join tables t on t.oid = k.conrelid)
  select name from depths group by name order by name <> 'organizations', max(depth), name`;

/**
 * What a transaction needs in a cluster: its role and organization go along to the shards; triggers there write rows of the same organization,
 * and functions read them.
 */
const settings = [
  "citus.propagate_set_commands = 'local'",
  'citus.enable_unsafe_triggers = on',
  'citus.allow_nested_distributed_execution = on',
  // Which constraint was broken stands in a node's words alone: they must be English.
  "lc_messages = 'C'",
];

/** What a shard cannot hold: a reference that is unique over all organizations, and what points there from the coordinator. */
const loosened = [
  'alter table credentials drop constraint if exists credentials_organization_fkey',
  'alter table organizations drop constraint if exists organizations_reference_key',
  'create index if not exists organizations_reference_idx on organizations (reference)',
];

/** Functions of ours that may run on a shard: all that read nothing of the coordinator's. */
const shardFunctions = `
  select p.oid::regprocedure::text as name from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname like 'clientele%' and p.prokind = 'f'
    and pg_get_functiondef(p.oid) !~ '\\m(${globalTables.join('|')}|pg_trigger|regclass)\\M'`;

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
      const nodes = await db.sql`select shouldhaveshards as may from pg_dist_node where isactive`;
      if (nodes.length > 0 && !nodes.some(({ may }) => may)) {
        throw failure(
          'No node of the cluster may hold shards.',
          'Add workers, or let the coordinator: docs/scaling.md.',
        );
      }
      const [name] = await db.sql`select quote_ident(current_database()) as name`;
      for (const setting of settings) await db.sql.unsafe(`alter database ${name?.name} set ${setting}`);
      // A node is called on as the role that a transaction has taken.
      for (const role of ['clientele_app', 'clientele_all']) await db.sql.unsafe(`alter role ${role} login`);
      // A search function runs as its owner, and the transaction's role goes along all the same.
      await db.sql.unsafe('grant clientele_app to clientele_all');
      const done = await db.sql.begin(spread);
      return { json: { distributed: done }, text: `Distributed by organization: ${done.join(', ') || 'nothing new'}.` };
    }),
};

/** Distributes what is not distributed yet, all of it or nothing. Answers which tables. */
async function spread(tx: TransactionSql): Promise<string[]> {
  for (const setting of settings) await tx.unsafe(`set local ${setting}`);
  await tx.unsafe('select clientele_upkeep_by_row()');
  for (const statement of loosened) await tx.unsafe(statement);
  const known = await tx.unsafe("select logicalrelid::text as name from pg_dist_partition where partmethod = 'h'");
  const made: string[] = [];
  for (const { name } of await tx.unsafe(shardedTables)) {
    if (known.some((one) => one.name === name)) continue;
    const together = name === 'organizations' ? 'none' : 'organizations';
    await tx.unsafe('select create_distributed_table($1, $2, colocate_with => $3)', [name, shardKey(name), together]);
    made.push(name);
  }
  for (const { name } of await tx.unsafe(shardFunctions))
    await tx.unsafe('select create_distributed_function($1)', [name]);
  return made;
}
