import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { asAll, asOrganization } from '../../src/db/client.ts';
import { customers } from '../../src/db/tables/customers.ts';
import { history } from '../../src/db/tables/history.ts';
import { db, fetchServer, type Json, newCustomer, newOrganization, type World } from '../support/world.ts';

const entry = 'record recordId operation credentialId dialect requestId at changes { field before after }';
const historyOf = async (world: World, numericId: number, args = '', fields = entry): Promise<Json> =>
  (
    await world.ok(
      `query ($id: SafeInt!) { customer(by: { numericId: $id }) { history${args} { nodes { ${fields} } pageInfo { hasNextPage endCursor } totalCount { value } } } }`,
      { id: numericId },
    )
  ).customer.history;
const update = (world: World, numericId: number, input: object) =>
  world.ok(
    `mutation ($id: SafeInt!, $input: CustomerUpdateInput!) { customerUpdate(by: { numericId: $id }, input: $input) { __typename } }`,
    { id: numericId, input },
  );
/** A refusal of the database, under the driver's and the query builder's words. */
const denied = (error: unknown) => /permission denied/.test(String(error instanceof Error ? error.cause : error));

test('a customer remembers who made and changed it, from what to what, newest first', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola Nordmann', comment: 'first' });
  await update(world, numericId, { comment: 'second', creditLimit: '5000' });
  const { nodes, totalCount } = await historyOf(world, numericId);
  assert.equal(totalCount.value, 2);
  const [changed, made] = nodes;
  assert.deepEqual(changed.changes, [
    { field: 'comment', before: 'first', after: 'second' },
    { field: 'creditLimit', before: null, after: '5000' },
    { field: 'version', before: '1', after: '2' },
  ]);
  assert.deepEqual([changed.operation, changed.record, changed.recordId], ['UPDATE', 'CUSTOMER', numericId]);
  assert.equal(changed.dialect, 'GRAPHQL');
  assert.equal(changed.credentialId, /^clk_([^_]+)_/.exec(world.key)?.[1]);
  assert.match(changed.requestId, /^[0-9a-f-]{36}$/);
  assert.equal(made.operation, 'INSERT');
  assert.ok(made.changes.some((one: Json) => one.field === 'name' && one.after === 'Ola Nordmann'));
});

test('an amount is told with all its digits', async () => {
  const world = await newOrganization();
  const amounts = ['12345678901234567.89', '99999999999999.9999', '1234567890.1234567891', '0.0000000001', '5000'];
  await newCustomer(world, { reference: 'A', name: 'say "1234567890123456789.5" and \\' });
  for (const creditLimit of amounts)
    await world.ok(
      'mutation ($to: Decimal) { customerUpdate(by: { reference: "A" }, input: { creditLimit: $to }) { __typename } }',
      { to: creditLimit },
    );
  const { customer } = await world.ok(
    '{ customer(by: { reference: "A" }) { history(first: 20) { nodes { changes { field after } } } } }',
  );
  const told = (name: string) =>
    customer.history.nodes.flatMap(({ changes }: Json) =>
      changes.filter(({ field }: Json) => field === name).map(({ after }: Json) => after),
    );
  assert.deepEqual(told('creditLimit').reverse(), amounts);
  assert.deepEqual(told('name'), ['say "1234567890123456789.5" and \\']);
});

test('the request that a dialect answered is named, in its own words', async () => {
  const world = await newOrganization();
  const headers = { authorization: `Bearer ${world.key}`, 'x-request-id': 'from-the-shop' };
  const body = new URLSearchParams({ name: 'Brick', reference: 'brick' });
  const answer = await fetchServer(
    new Request('http://clientele.test/api/v1.0/customers', { method: 'POST', headers, body }),
  );
  assert.equal(answer.status, 201);
  const { nodes } = await historyOf(world, ((await answer.json()) as Json).id);
  assert.deepEqual([nodes[0].dialect, nodes[0].requestId], ['valomnia', 'from-the-shop']);
});

test('a national number is told as changed, kept as it is sealed, and its blind index not at all', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola', identity: '01018912345' });
  await update(world, numericId, { identity: '02018912345' });
  const { nodes } = await historyOf(world, numericId);
  assert.deepEqual(nodes[0].changes, [
    { field: 'identity', before: null, after: null },
    { field: 'version', before: '1', after: '2' },
  ]);
  const rows = await world.as((tx) => tx.select().from(history).where(eq(history.customerId, numericId)));
  assert.match(String(rows[1]?.before?.identity_sealed), /^\\x01/);
  assert.doesNotMatch(JSON.stringify(rows), /identity_index|0[12]018912345/);
});

test('any way of writing is remembered, also a statement by hand; a write that is undone is not', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola' });
  const where = eq(customers.id, numericId);
  await asAll(db, (tx) => tx.update(customers).set({ comment: 'by hand' }).where(where));
  await world
    .as(async (tx) => {
      await tx.update(customers).set({ comment: 'never' }).where(where);
      throw new Error('undone');
    })
    .catch(() => {});
  const { nodes } = await historyOf(world, numericId);
  assert.equal(nodes.length, 2);
  assert.deepEqual(nodes[0].changes[0], { field: 'comment', before: null, after: 'by hand' });
  assert.equal(nodes[0].credentialId, null);
});

test('contacts, payment types and logins belong to their customer’s history, also when they go with it', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola' });
  const one = randomUUID();
  await world.as(async (tx) => {
    await tx.execute(
      sql`insert into contacts (reference, customer_id, first_name, last_name) values (${one}, ${numericId}, 'Kari', 'N')`,
    );
    await tx.execute(sql`with p as (insert into payment_types (reference, name) values (${one}, 'Cash') returning id)
      insert into customer_payment_types (customer_id, payment_type_id) select ${numericId}, id from p`);
    await tx.execute(sql`with l as (insert into logins (customer_id, unique_id) values (${numericId}, ${one}) returning id)
      insert into login_credentials (login_id, credential, credential_key, credential_type, verification_level)
      select id, 'ola@example.no', 'ola@example.no', 'A_EMAIL_ADDRESS', 'Not verified' from l`);
  });
  const records = (rows: Json[]) => [...new Set(rows.map(({ record }: Json) => record))].sort();
  const made = await historyOf(world, numericId);
  assert.deepEqual(records(made.nodes), ['CONTACT', 'CUSTOMER', 'LOGIN', 'LOGIN_CREDENTIAL', 'PAYMENT_TYPE']);
  await world.as((tx) => tx.delete(customers).where(eq(customers.id, numericId)));
  const gone = await world.as((tx) => tx.select().from(history).where(eq(history.customerId, numericId)));
  assert.deepEqual(
    gone
      .filter(({ operation }) => operation === 'DELETE')
      .map(({ tableName }) => tableName)
      .sort(),
    ['contacts', 'customer_payment_types', 'customers', 'login_credentials', 'logins'],
  );
});

test('pages follow each other without a gap', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola' });
  for (const comment of ['a', 'b', 'c']) await update(world, numericId, { comment });
  const first = await historyOf(world, numericId, '(first: 3)', 'operation');
  assert.equal(first.pageInfo.hasNextPage, true);
  const rest = await historyOf(world, numericId, `(first: 3, after: "${first.pageInfo.endCursor}")`, 'operation');
  assert.deepEqual(rest.nodes, [{ operation: 'INSERT' }]);
  assert.equal(
    await world.refused(`{ customer(by: { numericId: ${numericId} }) { history(first: 101) { nodes { at } } } }`),
    'PAGE_SIZE_INVALID',
  );
});

test('history is behind the wall, and the application can neither write, change nor delete it', async () => {
  const [world, other] = [await newOrganization(), await newOrganization()];
  const { numericId } = await newCustomer(world, { name: 'Ola' });
  const organizationId = other.organizationId;
  const seen = await asOrganization(db, { organizationId }, 'read', (tx) =>
    tx.select().from(history).where(eq(history.customerId, numericId)),
  );
  assert.deepEqual(seen, []);
  const forged = { tableName: 'customers', rowId: numericId, operation: 'UPDATE' } as const;
  await assert.rejects(
    world.as((tx) => tx.insert(history).values(forged)),
    denied,
  );
  await assert.rejects(
    world.as((tx) => tx.update(history).set({ after: {} })),
    denied,
  );
  await assert.rejects(
    world.as((tx) => tx.delete(history)),
    denied,
  );
});

test('every table of an organization is remembered, but what is made from others, pictures’ bytes and history itself', async () => {
  const rows = await db.sql<{ name: string; remembered: boolean }[]>`
    select c.relname as name, exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = c.relname || '_history') as remembered
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`;
  assert.deepEqual(
    rows.filter(({ remembered }) => !remembered).map(({ name }) => name),
    [
      'credentials',
      'customer_counts',
      'customer_keys',
      'customer_names',
      'customer_search',
      'history',
      'idempotency',
      'import_runs',
      'pictures',
    ],
  );
});

test('each reveal of a national number is one entry, with its purpose and without the number; what is only read leaves none', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola', identity: '01018912345' });
  const by = `by: { numericId: ${numericId} }`;
  await world.ok(`{ customer(${by}) { identity { masked } } }`);
  const shown = await world.ok(`{ customer(${by}) { identity { value(purpose: "credit check") } } }`);
  assert.equal(shown.customer.identity.value, '01018912345');
  await world.ok(
    `mutation { customerUpdate(${by}, input: { comment: "x" }) { ... on CustomerUpdatePayload { customer { identity { value(purpose: "contract") } } } } }`,
  );
  const { nodes } = await historyOf(world, numericId);
  const reveals = nodes.filter(({ operation }: Json) => operation === 'REVEAL');
  assert.deepEqual(
    reveals.map(({ changes }: Json) => changes),
    [
      [{ field: 'purpose', before: null, after: 'contract' }],
      [{ field: 'purpose', before: null, after: 'credit check' }],
    ],
  );
  assert.equal(reveals[0].credentialId, /^clk_([^_]+)_/.exec(world.key)?.[1]);
  assert.doesNotMatch(JSON.stringify(nodes), /01018912345/);
});
