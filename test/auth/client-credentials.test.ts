import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { revokeCredential } from '../../src/auth/credential.ts';
import { rotateSecret } from '../../src/auth/rotation.ts';
import { askToken, type IssuerWorld, newShop, openIssuerWorld } from './issuer-world.ts';
import { as, unauthenticated } from './support.ts';

let world: IssuerWorld;
before(async () => {
  world = await openIssuerWorld();
});
after(async () => {
  await world.close();
  assert.deepEqual(world.failures, []);
});

const grant_type = 'client_credentials';

test('Riverty’s way: id, secret and audience in the body; a token of a day with all that the client may do', async () => {
  const { client, organization } = await newShop(world, { clientIds: [1234] });
  const params = {
    grant_type,
    client_id: client.id,
    client_secret: client.secret ?? '',
    audience: 'https://api.horizonafs.io',
  };
  const { status, body, headers } = await askToken(world, params);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'scope', 'token_type']);
  assert.equal(body.token_type, 'Bearer');
  assert.equal(body.expires_in, 86_400);
  assert.equal(body.scope, 'customers:read customers:write customers:lookup');
  assert.equal(headers.get('cache-control'), 'no-store');

  const token = String(body.access_token);
  assert.equal(decodeProtectedHeader(token).typ, 'at+jwt');
  assert.equal(decodeProtectedHeader(token).alg, 'ES256');
  const claims = decodeJwt(token);
  assert.equal(claims.iss, world.url);
  assert.equal(claims.aud, world.url);
  assert.equal(claims.organization, organization.reference);
  assert.equal(Number(claims.exp) - Number(claims.iat), 86_400);

  const caller = await world.auth.authenticate({ type: 'bearer', token });
  assert.equal(caller.kind, 'OAUTH_CLIENT');
  assert.equal(caller.organizationId, organization.id);
  assert.equal(caller.credentialId, client.id);
  assert.deepEqual(caller.clientIds, [1234]);
  assert.deepEqual([...caller.scopes], ['customers:read', 'customers:write', 'customers:lookup']);
});

test('Connect’s ways: Basic, or everything in the query of the POST; a token of a quarter of an hour', async () => {
  const { client } = await newShop(world);
  const basic = await askToken(world, { grant_type }, { basic: [client.id, client.secret] });
  assert.equal(basic.status, 200);
  assert.equal(basic.body.expires_in, 900);
  const query = { grant_type, client_id: client.id, client_secret: client.secret ?? '' };
  assert.equal((await askToken(world, {}, { query })).status, 200);
  assert.equal((await askToken(world, query, { query })).status, 200);
  assert.equal((await askToken(world, query, { basic: [client.id, client.secret] })).status, 200);
  const bare = await fetch(`${world.url}/oauth/token?${new URLSearchParams(query)}`, { method: 'POST' });
  assert.equal(bare.status, 200);
});

test('fewer scopes may be asked for; what the client may not is not given; words of others are ignored', async () => {
  const { client } = await newShop(world);
  const ask = async (scope: string) =>
    await askToken(world, { grant_type, scope }, { basic: [client.id, client.secret] });
  assert.equal((await ask('customers:read')).body.scope, 'customers:read');
  assert.equal((await ask('customers:read customers:delete')).body.scope, 'customers:read');
  assert.equal((await ask('horizon.all public')).body.scope, 'customers:read customers:write customers:lookup');
  const none = await ask('customers:delete');
  assert.equal(none.status, 400);
  assert.equal(none.body.error, 'invalid_scope');
  const { access_token } = (await ask('customers:read')).body;
  const caller = await world.auth.authenticate({ type: 'bearer', token: String(access_token) });
  assert.deepEqual([...caller.scopes], ['customers:read']);
});

test('401 invalid_client: unknown client, wrong secret, no secret, a secret’s own hash, a revoked client', async () => {
  const { client, organization } = await newShop(world);
  const { client: open } = await newShop(world, { isPublic: true, grants: ['authorization_code'] });
  const wrong: [string, string][] = [
    ['nobody', 'x'],
    [client.id, 'x'],
    [open.id, 'x'],
  ];
  for (const basic of wrong) {
    const { status, body, headers } = await askToken(world, { grant_type }, { basic });
    assert.equal(status, 401);
    assert.equal(body.error, 'invalid_client');
    assert.match(headers.get('www-authenticate') ?? '', /^Basic /);
  }
  const [row] = await world.db.sql`select encode(secret_hash, 'hex') as hash from credentials where id = ${client.id}`;
  const tries = [{}, { client_secret: '' }, { client_secret: 'x' }, { client_secret: String(row?.hash) }];
  for (const tried of tries) {
    const { status, body } = await askToken(world, { grant_type, client_id: client.id, ...tried });
    assert.equal(status, 401);
    assert.equal(body.error, 'invalid_client');
  }
  await as(world.db, organization.id, (tx) => revokeCredential(tx, client.id));
  const { status } = await askToken(world, { grant_type }, { basic: [client.id, client.secret] });
  assert.equal(status, 401);
});

test('400: no grant type, an unknown one, one that the client has not, two secrets, and the password grant', async () => {
  const { client } = await newShop(world, { grants: ['authorization_code'] });
  const basic: [string, string | null] = [client.id, client.secret];
  const error = async (params: Record<string, string>) => {
    const { status, body } = await askToken(world, params, { basic });
    assert.equal(status, 400);
    return body.error;
  };
  assert.equal(await error({}), 'invalid_request');
  assert.equal(await error({ grant_type: 'x' }), 'unsupported_grant_type');
  assert.equal(await error({ grant_type: 'password', username: 'a', password: 'b' }), 'unsupported_grant_type');
  assert.equal(await error({ grant_type }), 'invalid_request');
  assert.equal(await error({ grant_type, client_secret: 'another' }), 'invalid_request');
});

test('a revoked client’s token ends at once, and one got with a secret that is the old one by now', async () => {
  const { client, organization } = await newShop(world);
  const { body } = await askToken(world, { grant_type }, { basic: [client.id, client.secret] });
  const token = String(body.access_token);
  const next = await as(world.db, organization.id, (tx) =>
    rotateSecret(tx, world.vault, { organizationId: organization.id, id: client.id }),
  );
  assert.equal((await askToken(world, { grant_type }, { basic: [client.id, client.secret] })).status, 401);
  assert.equal((await askToken(world, { grant_type }, { basic: [client.id, next] })).status, 200);
  await assert.rejects(world.auth.authenticate({ type: 'bearer', token }), unauthenticated);
  const { body: again } = await askToken(world, { grant_type }, { basic: [client.id, next] });
  const fresh = String(again.access_token);
  await world.auth.authenticate({ type: 'bearer', token: fresh });
  await as(world.db, organization.id, (tx) => revokeCredential(tx, client.id));
  await assert.rejects(world.auth.authenticate({ type: 'bearer', token: fresh }), unauthenticated);
});

test('discovery names paths of the public address, whatever the request’s Host says', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  const answer = await fetch(`${world.url}/.well-known/openid-configuration`, { headers });
  const said: Record<string, string> = JSON.parse(await answer.text());
  assert.equal(said.issuer, world.url);
  assert.equal(said.authorization_endpoint, `${world.url}/oauth/authorize`);
  assert.equal(said.token_endpoint, `${world.url}/oauth/token`);
  assert.equal(said.jwks_uri, `${world.url}/oauth/jwks`);
  assert.deepEqual(said.code_challenge_methods_supported, ['S256']);
  const jwks = await fetch(String(said.jwks_uri));
  const { keys }: { keys: Record<string, string>[] } = JSON.parse(await jwks.text());
  assert.ok(keys.length >= 1 && keys.every((key) => key.kty === 'EC' && !('d' in key)));
});

test('nothing else of the library is open', async () => {
  const paths = ['/oauth', '/oauth/', '/oauth/me', '/oauth/reg', '/oauth/interaction/x', '/oauth/token/introspection'];
  for (const path of paths) {
    const { status } = await fetch(world.url + path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
  }
});

test('a long body is refused, and its sender is told so', async () => {
  for (const length of [40_000, 4_000_000]) {
    const { status, body } = await askToken(world, { grant_type, x: 'x'.repeat(length) });
    assert.equal(status, 413);
    assert.equal(body.error, 'invalid_request');
  }
});

test('a public client gets no token of its own, and cannot be made so', async () => {
  await assert.rejects(newShop(world, { isPublic: true }), /public client/);
  await assert.rejects(newShop(world, { redirectUris: [] }), /come back/);
  const { client } = await newShop(world, { isPublic: true, grants: ['authorization_code'] });
  const { status, body } = await askToken(world, { grant_type, client_id: client.id });
  assert.equal(status, 400);
  assert.equal(body.access_token, undefined);
});

test('a page of a public client’s own origin may ask for tokens; others may not', async () => {
  const { client } = await newShop(world);
  const ask = (origin: string) =>
    fetch(`${world.url}/oauth/token`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ grant_type, client_id: client.id, client_secret: client.secret ?? '' }),
    });
  assert.equal((await ask('http://localhost:9')).headers.get('access-control-allow-origin'), 'http://localhost:9');
  const foreign = await ask('https://evil.example');
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);
});

test('what the issuer does not answer is said in JSON: a token asked for by GET, a path that is none', async () => {
  const get = await fetch(`${world.url}/oauth/token`);
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  assert.equal(((await get.json()) as { error: string }).error, 'invalid_request');
  const none = await fetch(`${world.url}/oauth/none`);
  assert.deepEqual([none.status, ((await none.json()) as { error: string }).error], [404, 'not_found']);
});
