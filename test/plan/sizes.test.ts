import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { asAll, type Db, openDb } from '../../src/db/client.ts';
import { type Lanes, openLanes, type Reading } from '../../src/db/lanes.ts';
import { migrate } from '../../src/db/migrate.ts';
import { plansByDefault } from '../../src/env.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { db, newOrganization } from '../support/world.ts';

// One organization of 10,000 customers among 2,000 of five. PostgreSQL knows only how large they are on average where it thinks of a
// statement's way once for all of them, and must not read all of the large one's rows to show a page of it.

const large = 1;
const name = `clientele_sizes_${randomUUID().replaceAll('-', '')}`;
let owner: Db;
let sized: Db;
let lanes: Lanes;

before(async () => {
  const url = await ownerDatabaseUrl();
  owner = openDb({ url });
  await owner.sql.unsafe(`create database ${name}`);
  const own = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  await migrate(own, pino({ level: 'silent' }));
  sized = openDb({ url: own });
  // One, so that it is the same each time.
  lanes = openLanes({ url: own, count: 1 });
  await asAll(sized, async (tx) => {
    const run = (text: string) => tx.execute(text);
    await run(`insert into organizations (id, reference, name, country, currencies)
      select g, 'o' || g, 'Organization', 'NO', '{NOK}' from generate_series(1, 2001) g`);
    await run(
      `insert into categories (organization_id, id, reference, name) select id, id, 'A', 'A' from organizations`,
    );
    await run(
      `insert into payment_types (organization_id, id, reference, name) select id, id, 'A', 'A' from organizations`,
    );
  });
  // What triggers would make is not read here.
  const tables = ['customers', 'contacts', 'customer_payment_types'];
  for (const table of tables) await sized.sql.unsafe(`alter table ${table} disable trigger user`);
  await asAll(sized, async (tx) => {
    const run = (text: string) => tx.execute(text);
    await run(`insert into customers (organization_id, id, reference, customer_number, name, currency, payment_id, category_id, created_at)
      select o, g, 'C' || g, g, md5(g::text), 'NOK', 'P' || g, o, timestamptz '2026-01-01 00:00:00+00' - g * interval '1 second'
      from generate_series(1, 20000) g, lateral (select case g % 2 when 0 then ${large} else 2 + g / 2 % 2000 end as o) of_`);
    await run(`insert into contacts (organization_id, id, reference, customer_id, first_name, last_name)
      select organization_id, id * 2 + g, 'K' || id * 2 + g, id, 'Ola', md5(id::text) from customers, generate_series(0, 1) g`);
    await run(`insert into customer_payment_types (organization_id, customer_id, payment_type_id)
      select organization_id, id, organization_id from customers`);
  });
  for (const table of tables) await sized.sql.unsafe(`analyze ${table}`);
});
after(async () => {
  await lanes.close();
  await sized.close();
  await owner.sql.unsafe(`drop database ${name}`);
  await owner.close();
});

/** The statement that an operation is planned to. */
async function readingOf(query: string): Promise<Reading> {
  const world = await newOrganization();
  const read = db.lanes.read;
  const seen: Reading[] = [];
  db.lanes.read = (reading) => {
    seen.push(reading);
    return read(reading);
  };
  try {
    await world.ok(query);
  } finally {
    db.lanes.read = read;
  }
  const planned = seen.find(({ text }) => text.startsWith('with '));
  assert.ok(planned, query);
  return planned;
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Width': number;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}
const most = (node: Node): number =>
  Math.max(
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    ...(node.Plans ?? []).map(most),
  );

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** The most rows that any step of the statement reads for the large organization. */
const rowsRead = async (reading: Reading) => most((await explained(reading)).Plan);

/** How PostgreSQL goes for the large organization, the statement's way thought of as it is on a server. */
async function explained({ text, parameters, thought = 'once' }: Reading): Promise<{ Plan: Node }> {
  const asked = text.replace(/ where clientele_credential_stamp\(.*$/s, '');
  const count = Math.max(...[...asked.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  // The organization may be said again, where another table is looked into.
  const values = parameters
    .slice(0, count)
    .map((value) => `'${String(value) === String(parameters[0]) ? large : value}'`);
  const read = (sql: string) =>
    lanes.read({ organizationId: large, text: sql, parameters: [], prepare: false, thought });
  await read(`prepare asked as ${asked}`);
  const [told] = await read(`explain (analyze, format json) execute asked(${values})`);
  await read('deallocate asked');
  const [[way]] = told as unknown as [[{ Plan: Node }]];
  return way;
}

const relations = 'category { name } paymentTypes { name } contacts { firstName }';
const cursor = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString('base64');
const settled = {
  'the first page': `{ customers(first: 100) { nodes { name ${relations} } totalCount { value } } }`,
  'a page by cursor': `{ customers(first: 100, after: "${cursor('ID', '300')}") { edges { cursor node { name ${relations} } } } }`,
  'the last page': `{ customers(last: 100) { nodes { name ${relations} } } }`,
  'a page by offset': `{ customers(first: 100, offset: 300) { nodes { name ${relations} } } }`,
  'a page by name': `{ customers(first: 100, orderBy: { field: NAME, direction: DESC }) { nodes { name ${relations} } } }`,
  'a far page of the newest first': `{ customers(first: 100, orderBy: { field: CREATED_AT, direction: DESC }, after: "${cursor('-CREATED_AT,ID', '2025-12-31 21:13:20+00', '10000')}") { nodes { name ${relations} } } }`,
  'one customer': `{ customer(by: { numericId: 400 }) { name ${relations} } }`,
};
for (const [what, query] of Object.entries(settled)) {
  test(`${what} of a large organization among small ones reads about what it shows`, {
    skip: !plansByDefault(),
  }, async () => {
    const reading = await readingOf(query);
    assert.notEqual(reading.thought, 'anew');
    const read = await rowsRead(reading);
    assert.ok(read <= 1_000, `${read} rows`);
  });
}

const rare = {
  'those not active': '{ isActive: false }',
  'those on hold': '{ onHold: true }',
  'those of a category that is not there': '{ category: { reference: { like: "none" } } }',
  'those of one category': '{ category: { by: { reference: "EMPTY" } } }',
};
for (const [what, filter] of Object.entries(rare)) {
  test(`${what} are found, and counted, without reading all others`, { skip: !plansByDefault() }, async () => {
    const query = `{ customers(first: 100, filter: ${filter}) { nodes { name } totalCount(exact: true) { value } } }`;
    const read = await rowsRead(await readingOf(query));
    assert.ok(read <= 50, `${read} rows`);
  });
}

test('those that are active are counted by those that are not', { skip: !plansByDefault() }, async () => {
  const query =
    '{ customers(first: 10, filter: { isActive: true }) { nodes { name } totalCount(exact: true) { value } } }';
  const read = await rowsRead(await readingOf(query));
  assert.ok(read <= 50, `${read} rows`);
});

for (const field of ['CATEGORY_REFERENCE', 'SEGMENTATION_REFERENCE']) {
  test(`a list by ${field} looks at what customers point at once, not for each`, {
    skip: !plansByDefault(),
  }, async () => {
    const query = `{ customers(first: 100, orderBy: { field: ${field} }) { nodes { name } } }`;
    const { Plan } = await explained(await readingOf(query));
    const table = field === 'CATEGORY_REFERENCE' ? 'categories' : 'segmentations';
    const looked = nodesOf(Plan).filter((node) => node['Relation Name'] === table);
    assert.ok(looked.length > 0);
    assert.ok(looked.every((node) => node['Actual Loops'] <= 1));
  });
}

test('where no index has the order, ids alone are sorted', { skip: !plansByDefault() }, async () => {
  const query = '{ customers(first: 100, orderBy: { field: BALANCE }) { nodes { name comment } } }';
  const { Plan } = await explained(await readingOf(query));
  const sorts = nodesOf(Plan).filter(
    (node) => node['Node Type'] === 'Sort' && (node.Plans?.[0]?.['Actual Rows'] ?? 0) > 1_000,
  );
  assert.equal(sorts.length, 1);
  for (const sort of sorts) assert.ok(sort['Plan Width'] <= 64, `${sort['Plan Width']} bytes a row are sorted`);
});

test('where a value decides how many rows are found, PostgreSQL is left to think anew', {
  skip: !plansByDefault(),
}, async () => {
  for (const list of [
    'customers(filter: { isActive: false })',
    'customers(filter: { name: { like: "A*" } })',
    'contacts',
  ])
    assert.equal((await readingOf(`{ ${list} { nodes { id } totalCount { value } } }`)).thought, 'anew', list);
});

test('every table of organizations tells PostgreSQL to take each of them for a large one', async () => {
  const plain = await sized.sql`
    select relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and attname = 'organization_id'
      and not coalesce(attoptions @> '{n_distinct=100}', false)`;
  assert.deepEqual([...plain], []);
});
