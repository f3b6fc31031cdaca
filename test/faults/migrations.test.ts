import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgres, type Sql } from '../../src/db/driver.ts';
import { packageRoot } from '../../src/env.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { figures, isShort } from './faulty.ts';

/** Everything that migrations make, as text: tables with their columns, constraints, policies, functions, triggers. */
const shape = `select string_agg(line, E'\\n' order by line) as shape from (
  select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(' ' || column_default, '') from information_schema.columns where table_schema = 'public'
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'policy ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') from pg_policies where schemaname = 'public'
  union all select 'function ' || proname || ' ' || md5(prosrc) || ' ' || coalesce(proacl::text, '') from pg_proc where pronamespace = 'public'::regnamespace
  union all select 'trigger ' || tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  union all select 'migration ' || count(*) from drizzle.__drizzle_migrations) as t(line)`;

describe('a migration', () => {
  let owner: Sql;
  let url: URL;
  const made: string[] = [];
  let expected = '';
  before(async () => {
    url = new URL(await ownerDatabaseUrl());
    owner = postgres(url.href, { max: 1, fetch_types: false, onnotice() {} });
  });
  after(async () => {
    for (const name of made) await owner.unsafe(`drop database if exists ${name} with (force)`);
    await owner.end();
  });

  async function emptyDatabase(): Promise<string> {
    const name = `migration_${process.pid}_${made.length}`;
    made.push(name);
    await owner.unsafe(`create database ${name}`);
    const own = new URL(url);
    own.pathname = `/${name}`;
    return own.href;
  }

  const program = `const { migrate } = await import('./src/db/migrate.ts');
    await migrate(process.argv[1], { debug() { process.stdout.write('begun\\n'); } });`;
  function migrating(database: string) {
    const args = ['--import', 'tsx', '--input-type=module', '-e', program, database];
    return spawn(process.execPath, args, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'ignore'] });
  }
  async function migrated(database: string): Promise<number> {
    const child = migrating(database);
    const [code] = await once(child, 'exit');
    return code;
  }
  async function shapeOf(database: string): Promise<string> {
    const sql = postgres(database, { max: 1, fetch_types: false, onnotice() {} });
    const [row] = await sql.unsafe(shape);
    await sql.end();
    return row?.shape;
  }

  it('killed at any moment leaves nothing half done: the next start finishes it', async () => {
    const whole = await emptyDatabase();
    const begun = performance.now();
    assert.equal(await migrated(whole), 0);
    expected = await shapeOf(whole);
    const times = isShort ? 3 : 20;
    let killed = 0;
    for (let n = 0; n < times; n += 1) {
      const database = await emptyDatabase();
      const child = migrating(database);
      await once(child.stdout, 'data');
      await sleep((n / times) * 600);
      if (child.exitCode === null) killed += 1;
      child.kill('SIGKILL');
      assert.equal(await migrated(database), 0);
      assert.equal(await shapeOf(database), expected);
      await owner.unsafe(`drop database ${made.at(-1)} with (force)`);
    }
    figures('migrations', { times, killed, ms: Math.round(performance.now() - begun) });
    assert.ok(killed > 0);
  });

  it('of two that start at once one waits, and both find it done', async () => {
    const database = await emptyDatabase();
    assert.deepEqual(await Promise.all([migrated(database), migrated(database)]), [0, 0]);
    assert.equal(await shapeOf(database), expected);
  });
});
