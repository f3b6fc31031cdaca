import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOrganization, statementsOf } from '../support/world.ts';
import { newTenant, origin, send } from './oauth.ts';

const lens = `{ customer(by: { reference: "c1" }) { numericId customerNumber
  valomnia: as(dialect: VALOMNIA) { status headers body }
  riverty: as(dialect: RIVERTY) { status headers body }
  connect: as(dialect: CONNECT) { status headers body }
  worldline: as(dialect: WORLDLINE) { status headers body } } }`;

const ola = {
  reference: 'c1',
  person: { firstName: 'Ola', lastName: 'Nordmann' },
  phone: '+4712345678',
  emails: ['ola@example.no'],
  billingAddress: { line1: 'Grubbegata 6A', postalCode: '0179', city: 'Oslo', country: 'NO' },
};

test('the lens shows what callers of each dialect get', async () => {
  const tenant = await newTenant();
  await tenant.customer(ola);
  const { customer } = await tenant.graphql(lens);
  const get = async (token: string, path: string) => (await send(token, 'GET', path)).body;
  assert.deepEqual(customer.valomnia.body, await get(tenant.apiKey, `/api/v1.0/customers/${customer.numericId}`));
  const riverty = await get(tenant.token, `/v1/clients/${tenant.clientId}/customers/c1`);
  // Links name the client id that a credential opens; the key of GraphQL opens none.
  const named = JSON.stringify(customer.riverty.body).replaceAll('{clientId}', String(tenant.clientId));
  assert.deepEqual(JSON.parse(named), riverty);
  assert.ok(riverty._links[0].href.startsWith(origin));
  assert.deepEqual(
    customer.connect.body,
    await get(tenant.token, `/v1/client/customer/info/${customer.customerNumber}`),
  );
  const merchant = await tenant.merchant();
  const values = [
    { key: 'phoneNumber', value: ola.phone },
    { key: 'zip', value: '0179' },
  ];
  const details = await merchant('POST', '/products/9000/customerDetails', { countryCode: 'NO', values });
  assert.deepEqual(customer.worldline.body, details.body);
  for (const one of ['valomnia', 'riverty', 'connect', 'worldline']) {
    assert.equal(customer[one].status, 200);
    assert.match(customer[one].headers['Content-Type'], /^application\/json/);
  }
  assert.equal(customer.connect.headers['X-Mediaconnect-Api-Version'], '1');
});

test('a group of customers through the lens costs no more statements than one', async () => {
  const organization = await newOrganization();
  const rows = Array.from({ length: 12 }, (_, at) => ({ by: { reference: `c${at}` }, input: { name: `Name ${at}` } }));
  await organization.ok('mutation ($rows: [CustomersUpsertRow!]!) { customersUpsert(rows: $rows) { __typename } }', {
    rows,
  });
  const page = (first: number) =>
    statementsOf(() =>
      organization.ok(
        'query ($first: Int!) { customers(first: $first) { nodes { as(dialect: VALOMNIA) { status body } b: as(dialect: RIVERTY) { status } } } }',
        { first },
      ),
    );
  await page(1);
  assert.equal((await page(12)).length, (await page(1)).length);
});

test('a credential that may not read customers is shown none', async () => {
  const organization = await newOrganization();
  assert.equal(await organization.refused(lens, {}, await organization.keyFor(['references:read'])), 'FORBIDDEN');
});
