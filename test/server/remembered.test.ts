import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allStatementsOf, newOrganization } from '../support/world.ts';

// A change begins with the organization as it was read last, and looks in its own transaction whether that still holds.

const create = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) {
    ... on CustomerCreatePayload { customer { reference currency } }
    ... on Error { code }
  }
}`;

test('a change does not read the organization again, and goes by its settings of now all the same', async () => {
  const { ok, as } = await newOrganization();
  const make = async (reference: string) =>
    (await ok(create, { input: { reference, name: reference } })).customerCreate;
  await make('first');
  await ok('{ customers { nodes { name } } }');

  const statements = await allStatementsOf(() => make('second'));
  assert.equal(statements.filter((text) => text.includes('cors_origins')).length, 0, statements.join('\n'));

  // Another process changes it: nobody tells this one.
  await as((tx) => tx.execute(`update organizations set currencies = '{SEK}' where true`));
  assert.deepEqual(await make('third'), { customer: { reference: 'third', currency: 'SEK' } });
  assert.deepEqual(await make('fourth'), { customer: { reference: 'fourth', currency: 'SEK' } });
});

test('what an operation changes of the organization holds for the rest of it, and for nobody when it is not kept', async () => {
  const { ok, gql } = await newOrganization();
  await ok('{ customers { nodes { name } } }');
  const { data } = await gql(`mutation {
    organizationUpdate(input: { currencies: ["DKK"] }) { ... on OrganizationUpdatePayload { organization { currencies } } }
    customerCreate(input: { name: "A" }) { ... on CustomerCreatePayload { customer { currency } } }
  }`);
  assert.equal(data.customerCreate.customer.currency, 'DKK');
  assert.deepEqual((await ok('{ organization { currencies } }')).organization.currencies, ['DKK']);
});
