import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, post } from '../support/world.ts';

const everything = `{ viewer { organization { reference currencies } scopes user { reference } customer { reference } } }`;

test('a key sees its organization and what it may do', async () => {
  const world = await newOrganization();
  const { viewer } = await world.ok(everything);
  assert.deepEqual(
    [viewer.organization, viewer.user, viewer.customer],
    [{ reference: world.reference, currencies: ['NOK', 'EUR'] }, null, null],
  );
  assert.ok(viewer.scopes.includes('customers:read'));
  const poor = await world.keyFor(['customers:lookup']);
  assert.deepEqual((await post(poor, '{ viewer { scopes } }')).data.viewer.scopes, ['customers:lookup']);
});

test('nobody sees nothing', async () => {
  const { status, errors } = await post(null, '{ viewer { scopes } }');
  assert.deepEqual([status, errors?.[0]?.extensions.code], [401, 'UNAUTHENTICATED']);
});

test('a customer’s login sees and changes its own customer, and nothing else', async () => {
  const world = await newOrganization();
  const own = await newCustomer(world, { reference: 'own', name: 'Ola', phone: '12345678' });
  await newCustomer(world, { reference: 'other', name: 'Kari' });
  const token = await world.tokenOf(own.numericId);
  await world.ok(
    `mutation { loginCreate(input: { uniqueId: "abc", customer: { reference: "own" }, credentials: [{ credential: "ola@example.com" }] }) { ... on LoginCreatePayload { outcome } } }`,
  );
  const { data, errors } = await post(
    token,
    '{ viewer { scopes customer { reference phone logins { uniqueId credentials { credential type verificationLevel } } } } }',
  );
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.deepEqual(data.viewer.customer, {
    reference: 'own',
    phone: '12345678',
    logins: [
      {
        uniqueId: 'abc',
        credentials: [{ credential: 'ola@example.com', type: 'A_EMAIL_ADDRESS', verificationLevel: 'Not verified' }],
      },
    ],
  });
  for (const query of [
    '{ customers { nodes { reference } } }',
    '{ customer(by: { reference: "own" }) { reference } }',
    '{ organization { name } }',
    '{ viewer { organization { name } } }',
    '{ viewer { customer { category { name } } } }',
    '{ viewer { customer { contacts { lastName } } } }',
    `{ node(id: "${own.id}") { id } }`,
    'mutation { customerDelete(by: { reference: "own" }) { __typename } }',
    'mutation { customerLookup(field: PHONE_NUMBER, value: "12345678") { __typename } }',
  ]) {
    assert.equal(await world.refused(query, {}, token), 'FORBIDDEN', query);
  }
  for (const field of ['comment', 'risk', 'riskColor', 'riskScore', 'onHoldReason']) {
    const answer = await post(token, `{ viewer { customer { reference ${field} } } }`);
    assert.equal(answer.errors?.[0]?.extensions.code, 'FORBIDDEN', field);
    assert.deepEqual(answer.data.viewer.customer, { reference: 'own', [field]: null });
    const input = `input: { language: "nn" }`;
    const selection = `... on OwnCustomerUpdatePayload { customer { language ${field} } }`;
    assert.equal(
      await world.refused(`mutation { ownCustomerUpdate(${input}) { ${selection} } }`, {}, token),
      'FORBIDDEN',
    );
  }
  const changed = await post(
    token,
    'mutation { ownCustomerUpdate(input: { person: { lastName: "Nordmann" } }) { ... on OwnCustomerUpdatePayload { outcome customer { reference person { lastName } } } } }',
  );
  assert.equal(changed.errors, undefined, JSON.stringify(changed.errors));
  assert.equal(changed.data.ownCustomerUpdate.customer.person.lastName, 'Nordmann');
});
