import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type Auth, openAuth } from '../../src/auth/index.ts';
import { newCustomer, newOrganization, openWorld, publicUrl, refusedAs, unauthenticated } from './support.ts';

/** An issuer as somebody else runs it: a description, keys, and tokens signed by them. */
const issuerKeys: { publicJwks: JWK[]; sign: (claims: Record<string, unknown>, kid?: string) => Promise<string> } = {
  publicJwks: [],
  sign: async () => '',
};
let asked = 0;
let isDown = false;
let calledItself = '';
const server = createServer((req, res) => {
  asked += 1;
  if (isDown) return void res.writeHead(500).end();
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const body = req.url?.endsWith('/jwks')
    ? { keys: issuerKeys.publicJwks }
    : { issuer: calledItself || issuer, jwks_uri: `${issuer}/jwks` };
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
});

let world: Awaited<ReturnType<typeof openWorld>>;
let auth: Auth;
let issuer: string;

const trust = () => openAuth({ ...world, publicUrl, external: { issuer, audience: 'clientele' } });

async function newKey(kid: string, alg = 'RS256') {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  issuerKeys.publicJwks.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  issuerKeys.sign = (claims, name = kid) => {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: issuer, aud: 'clientele', sub: 'erp', iat: now, exp: now + 300 };
    const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
    return new SignJWT(Object.fromEntries(all)).setProtectedHeader({ alg, kid: name }).sign(privateKey);
  };
}

before(async () => {
  world = await openWorld();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  await newKey('one');
  auth = trust();
});
after(async () => {
  await new Promise((resolve) => server.close(resolve));
  await auth.close();
  await world.close();
});

const bearer = (token: string, by = auth) => by.authenticate({ type: 'bearer', token });

test('a client of the trusted issuer: its organization by reference, its scopes, its client numbers', async () => {
  const { id, reference } = await newOrganization(world.db);
  const scope = 'openid customers:read identities:reveal';
  const token = await issuerKeys.sign({ organization: reference, scope, client_id: 'erp-1', client_ids: [7] });
  const caller = await bearer(token);
  assert.equal(caller.organizationId, id);
  assert.equal(caller.kind, 'OAUTH_CLIENT');
  assert.equal(caller.credentialId, 'oidc.erp-1');
  assert.deepEqual([...caller.scopes].sort(), ['customers:read', 'identities:reveal']);
  assert.deepEqual(caller.clientIds, [7]);
});

test('a user of the trusted issuer is one customer, by number', async () => {
  const organization = await newOrganization(world.db);
  const customer = await newCustomer(world.db, organization.id);
  for (const customer_number of [customer.customerNumber, String(customer.customerNumber)]) {
    const caller = await bearer(
      await issuerKeys.sign({ organization: organization.reference, customer_number, scope: 'customers:write' }),
    );
    assert.equal(caller.kind, 'CUSTOMER');
    assert.equal(caller.customerId, customer.id);
    assert.equal(caller.scopes.size, 0);
  }
  const foreign = await newOrganization(world.db);
  const customer_number = customer.customerNumber;
  await assert.rejects(
    bearer(await issuerKeys.sign({ organization: foreign.reference, customer_number })),
    unauthenticated,
  );
});

test('refused: another audience, issuer, organization; expired, future, without times; an unknown key', async () => {
  const { reference: organization } = await newOrganization(world.db);
  const now = Math.floor(Date.now() / 1000);
  const wrong: Record<string, unknown>[] = [
    { aud: 'other' },
    { aud: undefined },
    { iss: 'https://evil.example' },
    { organization: 'nobody' },
    { organization: undefined },
    { organization: [organization] },
    { exp: now - 90 },
    { exp: undefined },
    { iat: now + 90 },
    { iat: undefined },
    { nbf: now + 90 },
    { customer_number: '1; drop table customers' },
    { customer_number: -1 },
  ];
  for (const claims of wrong) {
    const token = await issuerKeys.sign({ organization, ...claims });
    await assert.rejects(bearer(token), unauthenticated, JSON.stringify(claims));
  }
  await assert.rejects(bearer(await issuerKeys.sign({ organization }, 'unknown')), unauthenticated);
  await bearer(await issuerKeys.sign({ organization, exp: now - 30 }));
});

test('an HMAC with the public key, and no algorithm, are refused', async () => {
  const { reference: organization } = await newOrganization(world.db);
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'clientele', organization, iat: now, exp: now + 300 };
  const secret = Buffer.from(JSON.stringify(issuerKeys.publicJwks[0]));
  const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
  await assert.rejects(bearer(hmac), unauthenticated);
  const none = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  await assert.rejects(bearer(`${none.join('.')}.`), unauthenticated);
});

test('a new key of the issuer’s is found when a token names it', async () => {
  const { reference: organization } = await newOrganization(world.db);
  const patient = trust();
  await bearer(await issuerKeys.sign({ organization }), patient);
  await newKey('two', 'ES256');
  // Unknown keys are asked for at most every five seconds.
  await assert.rejects(bearer(await issuerKeys.sign({ organization }), patient), unauthenticated);
  await new Promise((resolve) => setTimeout(resolve, 5_100));
  await bearer(await issuerKeys.sign({ organization }), patient);
  const before = asked;
  for (let more = 0; more < 5; more += 1) await bearer(await issuerKeys.sign({ organization }), patient);
  assert.equal(asked, before);
});

test('an issuer that does not answer is 503, not 401; one that calls itself otherwise too', async () => {
  const { reference: organization } = await newOrganization(world.db);
  const token = await issuerKeys.sign({ organization });
  const knowing = trust();
  await bearer(token, knowing);
  isDown = true;
  await assert.rejects(bearer(token, trust()), refusedAs('UNAVAILABLE'));
  await bearer(token, knowing);
  isDown = false;
  calledItself = 'https://evil.example';
  await assert.rejects(bearer(token, trust()), refusedAs('UNAVAILABLE'));
  calledItself = '';
  await bearer(token, trust());
});

test('where no issuer is trusted, its tokens are refused and nothing is fetched', async () => {
  const { reference: organization } = await newOrganization(world.db);
  const before = asked;
  await assert.rejects(bearer(await issuerKeys.sign({ organization }), world.auth), unauthenticated);
  assert.equal(asked, before);
});
