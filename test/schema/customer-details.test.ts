import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, post, type World } from '../support/world.ts';

const details = async (world: World, question: object) =>
  (
    await world.ok(
      `query ($country: String!, $identity: String, $phone: String, $postalCode: String) {
        customerDetails(country: $country, identity: $identity, phone: $phone, postalCode: $postalCode) {
          source person { firstName lastName } company { name organizationNumber } identity
          address { line1 postalCode city country } phone email language
        }
      }`,
      question,
    )
  ).customerDetails;

const ola = {
  reference: 'ola',
  person: { firstName: 'Ola', lastName: 'Nordmann' },
  identity: '01017012345',
  phone: '22 33 44 55',
  email: 'ola@example.com',
  language: 'nb',
  billingAddress: { line1: 'Storgata 1', postalCode: '0179', city: 'Oslo', country: 'NO' },
};
const told = {
  source: 'CUSTOMER',
  person: { firstName: 'Ola', lastName: 'Nordmann' },
  company: null,
  identity: null,
  address: { line1: 'Storgata 1', postalCode: '0179', city: 'Oslo', country: 'NO' },
  phone: '22 33 44 55',
  email: 'ola@example.com',
  language: 'nb',
};

test('a customer is told by phone and postal code without its number, and with it when the question carried it', async () => {
  const world = await newOrganization();
  await newCustomer(world, ola);
  assert.deepEqual(await details(world, { country: 'NO', phone: '+4722334455', postalCode: '0179' }), told);
  // 179 is how a form that takes numbers sends 0179.
  assert.deepEqual(await details(world, { country: 'Norway', phone: '22334455', postalCode: '179' }), told);
  assert.deepEqual(await details(world, { country: 'NOR', identity: '010170 12345' }), {
    ...told,
    identity: '01017012345',
  });
  for (const question of [
    { country: 'NO', phone: '22334455', postalCode: '0180' },
    { country: 'SE', identity: '01017012345' },
    { country: 'NO', identity: '01017012345', postalCode: '5003' },
    { country: 'NO', identity: '01017012345', phone: '99887766' },
  ])
    assert.equal(await details(world, question), null, JSON.stringify(question));
});

test('never one at random: two who match are nobody', async () => {
  const world = await newOrganization();
  await newCustomer(world, ola);
  await newCustomer(world, { ...ola, reference: 'kari', identity: '2' });
  assert.equal(await details(world, { country: 'NO', phone: '22334455', postalCode: '0179' }), null);
  assert.equal((await details(world, { country: 'NO', identity: '2' })).identity, '2');
});

test('whom no customer is, the directory may know; a company by its number', async () => {
  const world = await newOrganization();
  const { reference, billingAddress, ...person } = ola;
  await world.ok(
    'mutation ($rows: [DirectoryEntryUpsertInput!]!) { directoryEntriesUpsert(rows: $rows) { __typename } }',
    {
      rows: [
        { ...person, reference: 'd1', address: billingAddress },
        { reference: 'd2', company: { name: 'Oasis AS', organizationNumber: '999 888 777' } },
      ],
    },
  );
  assert.deepEqual(await details(world, { country: 'NO', phone: '22334455', postalCode: '0179' }), {
    ...told,
    source: 'DIRECTORY',
  });
  const company = await details(world, { country: 'NO', identity: '999888777' });
  assert.deepEqual(
    [company.company, company.identity, company.person],
    [{ name: 'Oasis AS', organizationNumber: '999 888 777' }, '999 888 777', null],
  );
  const { customers } = await world.ok('{ customers { totalCount { value } } }');
  assert.equal(customers.totalCount.value, 0);
});

test('a customer with a whole name alone has it as last name', async () => {
  const world = await newOrganization();
  await newCustomer(world, { name: 'Ola Nordmann', identity: '3' });
  assert.deepEqual((await details(world, { country: 'NO', identity: '3' })).person, {
    firstName: null,
    lastName: 'Ola Nordmann',
  });
});

test('what is missing from the question is told, all at once', async () => {
  const world = await newOrganization();
  const ask = async (args: string) =>
    (await world.gql(`{ customerDetails(${args}) { source } }`)).errors?.[0]?.extensions;
  assert.equal((await ask('country: "NO"'))?.code, 'VALUE_REQUIRED');
  assert.equal((await ask('country: "NO", phone: "22334455"'))?.faults[0].path[0], 'postalCode');
  assert.equal((await ask('country: "Atlantis", identity: "1"'))?.code, 'COUNTRY_UNKNOWN');
  assert.equal((await ask('country: "Atlantis"'))?.faults.length, 2);
  const reader = await world.keyFor(['customers:read']);
  assert.equal(
    (await post(reader, '{ customerDetails(country: "NO", identity: "1") { source } }')).errors?.[0]?.extensions.code,
    'FORBIDDEN',
  );
});
