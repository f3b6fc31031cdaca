import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openDb } from '../../src/db/client.ts';
import { testDatabaseUrl } from '../support/database.ts';

// What Postgres itself says of its tables: a migration that forgets the wall fails here.

const db = openDb({ url: await testDatabaseUrl() });
after(() => db.close());

/** Read before the organization is known, or of none: through definer functions alone. A closed list. */
const globalTables = ['credentials', 'oauth_state', 'rate_buckets'];

const tables = await db.sql<
  { name: string; enabled: boolean; forced: boolean; owner: string; columns: string[] }[]
>`select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced, r.rolname as owner,
    (select array_to_json(array_agg(a.attname::text)) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
  from pg_class c join pg_roles r on r.oid = c.relowner
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
const tenantTables = tables.filter(({ name }) => !globalTables.includes(name));
const bad = <T>(rows: readonly T[]) => rows.map((row) => JSON.stringify(row));

describe('row security', () => {
  it('there are tables', () => assert.ok(tables.length > 15));

  it('is enabled and forced on every table', () =>
    assert.deepEqual(bad(tables.filter(({ enabled, forced }) => !enabled || !forced)), []));

  it('every table but the closed list carries its organization', () =>
    assert.deepEqual(
      tenantTables
        .filter(({ name, columns }) => name !== 'organizations' && !columns.includes('organization_id'))
        .map(({ name }) => name),
      [],
    ));

  it('has one policy for everybody: the organization of the transaction; and one for clientele_all', async () => {
    const policies = await db.sql<{ table: string; roles: string; using: string; check: string | null }[]>`
      select tablename as table, array_to_string(roles, ',') as roles, qual as using, with_check as check from pg_policies where schemaname = 'public'`;
    for (const { name } of tenantTables) {
      const own = policies.filter(({ table }) => table === name);
      const open = own.filter(({ roles }) => roles !== 'clientele_all');
      assert.ok(open.length > 0, `${name} has no policy`);
      for (const { using } of open) {
        const key = name === 'organizations' ? 'id' : 'organization_id';
        assert.equal(using, `(${key} = (current_setting('clientele.organization_id'::text))::bigint)`, name);
      }
    }
    const vaults = policies.filter(({ table, roles }) => globalTables.includes(table) && roles !== 'clientele_all');
    assert.deepEqual(bad(vaults), []);
  });

  it('the application has no right on global tables, owns nothing, and cannot step over the wall', async () => {
    for (const name of globalTables) {
      const [row] =
        await db.sql`select has_table_privilege('clientele_app', ${name}, 'select, insert, update, delete') as any`;
      assert.equal(row?.any, false, name);
    }
    assert.deepEqual(
      tables.filter(({ owner }) => owner === 'clientele_app'),
      [],
    );
    const roles =
      await db.sql`select rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit from pg_roles where rolname in ('clientele_app', 'clientele_all')`;
    assert.equal(roles.length, 2);
    for (const role of roles) {
      const { rolsuper, rolbypassrls, rolcanlogin, rolinherit } = role;
      assert.deepEqual(
        { rolsuper, rolbypassrls, rolcanlogin, rolinherit },
        { rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolinherit: false },
      );
    }
  });

  it('fails, rather than shows nothing, when no organization was said', async () => {
    for (const { name } of tenantTables) {
      const look = db.sql.begin(async (sql) => {
        await sql`set local role clientele_app`;
        await sql.unsafe(`select 1 from ${name} limit 1`);
      });
      await assert.rejects(look, /clientele\.organization_id|permission denied|invalid input syntax/, name);
    }
  });
});

describe('keys', async () => {
  const keys = await db.sql<
    { table: string; name: string; kind: string; first: string; target: string | null; columns: string[] }[]
  >`
    select c.conrelid::regclass::text as table, c.conname as name, c.contype as kind, nullif(c.confrelid, 0)::regclass::text as target,
      (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) as first,
      (select array_to_json(array_agg(a.attname::text)) from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
    from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f')`;
  const own = keys.filter(({ table }) => !globalTables.includes(table) && table !== 'organizations');

  it('every primary, unique and foreign key begins with the organization: row security does not guard foreign keys', () =>
    assert.deepEqual(bad(own.filter(({ first }) => first !== 'organization_id')), []));

  it('and so does every unique index', async () => {
    const indexes = await db.sql<{ table: string; name: string; first: string }[]>`
      select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name,
        (select a.attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) as first
      from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and i.indisunique`;
    const wrong = indexes.filter(
      ({ table, first }) => !globalTables.includes(table) && table !== 'organizations' && first !== 'organization_id',
    );
    assert.deepEqual(bad(wrong), []);
  });
});

describe('functions that run as somebody else', () => {
  // A trigger's function can be called by nobody: Postgres itself refuses.
  it('are clientele_all’s, name their search path, and are not everybody’s', async () => {
    const functions = await db.sql<{ name: string; owner: string; path: string | null; everybody: boolean }[]>`
      select p.proname as name, r.rolname as owner, array_to_string(p.proconfig, ';') as path,
        exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0 and a.privilege_type = 'EXECUTE') as everybody
      from pg_proc p join pg_roles r on r.oid = p.proowner
      where p.pronamespace = 'public'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype`;
    assert.ok(functions.length > 10);
    for (const { name, owner, path, everybody } of functions) {
      assert.equal(owner, 'clientele_all', name);
      assert.match(path ?? '', /search_path=/, name);
      assert.equal(everybody, false, `${name} may be called by everybody`);
    }
  });
});
