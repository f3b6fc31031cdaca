import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Json, newCustomer, newOrganization, post, refusal } from '../support/world.ts';
import { change, codes, remove, upsert } from './customer-calls.ts';

test('a version that was read keeps others’ changes from being overwritten', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'a', name: 'A' });
  assert.equal((await change(world, { reference: 'a' }, { name: 'B' }, 'version', 1)).customer.version, 2);
  const stale = await change(world, { reference: 'a' }, { name: 'C' }, 'version', 1);
  assert.deepEqual([stale.__typename, stale.code, stale.currentVersion], ['StaleError', 'VERSION_STALE', 2]);
  assert.equal((await upsert(world, { reference: 'new' }, { name: 'N' }, 'version', 1)).code, 'VERSION_STALE');
  assert.equal((await remove(world, { reference: 'a' }, 1)).code, 'VERSION_STALE');
  assert.ok((await remove(world, { reference: 'a' }, 2)).deletedId);
  const racing = await Promise.all(
    [1, 2, 3, 4, 5].map(async (i) => {
      if (i === 1) await newCustomer(world, { reference: 'race', name: 'R' }).catch(() => null);
      return null;
    }),
  );
  assert.equal(racing.length, 5);
  const both = await Promise.all(
    ['X', 'Y', 'Z'].map((name) => change(world, { reference: 'race' }, { name }, 'name', 1)),
  );
  assert.equal(both.filter(({ outcome }) => outcome === 'UPDATED').length, 1, JSON.stringify(both));
});

test('parents: neither oneself nor somebody below, nor two moves at once', async () => {
  const world = await newOrganization();
  for (const reference of ['a', 'b', 'c']) await newCustomer(world, { reference, name: reference });
  const put = (child: string, parent: string | null) =>
    change(world, { reference: child }, { parent: parent === null ? null : { reference: parent } });
  assert.equal((await put('a', 'a')).code, 'PARENT_IS_SELF');
  assert.equal((await put('b', 'a')).outcome, 'UPDATED');
  assert.equal((await put('c', 'b')).outcome, 'UPDATED');
  assert.equal((await put('a', 'c')).code, 'PARENT_LOOP');
  assert.equal((await put('a', 'nobody')).code, 'PARENT_NOT_FOUND');
  assert.equal((await remove(world, { reference: 'b' })).code, 'CUSTOMER_IN_USE');
  const { customer } = await world.ok(
    '{ customer(by: { reference: "a" }) { isSubcustomer subcustomers { nodes { reference } totalCount { value } } } }',
  );
  assert.deepEqual(customer, {
    isSubcustomer: false,
    subcustomers: { nodes: [{ reference: 'b' }], totalCount: { value: 1 } },
  });
  for (let round = 0; round < 5; round++) {
    await newCustomer(world, { reference: `x${round}`, name: 'X' });
    await newCustomer(world, { reference: `y${round}`, name: 'Y' });
    const moves = await Promise.all([put(`x${round}`, `y${round}`), put(`y${round}`, `x${round}`)]);
    assert.deepEqual(moves.map(({ outcome, code }) => outcome ?? code).sort(), ['PARENT_LOOP', 'UPDATED']);
  }
});

test('two hundred upserts in one call: a bad row does not spoil the others, and each fault names its row', async () => {
  const world = await newOrganization();
  const rows = ['a', 'b', 'c'].map((reference) => ({
    by: { reference },
    input: {
      name: reference.toUpperCase(),
      ...(reference === 'b' && { email: 'bad', category: { reference: 'none' } }),
    },
  }));
  const { results } = await world.ok(
    `mutation ($rows: [CustomersUpsertRow!]!) { results: customersUpsert(rows: $rows) { ... on CustomerUpsertPayload { outcome } ${refusal} } }`,
    { rows },
  );
  assert.deepEqual(
    results.map((one: { outcome?: string }) => one.outcome ?? null),
    ['CREATED', null, 'CREATED'],
  );
  assert.deepEqual(codes(results[1]), [
    'rows.1.input.category: CATEGORY_NOT_FOUND',
    'rows.1.input.email: VALUE_INVALID',
  ]);
  const tooMany = Array.from({ length: 251 }, (_, i) => ({ by: { reference: `${i}` }, input: { name: 'N' } }));
  assert.equal(
    await world.refused('mutation ($rows: [CustomersUpsertRow!]!) { customersUpsert(rows: $rows) { __typename } }', {
      rows: tooMany,
    }),
    'LIST_TOO_LONG',
  );
});

test('upserts of the same two in opposite order are all done, whether they are there already or not', {
  timeout: 60_000,
}, async () => {
  const world = await newOrganization();
  const both = (order: string[]) =>
    world.gql(
      'mutation ($rows: [CustomersUpsertRow!]!) { customersUpsert(rows: $rows) { __typename ... on Error { code } } }',
      { rows: order.map((reference) => ({ by: { reference }, input: { phone: randomUUID() } })) },
    );
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => both(i % 2 === 0 ? ['a', 'b'] : ['b', 'a'])));
    for (const { data, errors } of answers) {
      assert.equal(errors, undefined, JSON.stringify(errors));
      assert.deepEqual(
        data.customersUpsert.map(({ __typename }: Json) => __typename),
        Array(2).fill('CustomerUpsertPayload'),
      );
    }
  }
  assert.equal((await world.ok('{ customers { totalCount { value } } }')).customers.totalCount.value, 2);
});

test('what is answered with no data is not done', async () => {
  const world = await newOrganization();
  const writer = await world.keyFor(['customers:read', 'customers:write']);
  for (const shown of [
    'category { name }',
    'subcustomers(first: 101) { nodes { id } }',
    'subcustomers(after: "x") { nodes { id } }',
  ]) {
    const { data } = await post(
      writer,
      `mutation { customerCreate(input: { name: "A" }) { ... on CustomerCreatePayload { customer { ${shown} } } } }`,
    );
    assert.equal(data, null, shown);
  }
  const two = await post(
    writer,
    'mutation { a: customerCreate(input: { name: "A" }) { __typename } b: categoryCreate(input: { reference: "b", name: "B" }) { __typename } }',
  );
  assert.equal(two.data, null);
  assert.equal((await world.ok('{ customers { totalCount { value } } }')).customers.totalCount.value, 0);
});

test('a logo that is not named stays', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'A' });
  const set = async (logo: string) =>
    (
      await world.ok(
        `mutation { r: customerLogoSet(by: { reference: "A" }${logo}) { ... on CustomerLogoSetPayload { customer { version logo { fileName } } } } }`,
      )
    ).r.customer;
  const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const { version } = await set(`, logo: { fileName: "a.gif", data: "${gif}" }`);
  assert.deepEqual(await set(''), { version, logo: { fileName: 'a.gif' } });
  assert.equal((await set(', logo: null')).logo, null);
});

test('a mutation of several fields is kept whole when one of them is refused', async () => {
  const world = await newOrganization();
  const { a, b } = await world.ok(`mutation {
    a: customerCreate(input: { reference: "x", name: "X" }) { __typename }
    b: customerCreate(input: { reference: "x", name: "Y" }) { __typename ... on Error { code } }
  }`);
  assert.deepEqual([a.__typename, b.code], ['CustomerCreatePayload', 'REFERENCE_TAKEN']);
  assert.equal((await world.ok('{ customer(by: { reference: "x" }) { name } }')).customer.name, 'X');
});

test('a customer’s own login may not raise its credit, and says so of each field', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { reference: 'own', name: 'Ola' });
  const token = await world.tokenOf(numericId);
  const { errors } = await post(
    token,
    'mutation { ownCustomerUpdate(input: { creditLimit: 1000000, onHold: false, email: "a@example.com" }) { __typename } }',
  );
  assert.equal(errors?.[0]?.extensions.code, 'FORBIDDEN');
  const { customer } = await world.ok('{ customer(by: { reference: "own" }) { creditLimit email version } }');
  assert.deepEqual(customer, { creditLimit: null, email: null, version: 1 });
});

test('a customer goes with its contacts, logins and pictures', async () => {
  const world = await newOrganization();
  const gif = 'R0lGODlhAQABAPAAAAAAAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';
  await newCustomer(world, { reference: 'a', name: 'A', logo: { fileName: 'a.gif', data: gif } });
  const { contactCreate } = await world.ok(
    `mutation ($data: Base64!) { contactCreate(input: { customer: { reference: "a" }, firstName: "K", lastName: "N", photo: { fileName: "k.gif", data: $data } }) { ... on ContactCreatePayload { contact { photo { width } } } ${refusal} } }`,
    { data: gif },
  );
  assert.equal(contactCreate.contact?.photo.width, 1, JSON.stringify(contactCreate));
  const count = async () => (await world.as((tx) => tx.execute('select id from pictures'))).length;
  assert.equal(await count(), 2);
  assert.ok((await remove(world, { reference: 'a' })).deletedId);
  assert.equal(await count(), 0);
  const { contacts, customers } = await world.ok('{ contacts { nodes { id } } customers { totalCount { value } } }');
  assert.deepEqual([contacts.nodes, customers.totalCount.value], [[], 0]);
});

test('a value of the wrong form is told in our words, and a blank reference or name is none', async () => {
  const world = await newOrganization();
  const input = { reference: '  ', name: ' ', customerNumber: 0, paymentTerms: { days: 1000 } };
  const { made } = await world.ok(
    'mutation ($input: CustomerCreateInput!) { made: customerCreate(input: $input) { ... on InvalidInputError { faults { code path message } } } }',
    { input },
  );
  assert.deepEqual(made.faults, [
    { code: 'VALUE_REQUIRED', path: ['input', 'reference'], message: 'must not be empty' },
    { code: 'VALUE_INVALID', path: ['input', 'customerNumber'], message: 'must be greater than 0' },
    { code: 'VALUE_REQUIRED', path: ['input', 'name'], message: 'must not be empty' },
    { code: 'VALUE_INVALID', path: ['input', 'paymentTerms', 'days'], message: 'must be at most 999' },
  ]);
  assert.equal((await upsert(world, { reference: '  ' }, { name: 'N' })).code, 'VALUE_REQUIRED');
});

test('phones of kind mobile and fax are known however the kind is written', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'kinds', name: 'K' });
  const phones = [
    { number: '22 33 44 55', kind: 'Office' },
    { number: '412 34 567', kind: 'Mobile' },
    { number: '22 33 44 56', kind: 'FAX' },
  ];
  const { customer } = await change(world, { reference: 'kinds' }, { phones }, 'phone mobile fax phones { kind }');
  assert.deepEqual([customer.phone, customer.mobile, customer.fax], ['22 33 44 55', '412 34 567', '22 33 44 56']);
  assert.equal(customer.phones[0].kind, 'Office');
});

test('an odd number is kept with a warning that does not repeat it', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'odd', name: 'O' });
  const odd = { identity: '12345678901', company: { organizationNumber: '123' } };
  const { warnings, outcome } = await change(
    world,
    { reference: 'odd' },
    odd,
    'identity { masked } } warnings customer { id',
  );
  assert.deepEqual([outcome, warnings.length], ['UPDATED', 2]);
  assert.ok(!warnings.join().includes('12345678901'));
});
