import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, refusal, type World } from '../support/world.ts';

const run = async (world: World, mutation: string, type: string) =>
  (await world.ok(`mutation { result: ${mutation} { ... on ${type}Payload { __typename } ${refusal} } }`)).result
    .code ?? 'done';
const region = (world: World, reference: string, parent: string | null) =>
  run(
    world,
    `regionUpsert(by: { reference: "${reference}" }, input: { name: "${reference}", parent: ${parent === null ? null : `{ reference: "${parent}" }`} })`,
    'RegionUpsert',
  );
const category = (world: World, reference: string, parent: string | null) =>
  run(
    world,
    `categoryUpsert(by: { reference: "${reference}" }, input: { name: "${reference}", parent: ${parent === null ? null : `{ reference: "${parent}" }`} })`,
    'CategoryUpsert',
  );

test('a region is one level below its parent; moved, it takes all below along', async () => {
  const world = await newOrganization();
  for (const [child, parent] of [
    ['country', null],
    ['county', 'country'],
    ['town', 'county'],
    ['street', 'town'],
    ['other', null],
  ] as const)
    assert.equal(await region(world, child, parent), 'done');
  const levels = async () =>
    Object.fromEntries(
      (await world.ok('{ regions { nodes { reference level } } }')).regions.nodes.map(
        (one: { reference: string; level: number }) => [one.reference, one.level],
      ),
    );
  assert.deepEqual(await levels(), { country: 1, county: 2, town: 3, street: 4, other: 1 });
  assert.equal(await region(world, 'town', 'other'), 'done');
  assert.deepEqual(await levels(), { country: 1, county: 2, town: 2, street: 3, other: 1 });
  assert.equal(await region(world, 'town', null), 'done');
  assert.deepEqual(await levels(), { country: 1, county: 2, town: 1, street: 2, other: 1 });
  assert.equal(await region(world, 'town', 'street'), 'PARENT_LOOP');
  assert.equal(await region(world, 'town', 'town'), 'PARENT_IS_SELF');
  assert.equal(await region(world, 'town', 'nowhere'), 'PARENT_NOT_FOUND');
  const { region: town } = await world.ok(
    '{ region(by: { reference: "town" }) { parent { reference } children { reference } } }',
  );
  assert.deepEqual(town, { parent: null, children: [{ reference: 'street' }] });
  assert.equal(await run(world, 'regionDelete(by: { reference: "town" })', 'RegionDelete'), 'REGION_IN_USE');
});

test('regions moved into each other at once make no loop', async () => {
  const world = await newOrganization();
  for (const reference of ['a', 'b']) await region(world, reference, null);
  for (let round = 0; round < 5; round++) {
    const results = await Promise.all([region(world, 'a', 'b'), region(world, 'b', 'a')]);
    assert.deepEqual(results.sort(), ['PARENT_LOOP', 'done']);
    for (const reference of ['a', 'b']) await region(world, reference, null);
  }
});

test('a region and a segmentation that customers have, a payment type and a user in use, stay', async () => {
  const world = await newOrganization();
  await world.ok('mutation { organizationUpdate(input: { regionLevel: 1 }) { __typename } }');
  await region(world, 'r', null);
  await world.ok(`mutation {
    a: segmentationCreate(input: { reference: "s", name: "S" }) { __typename }
    b: paymentTypeCreate(input: { reference: "p", name: "P" }) { __typename }
    c: userCreate(input: { reference: "u", lastName: "U" }) { __typename }
  }`);
  await newCustomer(world, {
    reference: 'c',
    name: 'C',
    region: { reference: 'r' },
    segmentation: { reference: 's' },
    paymentTypes: [{ reference: 'p' }],
    createdBy: { reference: 'u' },
  });
  for (const [field, reference, code] of [
    ['region', 'r', 'REGION_IN_USE'],
    ['segmentation', 's', 'SEGMENTATION_IN_USE'],
    ['paymentType', 'p', 'PAYMENT_TYPE_IN_USE'],
    ['user', 'u', 'USER_IN_USE'],
  ] as const) {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Delete`;
    assert.equal(await run(world, `${field}Delete(by: { reference: "${reference}" })`, type), code);
    const { found } = await world.ok(
      `{ found: ${field}(by: { reference: "${reference}" }) { customers { nodes { reference } totalCount { value } } } }`,
    );
    assert.deepEqual(found.customers, { nodes: [{ reference: 'c' }], totalCount: { value: 1 } });
  }
});

test('categories: path, children, no loop, in use, and the last root stays', async () => {
  const world = await newOrganization();
  assert.equal(await category(world, 'a', 'root'), 'done');
  assert.equal(await category(world, 'b', 'a'), 'done');
  assert.equal(await category(world, 'a', 'b'), 'PARENT_LOOP');
  assert.equal(await category(world, 'root', null), 'done');
  const { category: b } = await world.ok(
    '{ category(by: { reference: "b" }) { isRoot path { reference } parent { children { reference } } } }',
  );
  assert.deepEqual(b, {
    isRoot: false,
    path: [{ reference: 'root' }, { reference: 'a' }, { reference: 'b' }],
    parent: { children: [{ reference: 'b' }] },
  });
  await newCustomer(world, { reference: 'c', name: 'C', category: { reference: 'b' } });
  const gone = (reference: string) => run(world, `categoryDelete(by: { reference: "${reference}" })`, 'CategoryDelete');
  assert.deepEqual([await gone('b'), await gone('a')], ['CATEGORY_IN_USE', 'CATEGORY_IN_USE']);
  assert.equal(await gone('root'), 'CATEGORY_LAST_ROOT');
  const { customers } = await world.ok(
    '{ customers(filter: { category: { by: { reference: "root" }, subtree: true } }) { nodes { reference } } }',
  );
  assert.deepEqual(customers.nodes, [{ reference: 'c' }]);
});

test('with geographical places, a region above the organization’s level is refused; without, it is ignored', async () => {
  const world = await newOrganization();
  await region(world, 'country', null);
  await region(world, 'town', 'country');
  const ignored = await newCustomer(world, { name: 'A', region: { reference: 'town' } }, 'region { reference }');
  assert.equal(ignored.region, null);
  await world.ok('mutation { organizationUpdate(input: { regionLevel: 2 }) { __typename } }');
  const kept = await newCustomer(world, { name: 'A', region: { reference: 'town' } }, 'region { reference }');
  assert.deepEqual(kept.region, { reference: 'town' });
  assert.equal(
    await run(world, 'customerCreate(input: { name: "B", region: { reference: "country" } })', 'CustomerCreate'),
    'REGION_LEVEL',
  );
});
