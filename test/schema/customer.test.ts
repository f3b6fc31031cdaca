import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, type World } from '../support/world.ts';
import { change, codes, create, upsert } from './customer-calls.ts';

test('a customer with a name alone gets what every customer has', async () => {
  const world = await newOrganization();
  const made = await newCustomer(
    world,
    { name: 'Ola Nordmann' },
    `id numericId reference customerNumber version kind name currency isActive onHold paymentId emails productCodes
     shippingSameAsBilling category { reference isRoot } createdBy { reference } person { lastName } identity { masked }`,
  );
  assert.match(made.reference, /^c-[0-9a-f-]{36}$/);
  assert.match(made.paymentId, /^\d{21}$/);
  assert.equal(made.customerNumber, made.numericId);
  const { id, numericId, reference, customerNumber, paymentId, ...rest } = made;
  assert.deepEqual(rest, {
    version: 1,
    kind: 'UNDEFINED',
    name: 'Ola Nordmann',
    currency: 'NOK',
    isActive: true,
    onHold: false,
    emails: [],
    productCodes: [],
    shippingSameAsBilling: true,
    category: { reference: 'root', isRoot: true },
    createdBy: { reference: 'admin' },
    person: null,
    identity: null,
  });
});

test('a customer is found by each of its identities, and by nobody else’s', async () => {
  const world = await newOrganization();
  const stranger = await newOrganization();
  const { id, numericId, reference } = await newCustomer(world, { name: 'A', customerNumber: 4711 });
  const find = async (at: World, by: object) =>
    (await at.ok('query ($by: CustomerBy!) { customer(by: $by) { reference } }', { by })).customer?.reference ?? null;
  for (const by of [{ id }, { numericId }, { reference }, { customerNumber: 4711 }]) {
    assert.equal(await find(world, by), reference);
    assert.equal(await find(stranger, by), null);
  }
  for (const by of [
    { id: 'nonsense' },
    { id: `${id}=` },
    { numericId: -1 },
    { numericId: 9007199254740991 },
    { reference: '' },
  ])
    assert.equal(await find(world, by), null, JSON.stringify(by));
  const { node, nodes } = await world.ok(
    'query ($id: ID!, $ids: [ID!]!) { node(id: $id) { __typename id } nodes(ids: $ids) { id } }',
    { id, ids: [id, 'nonsense', id] },
  );
  assert.deepEqual([node, nodes], [{ __typename: 'Customer', id }, [{ id }, null, { id }]]);
  assert.deepEqual((await stranger.ok('query ($id: ID!) { node(id: $id) { id } }', { id })).node, null);
});

test('absent stays, null clears, and a change that changes nothing raises no version', async () => {
  const world = await newOrganization();
  const by = { reference: 'a' };
  await newCustomer(world, {
    reference: 'a',
    person: { firstName: 'Ola', lastName: 'Nordmann' },
    emails: ['a@example.com', 'b@example.com'],
    phones: [{ number: '22 33 44 55' }, { number: '99887766', kind: 'mobile' }],
    billingAddress: { line1: 'Storgata 6A', postalCode: '0179', city: 'Oslo', country: 'Norway' },
    creditLimit: '5000.50',
    comment: 'kept',
  });
  const fields = `version name comment creditLimit person { firstName lastName } emails phone mobile
    billingAddress { line1 street streetNumber entrance postalCode country }`;
  const first = await change(world, by, { comment: 'kept', creditLimit: 5000.5, email: 'a@example.com' }, fields);
  assert.deepEqual([first.outcome, first.customer.version], ['UNCHANGED', 1]);
  assert.deepEqual(first.customer.billingAddress, {
    line1: 'Storgata 6A',
    street: 'Storgata',
    streetNumber: 6,
    entrance: 'A',
    postalCode: '0179',
    country: 'NO',
  });
  const second = await change(
    world,
    by,
    { comment: null, person: { firstName: null }, billingAddress: { city: 'Bergen' }, mobile: null, email: null },
    fields,
  );
  assert.deepEqual(second.outcome, 'UPDATED');
  assert.deepEqual(second.customer, {
    version: 2,
    name: 'Nordmann',
    comment: null,
    creditLimit: '5000.50',
    person: { firstName: null, lastName: 'Nordmann' },
    emails: ['b@example.com'],
    phone: '22 33 44 55',
    mobile: null,
    billingAddress: first.customer.billingAddress,
  });
  const third = await change(world, by, { billingAddress: null, phones: [], emails: null }, fields);
  assert.deepEqual([third.customer.billingAddress, third.customer.phone, third.customer.emails], [null, null, []]);
});

test('all faults are told at once, each with its code and its place', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'taken', name: 'A' });
  const result = await create(world, {
    reference: 'taken',
    email: 'no email',
    billingAddress: { country: 'Atlantis', latitude: 91 },
    currency: 'USD',
    category: { reference: 'none' },
    paymentTypes: [{ reference: 'cash' }],
    comment: 'x'.repeat(10_001),
  });
  assert.equal(result.__typename, 'NotFoundError');
  assert.deepEqual(codes(result), [
    'input.billingAddress.country: COUNTRY_UNKNOWN',
    'input.billingAddress.latitude: VALUE_INVALID',
    'input.category: CATEGORY_NOT_FOUND',
    'input.comment: VALUE_TOO_LONG',
    'input.currency: CURRENCY_NOT_CONFIGURED',
    'input.email: VALUE_INVALID',
    'input.paymentTypes.0: PAYMENT_TYPE_NOT_FOUND',
    'input.reference: REFERENCE_TAKEN',
  ]);
  const conflict = await create(world, { reference: 'taken', name: 'B' });
  assert.equal(conflict.__typename, 'ConflictError');
  const { customer } = await world.ok('{ customer(by: { reference: "taken" }) { id name } }');
  assert.deepEqual([conflict.existingId, customer.name], [customer.id, 'A']);
  assert.equal((await create(world, { email: 'a@example.com' })).outcome, 'CREATED');
});

test('a national number is answered masked, revealed for a purpose, and found again', async () => {
  const world = await newOrganization();
  const { id } = await newCustomer(world, { reference: 'a', name: 'A', identity: '01010112345' });
  const asked = 'query ($id: ID!) { node(id: $id) { ... on Customer { identity { masked value(purpose: "test") } } } }';
  assert.deepEqual((await world.ok(asked, { id })).node.identity, { masked: '****2345', value: '01010112345' });
  const reader = await world.keyFor(['customers:read']);
  assert.equal(await world.refused(asked, { id }, reader), 'FORBIDDEN');
  const { customers } = await world.ok('{ customers(filter: { identity: "010101 12345" }) { nodes { reference } } }');
  assert.deepEqual(customers.nodes, [{ reference: 'a' }]);
  const same = await upsert(world, { reference: 'a' }, { identity: '01010112345' });
  assert.equal(same.outcome, 'UNCHANGED');
  const [row] = await world.as((tx) => tx.execute('select * from customers'));
  assert.ok(!JSON.stringify(row).includes('01010112345'));
});

test('of twenty upserts at once one makes the customer and nineteen find it', async () => {
  const world = await newOrganization();
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => upsert(world, { reference: 'one' }, { name: 'One', comment: `${i % 2}` })),
  );
  const outcomes = results.map(({ outcome }) => outcome);
  assert.equal(outcomes.filter((outcome) => outcome === 'CREATED').length, 1, outcomes.join());
  assert.ok(
    outcomes.every((outcome) => outcome !== undefined),
    JSON.stringify(results),
  );
  const { customers } = await world.ok('{ customers { nodes { reference } totalCount(exact: true) { value exact } } }');
  assert.deepEqual(customers, { nodes: [{ reference: 'one' }], totalCount: { value: 1, exact: true } });
});

test('an upsert by an id makes nobody, and one by a bad reference neither', async () => {
  const world = await newOrganization();
  assert.equal((await upsert(world, { numericId: 999_999_999 }, { name: 'A' })).code, 'CUSTOMER_NOT_FOUND');
  assert.deepEqual(codes(await upsert(world, { reference: '' }, { name: 'A' })), ['by.reference: VALUE_REQUIRED']);
  assert.deepEqual(codes(await upsert(world, { reference: 'x'.repeat(101) }, { name: 'A' })), [
    'by.reference: VALUE_TOO_LONG',
  ]);
  assert.deepEqual(codes(await upsert(world, { customerNumber: 0 }, { name: 'A' })), [
    'by.customerNumber: VALUE_INVALID',
  ]);
});
