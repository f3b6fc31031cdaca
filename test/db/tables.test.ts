import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { type Db, openDb } from '../../src/db/client.ts';
import * as tables from '../../src/db/tables/index.ts';
import { testDatabaseUrl } from '../support/database.ts';

/** Read before the organization is known, or of none; the application reaches them through definer functions alone. */
const global = ['credentials', 'oauth_state', 'rate_buckets'];
const inCode = Object.values(tables).flatMap((table) => (is(table, PgTable) ? [getTableConfig(table)] : []));

let db: Db;
before(async () => {
  db = openDb({ url: await testDatabaseUrl() });
});
after(() => db.close());

const types: Record<string, string> = {
  'timestamp (3) with time zone': 'timestamp(3) with time zone',
  'char(3)': 'character(3)',
};
const typeOf = (type: string) => types[type] ?? type;

test('the migrations make exactly the tables and columns that the code knows', async () => {
  const rows = await db.sql<{ table: string; column: string; type: string; required: boolean }[]>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
  const migrated = rows.map(
    ({ table, column, type, required }) => `${table}.${column} ${type}${required ? ' not null' : ''}`,
  );
  const coded = inCode.flatMap(({ name, columns }) =>
    columns.map(
      (column) => `${name}.${column.name} ${typeOf(column.getSQLType())}${column.notNull ? ' not null' : ''}`,
    ),
  );
  assert.deepEqual(migrated.sort(), coded.sort());
});

test('the constraints of the code are the database’s, by name', async () => {
  const rows = await db.sql<{ name: string }[]>`
    select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c') and conislocal and conparentid = 0`;
  const known = new Set(rows.map(({ name }) => name));
  const coded = inCode.flatMap(({ primaryKeys, uniqueConstraints, foreignKeys, checks }) => [
    ...primaryKeys.map((one) => one.getName()),
    ...uniqueConstraints.map((one) => one.name),
    ...foreignKeys.map((one) => one.getName()),
    ...checks.map((one) => one.name),
  ]);
  assert.deepEqual(
    coded.filter((name) => name === undefined || !known.has(name)),
    [],
  );
});

test('every table stands behind row security that its owner cannot pass, under a role that owns nothing', async () => {
  const rows = await db.sql<{ name: string; on: boolean; forced: boolean; owner: string; policies: string[] }[]>`
    select c.relname as name, c.relrowsecurity as on, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
      array(select polname::text from pg_policy where polrelid = c.oid order by 1) as policies
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;
  assert.ok(rows.length >= inCode.length);
  for (const { name, on, forced, owner, policies } of rows) {
    assert.ok(on && forced, `${name}: row security is not forced`);
    assert.notEqual(owner, 'clientele_app');
    const list = String(policies).replace(/[{}]/g, '');
    assert.equal(
      list,
      global.includes(name) ? 'everything' : list.replace(/^everything,own_organization$/, list),
      name,
    );
    if (!global.includes(name)) assert.match(list, /own_organization/, name);
  }
});

test('a statement of no organization fails, rather than see nothing', async () => {
  for (const { name } of inCode.filter(({ name }) => !global.includes(name))) {
    await assert.rejects(
      db.sql.begin(async (sql) => {
        await sql`set local role clientele_app`;
        await sql`select * from ${sql(name)} limit 1`;
      }),
      /clientele\.organization_id|invalid input syntax|permission denied/,
      name,
    );
  }
  for (const name of global) {
    await assert.rejects(
      db.sql.begin(async (sql) => {
        await sql`set local role clientele_app`;
        await sql`select * from ${sql(name)} limit 1`;
      }),
      /permission denied/,
      name,
    );
  }
});

test('every key of an organization’s table begins with the organization, so that no row can point at another’s', () => {
  const wrong = inCode
    .filter(({ name }) => name !== 'organizations' && !global.includes(name))
    .flatMap(({ name, primaryKeys, uniqueConstraints, foreignKeys }) =>
      [
        ...[...primaryKeys, ...uniqueConstraints].filter((key) => key.columns[0]?.name !== 'organization_id'),
        ...foreignKeys.map((key) => key.reference()).filter(({ columns }) => columns[0]?.name !== 'organization_id'),
      ].map(() => name),
    );
  assert.deepEqual(wrong, []);
});
