import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { openAuth } from '../../src/auth/index.ts';
import { createIssuer } from '../../src/auth/issuer/index.ts';
import { rotateSigningKey } from '../../src/auth/issuer/keys.ts';
import { resealSecrets } from '../../src/auth/rotation.ts';
import { createSigningKey, sign, textToSign } from '../../src/auth/signature.ts';
import { asAll } from '../../src/db/client.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway, type ThrowawayDatabase } from '../support/database.ts';
import {
  askToken,
  type IssuerWorld,
  newShop,
  openIssuerWorld,
  redirectUri,
  type Shop,
  signInAndAllow,
} from './issuer-world.ts';
import { as } from './support.ts';

const oldRing = parseKeys(makeKeys());
const bothRing = parseKeys(makeKeys(oldRing));
/** Keys are the whole installation's, so these tests have an installation of their own. */
let database: ThrowawayDatabase;
let world: IssuerWorld;

before(async () => {
  database = await startThrowaway();
  world = await openIssuerWorld({ vault: openVault(oldRing), databaseUrl: database.url });
});
after(async () => {
  await world.close();
  await database.stop();
});

const anotherProcess = (vault = world.vault) => openAuth({ db: world.db, vault, publicUrl: world.url });
const basicOf = ({ client }: Shop): [string, string | null] => [client.id, client.secret];
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

async function ownToken(shop: Shop): Promise<string> {
  const { body } = await askToken(world, { grant_type: 'client_credentials' }, { basic: basicOf(shop) });
  return String(body.access_token);
}

test('several first starts at once make one key', async () => {
  const rooms = Array.from({ length: 5 }, () => anotherProcess().keys);
  const kids = await Promise.all(rooms.map(async (room) => (await room.now()).current.kid));
  assert.equal(new Set(kids).size, 1);
});

test('a rotated key: new tokens by the new one, in every process; old ones live to their end', async () => {
  const shop = await newShop(world);
  const before = await ownToken(shop);
  const other = anotherProcess();
  await other.authenticate({ type: 'bearer', token: before });
  const kid = await rotateSigningKey(world.db, world.vault);
  assert.notEqual(kid, kidOf(before));
  const log = { error: (facts: object) => world.failures.push(facts) };
  const settings = { db: world.db, vault: world.vault, publicUrl: world.url, keys: anotherProcess().keys, log };
  const after = await createIssuer(settings).issueUserToken(shop.login.id, shop.client.id);
  assert.equal(kidOf(after), kid);
  // A process that knows the old key alone looks again, at most every five seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_100));
  assert.equal((await other.authenticate({ type: 'bearer', token: after })).kind, 'CUSTOMER');
  await other.authenticate({ type: 'bearer', token: before });
  await anotherProcess().authenticate({ type: 'bearer', token: before });
});

test('after the key ring turned, everything is sealed anew, bit by bit, and the old key can go', async () => {
  const { db } = world;
  const shop = await newShop(world);
  const organizationId = shop.organization.id;
  const merchant = await as(db, organizationId, (tx) =>
    createSigningKey(tx, world.vault, { organizationId, name: 'shop', merchantId: '9991' }),
  );
  const code = (await signInAndAllow(world, shop)).searchParams.get('code') ?? '';
  const params = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  const { body } = await askToken(world, params, { basic: basicOf(shop) });

  const both = openVault(bothRing);
  let rewritten = 0;
  for (let more = 1; more > 0; rewritten += more) more = await asAll(db, (tx) => resealSecrets(tx, both, 2));
  assert.ok(rewritten >= 4);

  const after = anotherProcess(openVault([bothRing[0]]));
  const signed = { method: 'GET', target: '/', contentType: '', date: new Date().toUTCString(), headers: {} };
  const signature = sign(merchant.secret, textToSign(signed, '/')).toString('base64');
  const byKey = await after.authenticate({ type: 'signature', keyId: merchant.id, signature, signed });
  assert.equal(byKey.merchantId, '9991');
  const byToken = await after.authenticate({ type: 'bearer', token: String(body.access_token) });
  assert.equal(byToken.customerId, shop.customer.id);
});

test('with a ring that opens none of the keys, another one is made and service goes on', async () => {
  const before = (await anotherProcess(openVault(bothRing)).keys.now()).current.kid;
  const stranger = openVault(parseKeys(makeKeys()));
  const made = (await anotherProcess(stranger).keys.now()).current.kid;
  assert.notEqual(made, before);
  assert.equal((await anotherProcess(stranger).keys.now()).current.kid, made);
  assert.equal((await anotherProcess(openVault(bothRing)).keys.now()).current.kid, before);
});

test('processes of several rings that start at once each have a key that they can open', async () => {
  const rooms = Array.from({ length: 8 }, () => anotherProcess(openVault(parseKeys(makeKeys()))).keys);
  const kids = await Promise.all(rooms.map(async (room) => (await room.now()).current.kid));
  assert.equal(new Set(kids).size, rooms.length);
});
