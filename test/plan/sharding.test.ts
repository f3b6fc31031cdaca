import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAll } from '../../src/db/client.ts';
import { globalTables, shardedTables } from '../../src/db/spread.ts';
import { plansByDefault } from '../../src/env.ts';
import { db, newCustomer, newOrganization, statementsOf } from '../support/world.ts';

// What Citus asks of tables and statements, held without one: docs/scaling.md.

const rows = (text: string): Promise<Record<string, string>[]> =>
  asAll(db, async (tx) => [...(await tx.execute<Record<string, string>>(text))]);

test('every key of every table begins with the organization, but for the closed list of global tables', async () => {
  const found = await rows(`
    select conrelid::regclass::text as table, conname as name from pg_constraint k
    where contype in ('p', 'u', 'f') and connamespace = 'public'::regnamespace
      and (select attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]) <> 'organization_id'`);
  assert.deepEqual(
    found.filter(({ table }) => table !== 'organizations' && !globalTables.includes(table ?? '')),
    [],
  );
});

test('every table is either global or has an organization; unique indexes have it, too', async () => {
  const all = await rows(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
  );
  const sharded = (await rows(shardedTables)).map(({ name }) => name ?? '');
  assert.equal(sharded[0], 'organizations');
  const known = new Set<string>([...globalTables, ...sharded]);
  assert.deepEqual(
    all.map(({ name }) => name ?? '').filter((name) => !known.has(name)),
    [],
  );
  const loose = await rows(`
    select indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
    where indisunique and c.relnamespace = 'public'::regnamespace and c.relname not in ('organizations', '${globalTables.join("', '")}')
      and (select attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) <> 'organization_id'`);
  assert.deepEqual(loose, []);
});

test('triggers are of rows; those of statements have a form of rows that distribute changes them to', async () => {
  const found = await rows(
    `select tgfoid::regproc::text as name from pg_trigger where not tgisinternal and (tgtype & 1) = 0 group by 1 order by 1`,
  );
  // test/db/upkeep.test.ts runs both forms.
  assert.deepEqual(
    found.map(({ name }) => name),
    ['clientele_customers_gone', 'clientele_customers_made', 'clientele_history_made'],
  );
});

test('a planned statement names the organization for every table that it reads', {
  skip: !plansByDefault(),
}, async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'A', email: 'a@mail.example' });
  const few = 'nodes { name } totalCount { value }';
  const by = '{ key: "A" }';
  const filters = [
    `isActive: true`,
    `email: "a@mail.example", phone: "+4712345678", organizationNumber: "1", lastName: { equals: "A" }`,
    `category: { by: ${by}, subtree: true }`,
    `category: { in: [${by}, { numericId: 1 }], name: { startsWith: "A" } }`,
    `segmentation: ${by}, paymentType: ${by}, region: ${by}, createdBy: ${by}, parent: ${by}`,
  ];
  const sorted = ['CATEGORY_REFERENCE', 'SEGMENTATION_REFERENCE', 'LOGO'].map((field) => `{ field: ${field} }`);
  const queries = [
    `{ customers(first: 2) { nodes { parent { name } contacts { firstName } paymentTypes { name } logins { uniqueId } logo { path } } totalCount { value } } }`,
    `{ customers(first: 2, offset: 1) { ${few} } }`,
    `{ customers(orderBy: [${sorted}]) { edges { cursor } } }`,
    ...filters.map((filter) => `{ customers(filter: { ${filter} }) { ${few} } }`),
    `{ customer(by: { reference: "A" }) { name subcustomers { ${few} } } }`,
    `{ customer(by: ${by}) { name } category(by: ${by}) { name } }`,
    `{ contacts(customer: ${by}) { nodes { firstName customer { name } } totalCount { value } } }`,
    ...['categories', 'segmentations', 'regions', 'users', 'paymentTypes'].map(
      (list) => `{ ${list} { nodes { customers(first: 1) { ${few} } } } }`,
    ),
  ];
  for (const query of queries) {
    await world.ok(query);
    const [statement = '', ...others] = await statementsOf(() => world.ok(query));
    assert.deepEqual(others, [], query);
    const read = [...statement.matchAll(/(?:from|join) "(\w+)" ?(\w+)?/g)];
    assert.ok(read.length >= 2, statement);
    const walls = [...statement.matchAll(/(?:organization_id"? = \$|"organizations"\.id = \$)/g)];
    assert.ok(walls.length >= read.length, `${read.length} tables, ${walls.length} equalities: ${statement}`);
  }
});
