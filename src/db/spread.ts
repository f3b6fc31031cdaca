import type { Sql, TransactionSql } from './driver.ts';

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

/** Lets a database and its roles be those of a cluster's coordinator. As a superuser. */
export async function prepareSpreading(sql: Sql): Promise<void> {
  const [name] = await sql`select quote_ident(current_database()) as name`;
  for (const setting of settings) await sql.unsafe(`alter database ${name?.name} set ${setting}`);
  // A node is called on as the role that a transaction has taken.
  for (const role of ['clientele_app', 'clientele_all']) await sql.unsafe(`alter role ${role} login`);
  // A search function runs as its owner, and the transaction's role goes along all the same.
  await sql.unsafe('grant clientele_app to clientele_all');
}

/** Distributes what is not distributed yet, all of it or nothing. Answers which tables. */
export async function spread(tx: TransactionSql): Promise<string[]> {
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
