import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, post } from '../support/world.ts';

// Values at the ends of what there is.

test('instants at the end of time are compared like others, and those beyond are none', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'A' });
  const found = async (filter: string) =>
    (await world.ok(`{ customers(filter: { createdAt: { ${filter} } }) { totalCount { value } } }`)).customers
      .totalCount.value;
  assert.equal(await found('lte: "9999-12-31T23:59:59Z", wholeSeconds: true'), 1);
  assert.equal(await found('gt: "9999-12-31T23:59:59Z", wholeSeconds: true'), 0);
  const beyond = await world.gql(
    '{ customers(filter: { createdAt: { lt: "9999-12-31T23:59:59-00:01" } }) { totalCount { value } } }',
  );
  assert.match(beyond.errors?.[0]?.message ?? '', /real instant/);
  assert.deepEqual(beyond.errors?.[0]?.locations, [{ line: 1, column: 40 }]);
});

test('a number is shown for a purpose that says something, whatever letters it has', async () => {
  const world = await newOrganization();
  const key = await world.keyFor(['customers:read', 'identities:reveal']);
  await newCustomer(world, { reference: 'A', name: 'A', identity: '02016126007' });
  const reveal = (purpose: string) =>
    post(
      key,
      'query ($purpose: String!) { customer(by: { reference: "A" }) { identity { value(purpose: $purpose) } } }',
      { purpose },
    );
  assert.equal((await reveal(`${'x'.repeat(199)}😀`)).data.customer.identity.value, '02016126007');
  assert.equal((await reveal(' \n')).errors?.[0]?.extensions.code, 'VALUE_REQUIRED');
});

test('of several ids each is answered for itself; a scope that is missing is named', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'A' });
  const made = await world.ok(
    'mutation { categoryCreate(input: { reference: "c", name: "C" }) { ... on CategoryCreatePayload { category { id } } } }',
  );
  const { customer } = await world.ok('{ customer(by: { reference: "A" }) { id } }');
  const ids = [made.categoryCreate.category.id, customer.id];
  const key = await world.keyFor(['customers:read']);
  const { data, errors } = await post(key, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  assert.deepEqual(data.nodes, [null, { id: customer.id }]);
  assert.deepEqual([errors?.length, errors?.[0]?.path], [1, ['nodes', 0]]);
  assert.equal(errors?.[0]?.extensions.faults[0].message, 'needs the scope references:read');
});

test('an exact number is text where JSON would round it', async () => {
  const world = await newOrganization();
  const create = (creditLimit: unknown, reference: string) =>
    world.gql(
      'mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { ... on CustomerCreatePayload { customer { creditLimit } } } }',
      { input: { reference, name: 'A', creditLimit } },
    );
  for (const rounded of [2 ** 53, 1234567890123456.8])
    assert.match((await create(rounded, 'A')).errors?.[0]?.message ?? '', /as text alone/);
  const { data } = await create('9007199254740993', 'B');
  assert.equal(Number(data.customerCreate.customer.creditLimit) > 9e15, true);
  assert.match(data.customerCreate.customer.creditLimit, /^9007199254740993/);
});

test('who asks for more than a page has is told what a page has', async () => {
  const world = await newOrganization();
  for (const first of [101, 20_000])
    assert.equal(await world.refused(`{ customers(first: ${first}) { nodes { id } } }`), 'PAGE_SIZE_INVALID');
});

test('each refusal names its own request, also when its words are known', async () => {
  const world = await newOrganization();
  for (const query of ['{ nopeq }', `{ customers(first: 1) { nodes { ${'id '.repeat(900)} } } }`]) {
    const ids = new Set<unknown>();
    for (let i = 0; i < 3; i++) ids.add((await world.raw(query)).errors[0].extensions.requestId);
    assert.equal(ids.size, 3);
  }
});

test('regions are walked by their positions, however large', async () => {
  const world = await newOrganization();
  for (const position of [2_000_000_001, -2_147_483_648])
    await world.ok(
      `mutation { regionCreate(input: { reference: "r${position}", name: "R", position: ${position} }) { __typename } }`,
    );
  const page = async (after: string | null) =>
    (
      await world.ok(
        'query ($after: String) { regions(orderBy: { field: POSITION, direction: DESC }, first: 1, after: $after) { nodes { position } pageInfo { endCursor } } }',
        { after },
      )
    ).regions;
  const first = await page(null);
  assert.deepEqual(
    [first.nodes[0].position, (await page(first.pageInfo.endCursor)).nodes[0].position],
    [2_000_000_001, -2_147_483_648],
  );
});
