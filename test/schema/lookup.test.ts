import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, refusal, type World } from '../support/world.ts';

const lookup = async (world: World, field: string, value: string, more: object = {}, fields = 'reference') =>
  (
    await world.ok(
      `mutation ($field: LookupField!, $value: String!, $reference: String, $riskScore: Decimal) {
        result: customerLookup(field: $field, value: $value, reference: $reference, riskScore: $riskScore) {
          ... on CustomerLookupPayload { outcome customer { ${fields} } } ${refusal}
        }
      }`,
      { field, value, ...more },
    )
  ).result;
const byNumber = (world: World, value: string, more?: object, fields?: string) =>
  lookup(world, 'IDENTIFICATION_NUMBER', value, more, fields);
const byPhone = (world: World, value: string, more?: object, fields?: string) =>
  lookup(world, 'PHONE_NUMBER', value, more, fields);

async function known(world: World, rows: object[]) {
  const { results } = await world.ok(
    `mutation ($rows: [DirectoryEntryUpsertInput!]!) { results: directoryEntriesUpsert(rows: $rows) { ... on DirectoryEntryUpsertPayload { outcome } ${refusal} } }`,
    { rows },
  );
  for (const one of results) assert.equal(one.outcome, 'CREATED', JSON.stringify(one));
}
const settings = (world: World, input: object) =>
  world.ok(
    `mutation ($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) { __typename ${refusal} } }`,
    { input },
  );
const total = async (world: World) =>
  (await world.ok('{ customers { totalCount { value } } }')).customers.totalCount.value;

const gustav = {
  reference: 'gustav',
  person: { firstName: 'Gustav', lastName: 'Adolfs' },
  identity: '012345678901',
  phone: '0123456789',
  email: 'gustav.adolfs@stockholm.se',
  address: { line1: 'Gustav Adolfs torg 22', postalCode: '111 52', city: 'Stockholm', country: 'SE' },
};

test('a customer is found by national number, organization number and phone, however they are written', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'person', person: { lastName: 'N' }, identity: '19700101-1234' });
  await newCustomer(world, { reference: 'company', company: { name: 'AS', organizationNumber: 'no 999 888 777' } });
  await newCustomer(world, { reference: 'phone', name: 'P', phones: [{ number: '+47 22 33 44 55' }] });
  const found = async (result: Promise<{ outcome: string; customer: { reference: string } }>) => {
    const { outcome, customer } = await result;
    return `${outcome} ${customer?.reference}`;
  };
  assert.equal(await found(byNumber(world, '197001011234')), 'FOUND person');
  assert.equal(await found(byNumber(world, ' 1970 0101.1234 ')), 'FOUND person');
  assert.equal(await found(byNumber(world, 'NO999888777')), 'FOUND company');
  assert.equal(await found(byPhone(world, '22334455')), 'FOUND phone');
  assert.equal(await found(byPhone(world, '0047 22 33 44 55')), 'FOUND phone');
});

test('of several customers with one phone the last changed is answered', async () => {
  const world = await newOrganization();
  for (const reference of ['a', 'b', 'c']) await newCustomer(world, { reference, name: reference, phone: '22334455' });
  assert.equal((await byPhone(world, '22334455')).customer.reference, 'c');
  await world.ok('mutation { customerUpdate(by: { reference: "a" }, input: { comment: "x" }) { __typename } }');
  assert.equal((await byPhone(world, '22334455')).customer.reference, 'a');
});

test('a value that nobody can have makes nobody, and only people get a risk score', async () => {
  const world = await newOrganization();
  await settings(world, { lookupCreates: 'ALWAYS' });
  for (const value of ['.', '*', '– –']) {
    assert.equal((await byNumber(world, value)).code, 'CUSTOMER_NOT_FOUND', value);
    assert.equal((await byPhone(world, value)).code, 'CUSTOMER_NOT_FOUND', value);
  }
  assert.equal((await byPhone(world, '9'.repeat(41))).code, 'VALUE_TOO_LONG');
  const { address } = gustav;
  await known(world, [{ reference: 'fjord', company: { name: 'Fjord', organizationNumber: '923609016' }, address }]);
  const made = await byNumber(world, '923609016', { riskScore: '3.25' }, 'kind riskScore');
  assert.deepEqual(made.customer, { kind: 'COMPANY', riskScore: null });
});

test('whom the directory knows becomes a customer, complete; twice asked, once made', async () => {
  const world = await newOrganization({ country: 'SE', currencies: ['SEK'] });
  await known(world, [gustav]);
  const fields = `reference kind name person { firstName lastName } email phone currency riskScore
    identity { value(purpose: "test") } billingAddress { line1 street streetNumber postalCode city country }`;
  const made = await byNumber(world, '012345678901', { reference: 'R-1', riskScore: '12.5' }, fields);
  assert.equal(made.outcome, 'CREATED', JSON.stringify(made));
  assert.deepEqual(made.customer, {
    reference: 'R-1',
    kind: 'PERSON',
    name: 'Gustav Adolfs',
    person: { firstName: 'Gustav', lastName: 'Adolfs' },
    email: 'gustav.adolfs@stockholm.se',
    phone: '0123456789',
    currency: 'SEK',
    riskScore: '12.5',
    identity: { value: '012345678901' },
    billingAddress: {
      line1: 'Gustav Adolfs torg 22',
      street: 'Gustav Adolfs torg',
      streetNumber: 22,
      postalCode: '111 52',
      city: 'Stockholm',
      country: 'SE',
    },
  });
  assert.equal((await byNumber(world, '012345678901', { reference: 'R-2' })).outcome, 'FOUND');
  // By another of his values he is the same person.
  assert.deepEqual((await byPhone(world, '0123456789')).customer, { reference: 'R-1' });
  assert.equal(await total(world), 1);
});

test('of twenty look-ups at once one makes the customer, by number and by phone together', async () => {
  const world = await newOrganization({ country: 'SE', currencies: ['SEK'] });
  await known(world, [gustav]);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? byNumber(world, '012345678901') : byPhone(world, '0123456789'))),
  );
  assert.deepEqual(results.map(({ outcome, code }) => outcome ?? code).sort(), [
    'CREATED',
    ...Array.from({ length: 19 }, () => 'FOUND'),
  ]);
  assert.equal(await total(world), 1);
});

test('whom nobody knows is not found, and nothing is made', async () => {
  const world = await newOrganization();
  const result = await byNumber(world, '999');
  assert.deepEqual([result.__typename, result.code, result.path], ['NotFoundError', 'CUSTOMER_NOT_FOUND', ['value']]);
  await known(world, [
    { ...gustav, phone: '+4722334455' },
    { ...gustav, reference: 'brother', identity: '2', phone: '+4722334455' },
  ]);
  // A household's phone is nobody's in particular.
  assert.equal((await byPhone(world, '22334455')).code, 'CUSTOMER_NOT_FOUND');
  assert.equal(await total(world), 0);
  for (const value of ['', '   ']) assert.equal((await byNumber(world, value)).code, 'VALUE_REQUIRED');
  assert.equal((await byNumber(world, 'x'.repeat(61))).code, 'VALUE_TOO_LONG');
});

test('an organization that always creates gets a customer of the number alone', async () => {
  const world = await newOrganization();
  await settings(world, { lookupCreates: 'ALWAYS' });
  const made = await byPhone(world, '22 33 44 55', {}, 'reference kind name phone phones { e164 } identity { masked }');
  assert.deepEqual(
    [made.outcome, made.customer.kind, made.customer.phones, made.customer.name === made.customer.reference],
    ['CREATED', 'UNDEFINED', [{ e164: '+4722334455' }], true],
  );
  assert.equal((await byPhone(world, '+47 22334455')).outcome, 'FOUND');
  assert.equal((await byNumber(world, '123 abc')).outcome, 'CREATED');
  assert.equal((await byNumber(world, '123ABC')).outcome, 'FOUND');
  const results = await Promise.all(Array.from({ length: 20 }, () => byNumber(world, '77')));
  assert.equal(results.filter(({ outcome }) => outcome === 'CREATED').length, 1, JSON.stringify(results));
});

test('a reference that is taken is told at its argument, and nothing is made', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'taken', name: 'A' });
  await known(world, [gustav]);
  const result = await byNumber(world, '012345678901', { reference: 'taken' });
  assert.deepEqual([result.code, result.path], ['REFERENCE_TAKEN', ['reference']]);
  assert.equal(await total(world), 1);
});

test('a directory that does not answer is an error, never “not found”', async () => {
  const world = await newOrganization();
  await settings(world, { directoryUrl: 'https://directory.invalid/people' });
  const operation = 'mutation { customerLookup(field: PHONE_NUMBER, value: "22334455") { __typename } }';
  assert.equal(await world.refused(operation), 'DIRECTORY_UNAVAILABLE');
  assert.equal(
    await world.refused('{ customerDetails(country: "NO", phone: "22334455", postalCode: "0179") { source } }'),
    'DIRECTORY_UNAVAILABLE',
  );
  await known(world, [{ ...gustav, phone: '+4722334455' }]);
  assert.equal((await byPhone(world, '22334455')).outcome, 'CREATED');
});

test('another organization’s customers and directory are never looked into', async () => {
  const [world, other] = [await newOrganization(), await newOrganization()];
  await known(other, [gustav]);
  await newCustomer(other, { name: 'A', identity: '77', phone: '22334455' });
  assert.equal((await byNumber(world, '012345678901')).code, 'CUSTOMER_NOT_FOUND');
  assert.equal((await byNumber(world, '77')).code, 'CUSTOMER_NOT_FOUND');
  assert.equal((await byPhone(world, '22334455')).code, 'CUSTOMER_NOT_FOUND');
});

test('a phone that cannot be read in E.164 is found by what was typed, blanks aside', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'a', name: 'A', phone: '22 33 44 55 ext 12' });
  assert.equal((await byPhone(world, '22334455 EXT12')).customer?.reference, 'a');
  const { customers } = await world.ok(
    '{ customers(filter: { phone: "22-33-44-55 ext. 12" }) { nodes { reference } } }',
  );
  assert.deepEqual(customers.nodes, [{ reference: 'a' }]);
});
