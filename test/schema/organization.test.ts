import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOrganization, post, refusal, type World } from '../support/world.ts';

const update = async (world: World, input: object, expectedVersion?: number) =>
  (
    await world.ok(
      `mutation ($input: OrganizationUpdateInput!, $v: Int) { result: organizationUpdate(input: $input, expectedVersion: $v) {
        ... on OrganizationUpdatePayload { organization { version name country currencies corsOrigins lookupCreates regionLevel directoryUrl } } ${refusal} } }`,
      { input, v: expectedVersion },
    )
  ).result;

test('settings are changed one by one, and null clears what may be missing', async () => {
  const world = await newOrganization();
  const { organization } = await update(world, {
    name: 'New name',
    country: 'Sweden',
    currencies: ['sek', 'EUR', 'SEK'],
    corsOrigins: ['https://shop.example', 'http://localhost:*', 'http://127.0.0.1:8080'],
    lookupCreates: 'ALWAYS',
    regionLevel: 2,
    directoryUrl: 'https://directory.example/people',
  });
  const { version, ...settings } = organization;
  assert.deepEqual(settings, {
    name: 'New name',
    country: 'SE',
    currencies: ['SEK', 'EUR'],
    corsOrigins: ['https://shop.example', 'http://localhost:*', 'http://127.0.0.1:8080'],
    lookupCreates: 'ALWAYS',
    regionLevel: 2,
    directoryUrl: 'https://directory.example/people',
  });
  const cleared = await update(world, { regionLevel: null, directoryUrl: null, name: null }, version);
  assert.deepEqual(
    [cleared.organization.regionLevel, cleared.organization.directoryUrl, cleared.organization.name],
    [null, null, 'New name'],
  );
  assert.equal((await update(world, { name: 'Stale' }, version)).currentVersion, version + 1);
  assert.equal((await update(world, { name: 'New name' })).organization.version, version + 1);
});

test('what is no setting is told, all at once', async () => {
  const world = await newOrganization();
  const result = await update(world, {
    name: '',
    country: 'Atlantis',
    currencies: [],
    corsOrigins: ['https://shop.example/', 'shop.example', '*', 'http://localhost:*'],
    regionLevel: 0,
    directoryUrl: 'http://169.254.169.254/latest',
  });
  const at = result.faults.map(({ path }: { path: string[] }) => path.slice(1).join('.')).sort();
  assert.deepEqual(at, [
    'corsOrigins.0',
    'corsOrigins.1',
    'corsOrigins.2',
    'country',
    'currencies',
    'directoryUrl',
    'name',
    'regionLevel',
  ]);
  assert.deepEqual((await world.ok('{ organization { name currencies } }')).organization, {
    name: 'Nordic Trading',
    currencies: ['NOK', 'EUR'],
  });
});

test('a change of the references is no change of the organization', async () => {
  const world = await newOrganization();
  const version = async () => (await world.ok('{ organization { version } }')).organization.version;
  const before = await version();
  await world.ok('mutation { segmentationCreate(input: { reference: "s", name: "S" }) { __typename } }');
  assert.equal(await version(), before);
});

test('later fields of the same operation go by the new settings', async () => {
  const world = await newOrganization();
  const { b } = await world.ok(`mutation {
    a: organizationUpdate(input: { currencies: ["USD"] }) { __typename }
    b: customerCreate(input: { name: "A" }) { ... on CustomerCreatePayload { customer { currency } } }
  }`);
  assert.equal(b.customer.currency, 'USD');
});

test('the organization is found by its global id, another’s is not', async () => {
  const [world, other] = [await newOrganization(), await newOrganization()];
  const { organization } = await world.ok('{ organization { id } }');
  const node = 'query ($id: ID!) { node(id: $id) { __typename ... on Organization { reference } } }';
  assert.deepEqual((await world.ok(node, organization)).node, {
    __typename: 'Organization',
    reference: world.reference,
  });
  assert.equal((await other.ok(node, organization)).node, null);
});

test('an API key is made, listed, used and revoked; its secret is shown once', async () => {
  const world = await newOrganization();
  const create = `mutation ($name: String!, $scopes: [String!]!, $expiresAt: DateTime) { result: apiKeyCreate(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
    ... on ApiKeyCreatePayload { key apiKey { id name scopes expiresAt isRevoked } } ${refusal} } }`;
  const { result } = await world.ok(create, { name: 'Shop', scopes: ['customers:read', 'customers:read'] });
  const { id, ...facts } = result.apiKey;
  assert.deepEqual(facts, { name: 'Shop', scopes: ['customers:read'], expiresAt: null, isRevoked: false });
  assert.deepEqual((await post(result.key, '{ viewer { scopes } }')).data.viewer.scopes, ['customers:read']);
  const { apiKeys } = await world.ok('{ apiKeys { id name } }');
  assert.deepEqual(
    apiKeys.map(({ name }: { name: string }) => name),
    ['First key', 'Shop'],
  );
  const revoke = (id: string) =>
    world.ok(
      `mutation { result: apiKeyRevoke(id: "${id}") { ... on ApiKeyRevokePayload { apiKey { isRevoked } } ${refusal} } }`,
    );
  const other = await newOrganization();
  const theirs = (await other.ok('{ apiKeys { id } }')).apiKeys[0].id;
  assert.equal((await revoke(theirs)).result.code, 'API_KEY_NOT_FOUND');
  assert.equal((await revoke('nothing')).result.code, 'API_KEY_NOT_FOUND');
  assert.equal((await revoke(id)).result.apiKey.isRevoked, true);
  assert.equal((await post(result.key, '{ viewer { scopes } }')).status, 401);
  const faulty = await world.ok(create, { name: '', scopes: ['all'], expiresAt: '2020-01-01T00:00:00Z' });
  assert.equal(faulty.result.faults.length, 3);
});

test('a key gives no more than it has', async () => {
  const world = await newOrganization();
  const keeper = await world.keyFor(['credentials:write', 'customers:read']);
  const create = (scopes: string[]) =>
    post(keeper, 'mutation ($s: [String!]!) { apiKeyCreate(name: "K", scopes: $s) { __typename } }', { s: scopes });
  assert.equal((await create(['customers:read'])).data.apiKeyCreate.__typename, 'ApiKeyCreatePayload');
  assert.equal((await create(['customers:read', 'identities:reveal'])).errors?.[0]?.extensions.code, 'FORBIDDEN');
});
