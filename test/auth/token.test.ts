import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type CryptoKey, importJWK, type JWTPayload, SignJWT } from 'jose';
import { askToken, type IssuerWorld, newShop, openIssuerWorld, type Shop } from './issuer-world.ts';
import { unauthenticated } from './support.ts';

let world: IssuerWorld;
let shop: Shop;
let fetched = 0;
/** Where a forged header would like its keys to be fetched from. */
const trap = createServer((_, res) => {
  fetched += 1;
  res.end('{}');
});

before(async () => {
  world = await openIssuerWorld();
  shop = await newShop(world);
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  await new Promise((resolve) => trap.close(resolve));
  await world.close();
  assert.equal(fetched, 0);
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const bearer = (token: string) => world.auth.authenticate({ type: 'bearer', token });

async function goodToken(): Promise<string> {
  const params = { grant_type: 'client_credentials' };
  const { body } = await askToken(world, params, { basic: [shop.client.id, shop.client.secret] });
  return String(body.access_token);
}

async function ownKey(): Promise<CryptoKey | Uint8Array> {
  return await importJWK((await world.auth.keys.now()).current.privateJwk, 'ES256');
}

/** A token with some things changed, signed by our own key unless another is given. */
async function forged(
  header: Record<string, unknown>,
  claims: Record<string, unknown> = {},
  key?: CryptoKey | KeyObject | Uint8Array,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { current } = await world.auth.keys.now();
  const usual = {
    iss: world.url,
    aud: world.url,
    sub: shop.client.id,
    client_id: shop.client.id,
    scope: 'customers:read',
    organization: shop.organization.reference,
    jti: 'j',
    iat: now,
    exp: now + 900,
  };
  const payload = Object.fromEntries(
    Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
  ) as JWTPayload;
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: current.kid, ...header })
    .sign(key ?? (await ownKey()));
}

test('the test’s own way of signing is a good token, so that each refusal below has one reason', async () => {
  const caller = await bearer(await forged({}));
  assert.equal(caller.credentialId, shop.client.id);
});

test('no signature, and every spelling of `none`, are refused', async () => {
  const [, payload = ''] = (await forged({})).split('.');
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    const head = encoded({ alg, typ: 'at+jwt' });
    await assert.rejects(bearer(`${head}.${payload}.`), unauthenticated);
    await assert.rejects(bearer(`${head}.${payload}`), unauthenticated);
  }
});

test('our public key used as an HMAC secret is refused', async () => {
  const { current } = await world.auth.keys.now();
  const [, payload = ''] = (await forged({})).split('.');
  const shapes = [
    current.publicKey.export({ format: 'pem', type: 'spki' }),
    current.publicKey.export({ format: 'der', type: 'spki' }),
    JSON.stringify(current.publicKey.export({ format: 'jwk' })),
  ];
  for (const secret of shapes) {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const head = encoded({ alg, typ: 'at+jwt', kid: current.kid });
      const signature = createHmac(alg.replace('HS', 'sha'), secret).update(`${head}.${payload}`).digest('base64url');
      await assert.rejects(bearer(`${head}.${payload}.${signature}`), unauthenticated);
    }
  }
});

test('a token cannot name its own judge: jku, x5u, jwk, x5c, crit, and any kid but ours', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const address = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  const headers: Record<string, unknown>[] = [
    { jku: address },
    { x5u: address },
    { jwk: publicKey.export({ format: 'jwk' }) },
    { x5c: ['AAAA'] },
  ];
  for (const header of headers) {
    await assert.rejects(bearer(await forged(header)), unauthenticated);
    await assert.rejects(bearer(await forged(header, {}, privateKey)), unauthenticated);
  }
  for (const kid of ['', '../../etc/passwd', "' or 1=1 --", '__proto__', 'constructor', address]) {
    await assert.rejects(bearer(await forged({ kid }, {}, privateKey)), unauthenticated);
  }
  const [, payload = '', signature = ''] = (await forged({})).split('.');
  const kid = (await world.auth.keys.now()).current.kid;
  for (const header of [{ kid: 1 }, { kid: [kid] }, { kid: null }, { crit: ['x'], x: 1 }, { crit: [] }]) {
    const head = encoded({ alg: 'ES256', typ: 'at+jwt', kid, ...header });
    await assert.rejects(bearer(`${head}.${payload}.${signature}`), unauthenticated);
  }
});

test('another key, an altered payload or signature, another algorithm and another type are refused', async () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await assert.rejects(bearer(await forged({}, {}, stranger)), unauthenticated);
  const [head = '', payload = '', signature = ''] = (await forged({})).split('.');
  const richer = encoded({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), scope: 'organizations:write' });
  await assert.rejects(bearer(`${head}.${richer}.${signature}`), unauthenticated);
  await assert.rejects(bearer(`${head}.${payload}.${signature.slice(0, -4)}AAAA`), unauthenticated);
  await assert.rejects(bearer(`${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`), unauthenticated);
  await assert.rejects(bearer(await forged({ typ: 'JWT' })), unauthenticated);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await assert.rejects(bearer(await forged({ alg: 'RS256' }, {}, rsa)), unauthenticated);
});

test('expired, not yet valid, issued in the future, of another issuer or audience: refused; a minute of clocks is forgiven', async () => {
  const now = Math.floor(Date.now() / 1000);
  await bearer(await forged({}, { exp: now - 30 }));
  await bearer(await forged({}, { nbf: now + 30, iat: now + 30 }));
  const wrong: Record<string, unknown>[] = [
    { exp: now - 90 },
    { exp: now - 5_400 },
    { nbf: now + 90 },
    { iat: now + 90 },
    { iat: now + 5_400, exp: now + 10_000 },
    { iss: 'https://evil.example' },
    { iss: `${world.url}/` },
    { aud: 'https://evil.example' },
    { exp: 'tomorrow' },
    { exp: undefined },
    { iat: undefined },
    { aud: undefined },
    { iss: undefined },
    { jti: undefined },
    { sub: undefined },
    { client_id: undefined },
    { organization: undefined },
    { client_id: 'nobody', sub: 'nobody' },
    { sub: 'nobody' },
    { sub: ['x'] },
    { client_id: { x: 1 } },
  ];
  for (const claims of wrong) {
    await assert.rejects(bearer(await forged({}, claims)), unauthenticated, JSON.stringify(claims));
  }
});

test('what is no token at all is refused', async () => {
  const good = await goodToken();
  const wrong = [
    '.',
    '..',
    '...',
    'a.b.c',
    `${good}.`,
    `.${good}`,
    `${good}.${good}`,
    ` ${good}`,
    'x'.repeat(100_000),
    '\u0000',
  ];
  for (const token of wrong) await assert.rejects(bearer(token), unauthenticated);
});

test('a token cannot give its bearer more than the client has', async () => {
  const caller = await bearer(await forged({}, { scope: 'customers:read identities:reveal organizations:write' }));
  assert.deepEqual([...caller.scopes], ['customers:read']);
});
