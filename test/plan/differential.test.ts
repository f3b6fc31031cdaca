import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { type Caller, scopes } from '../../src/auth/caller.ts';
import { asAll, openDb } from '../../src/db/client.ts';
import { organizations } from '../../src/db/tables/organizations.ts';
import { openDirectory } from '../../src/directory/index.ts';
import { openPlanner } from '../../src/plan/index.ts';
import { schema } from '../../src/schema/index.ts';
import { seedDemo } from '../../src/seed/index.ts';
import { runOperation } from '../../src/server/operation.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway } from '../support/database.ts';
import { queries } from './documents.ts';

// A plan is a second way to the same answer, as text or as values. These properties hold the ways together, byte by byte.

const database = await startThrowaway();
const db = openDb({ url: database.url });
const vault = openVault(parseKeys(makeKeys()));
const faults: unknown[] = [];
const log = { info: () => {}, error: (facts: object) => void faults.push(facts) };
const planner = openPlanner(schema, db.lanes);
const rooms = { schema, db, vault, directory: openDirectory({ db, vault }), publicUrl: 'http://clientele.test', log };
let caller: Caller;

before(async () => {
  await seedDemo({ db, vault, log });
  const [first] = await asAll(db, (tx) => tx.select().from(organizations).orderBy(organizations.id).limit(1));
  assert.ok(first);
  caller = {
    organizationId: first.id,
    credentialId: 'test',
    kind: 'API_KEY',
    scopes: new Set(scopes),
    userId: null,
    customerId: null,
    clientIds: [],
    merchantId: null,
    clientSession: null,
  };
});

after(async () => {
  await db.close();
  await database.stop();
});

const roots = [
  'customer',
  'customers',
  'category',
  'categories',
  'segmentations',
  'paymentTypes',
  'regions',
  'users',
  'contacts',
  'contact',
  'organization',
];

/** The answers to a query: executed, and by a plan (null when it has none), as text and as values. */
async function both(query: string, variables: Record<string, unknown> = {}, by = caller) {
  const document = parse(query);
  assert.deepEqual(validate(schema, document), [], query);
  const call = { document, variables, caller: by, dialect: 'GRAPHQL', requestId: 'test', pageLimit: 100 };
  const told: Awaited<ReturnType<typeof planner.run>>[] = [];
  const watched: typeof planner = {
    ...planner,
    async run(asked) {
      const answer = await planner.run(asked);
      told.push(answer);
      return answer;
    },
  };
  const executed = await runOperation(rooms, call);
  for (const isText of [true, false]) await runOperation({ ...rooms, planner: watched }, { ...call, isText });
  const [planned = null, values = null] = told;
  assert.ok(planned === null || typeof planned === 'string');
  return { executed, planned, values };
}

async function same(query: string, variables?: Record<string, unknown>, by?: Caller): Promise<boolean> {
  const { executed, planned, values } = await both(query, variables, by);
  assert.deepEqual(faults, [], query);
  assert.equal(values === null, planned === null, query);
  if (executed.errors) assert.equal(planned, null, `an answer where execution has errors: ${query}`);
  else if (planned !== null) {
    assert.equal(planned, JSON.stringify(executed.data), query);
    assert.equal(JSON.stringify(values), planned, query);
    assert.deepStrictEqual(values, JSON.parse(planned), query);
  }
  return planned !== null;
}

test('random queries have the same answer planned and executed', async (t) => {
  let planned = 0;
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(queries(schema, roots), async (query) => {
      asked++;
      if (await same(query)) planned++;
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 150), endOnFailure: true, includeErrorInReport: true },
  );
  t.diagnostic(`${planned} of ${asked} were planned`);
  assert.ok(planned > asked * 0.15, `only ${planned} of ${asked} were planned`);
});

test('walking by cursors in any order shows the same pages planned and executed', async () => {
  const orders = [
    'ID',
    'NAME',
    'PHONE',
    'BILLING_CITY',
    'IS_CREDIT',
    'CATEGORY_REFERENCE',
    'CREATED_AT',
    'CREDIT_LIMIT',
  ];
  const query = `query ($first: Int, $last: Int, $after: String, $before: String, $order: [CustomerOrder!]) {
    customers(first: $first, last: $last, after: $after, before: $before, orderBy: $order) {
      edges { cursor node { numericId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount { value exact }
    }
  }`;
  const order = fc.record({ field: fc.constantFrom(...orders), direction: fc.constantFrom('ASC', 'DESC') });
  await fc.assert(
    fc.asyncProperty(
      fc.array(order, { maxLength: 2 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (by, size, back) => {
        let cursor: string | null = null;
        for (let pages = 0; pages < 3; pages++) {
          const page = back ? { last: size, before: cursor } : { first: size, after: cursor };
          assert.ok(await same(query, { ...page, order: by }));
          const { planned } = await both(query, { ...page, order: by });
          const { pageInfo } = JSON.parse(planned ?? '').customers;
          cursor = back ? pageInfo.startCursor : pageInfo.endCursor;
        }
      },
    ),
    { numRuns: 15, endOnFailure: true, includeErrorInReport: true },
  );
});

test('who lacks a scope, and what is wrong with an argument, is told by the execution', async () => {
  const reader: Caller = { ...caller, scopes: new Set(['customers:read']) };
  assert.equal(await same('{ customers(first: 2) { nodes { name } } }', {}, reader), true);
  for (const query of [
    '{ customers(first: 2) { nodes { name category { name } } } }',
    '{ categories { nodes { name } } }',
    '{ customers(first: 101) { nodes { name } } }',
    '{ customers(after: "x") { nodes { name } } }',
    '{ customers(first: 2, last: 2) { nodes { name } } }',
  ]) {
    const { executed, planned } = await both(query, {}, reader);
    assert.ok(executed.errors, query);
    assert.equal(planned, null, query);
  }
});

test('another organization’s rows are not there', async () => {
  const other: Caller = { ...caller, organizationId: caller.organizationId + 1_000_000 };
  assert.equal((await both('{ customers { nodes { name } } }', {}, other)).planned, null);
  const [, second] = await asAll(db, (tx) => tx.select().from(organizations).orderBy(organizations.id).limit(2));
  assert.ok(second);
  const neighbour: Caller = { ...caller, organizationId: second.id };
  const read = async (by: Caller) => (await both('{ customers(first: 100) { nodes { id } } }', {}, by)).planned ?? '';
  const ids = (text: string): string[] => JSON.parse(text).customers.nodes.map(({ id }: { id: string }) => id);
  const mine = new Set(ids(await read(caller)));
  assert.ok(mine.size > 0);
  for (const id of ids(await read(neighbour))) {
    assert.ok(!mine.has(id));
    assert.equal((await both(`{ customer(by: { id: "${id}" }) { name } }`)).planned, '{"customer":null}');
  }
});

test('a change of a category shows at once, though categories are kept in memory', async () => {
  const query = '{ customers(first: 1) { nodes { category { numericId name } } } }';
  const { planned } = await both(query);
  const [{ category }] = JSON.parse(planned ?? '').customers.nodes;
  for (const name of ['Changed', category.name]) {
    await asAll(db, (tx) => tx.execute(`update categories set name = '${name}' where id = ${category.numericId}`));
    assert.equal(await same(query), true);
    assert.ok((await both(query)).planned?.includes(`"${name}"`));
  }
});
