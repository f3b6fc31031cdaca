import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SignedRequest } from '../../src/auth/caller.ts';
import { revokeCredential } from '../../src/auth/credential.ts';
import { rotateSecret } from '../../src/auth/rotation.ts';
import { createSigningKey, isSignedBy, sign, textToSign } from '../../src/auth/signature.ts';
import { as, newOrganization, openWorld, unauthenticated } from './support.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const date = 'Fri, 06 Jun 2014 13:39:43 GMT';

test('the vendor’s first test vector', () => {
  const signed: SignedRequest = {
    method: 'DELETE',
    target: '/v1/9991/tokens/123456789',
    contentType: 'application/json',
    date,
    headers: {
      'X-GCS-ServerMetaInfo': 'processed header value',
      'x-gcs-customerheader': 'processed header value',
      'x-gcs-clientmetainfo': 'processed\r\n header value  ',
    },
  };
  const signature = sign('secretApiKey', textToSign(signed, signed.target)).toString('base64');
  assert.equal(signature, 'VfnXpPBQQoHZivTcAg0JvOWkhnzlPnaCPKpTQn/uMJM=');
  assert.ok(isSignedBy('secretApiKey', signature, signed));
});

test('the vendor’s second test vector', () => {
  const signed = { method: 'GET', target: '/v1/9991/tokens/123456789', contentType: '', date, headers: {} };
  const signature = sign('6Kj5HT0MQKC6D8eb7W3lTg71kVKVDSt1', textToSign(signed, signed.target)).toString('base64');
  assert.equal(signature, '9ond5EIN05dBXJGCLRK5om9pxHsyrh/12pZJ7bvmwNM=');
});

test('a query may be signed as sent or decoded; nothing else of the request may differ', () => {
  const signed = {
    method: 'GET',
    target: '/v1/9991/products/1?locale=nb%5FNO&name=a%20b',
    contentType: '',
    date,
    headers: {},
  };
  const raw = sign('s', textToSign(signed, signed.target)).toString('base64');
  const decoded = sign('s', textToSign(signed, '/v1/9991/products/1?locale=nb_NO&name=a b')).toString('base64');
  assert.ok(isSignedBy('s', raw, signed));
  assert.ok(isSignedBy('s', decoded, signed));
  assert.ok(!isSignedBy('s', raw, { ...signed, method: 'POST' }));
  assert.ok(!isSignedBy('s', raw, { ...signed, target: '/v1/9992/products/1?locale=nb%5FNO&name=a%20b' }));
  assert.ok(!isSignedBy('s', raw, { ...signed, contentType: 'application/json' }));
  assert.ok(!isSignedBy('s', raw, { ...signed, headers: { 'x-gcs-idempotence-key': '1' } }));
  assert.ok(!isSignedBy('s', raw, { ...signed, target: '/v1/%zz?%zz' }));
  assert.ok(!isSignedBy('s', '', signed));
  assert.ok(!isSignedBy('s', `${raw}=`, signed));
});

async function newMerchant(merchantId = '9991') {
  const { db, vault } = world;
  const organization = await newOrganization(db);
  const key = await as(db, organization.id, (tx) =>
    createSigningKey(tx, vault, { organizationId: organization.id, name: 'shop', merchantId }),
  );
  return { organization, ...key };
}

function request(secret: string, keyId: string, at = new Date()) {
  const signed = {
    method: 'POST',
    target: '/v1/9991/sessions',
    contentType: 'application/json',
    date: at.toUTCString(),
    headers: {},
  };
  const signature = sign(secret, textToSign(signed, signed.target)).toString('base64');
  return { type: 'signature' as const, keyId, signature, signed };
}

test('a merchant’s key opens its merchant, for look-ups alone', async () => {
  const { id, secret, organization } = await newMerchant();
  const caller = await world.auth.authenticate(request(secret, id));
  assert.equal(caller.kind, 'SIGNING_KEY');
  assert.equal(caller.merchantId, '9991');
  assert.equal(caller.organizationId, organization.id);
  assert.deepEqual([...caller.scopes], ['customers:lookup']);
});

test('unknown key, wrong secret, old and future dates, no date, revoked and rotated keys are refused', async () => {
  const { db, vault, auth } = world;
  const { id, secret, organization } = await newMerchant();
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  await assert.rejects(auth.authenticate(request(secret, 'nobody')), unauthenticated);
  await assert.rejects(auth.authenticate(request('wrong', id)), unauthenticated);
  await assert.rejects(auth.authenticate(request(secret, id, minutes(-6))), unauthenticated);
  await assert.rejects(auth.authenticate(request(secret, id, minutes(6))), unauthenticated);
  await auth.authenticate(request(secret, id, minutes(-4)));
  const undated = request(secret, id);
  const signed = { ...undated.signed, date: '' };
  const signature = sign(secret, textToSign(signed, signed.target)).toString('base64');
  await assert.rejects(auth.authenticate({ ...undated, signed, signature }), unauthenticated);

  const next = await as(db, organization.id, (tx) => rotateSecret(tx, vault, { organizationId: organization.id, id }));
  assert.ok(next);
  await assert.rejects(auth.authenticate(request(secret, id)), unauthenticated);
  await auth.authenticate(request(next, id));
  await as(db, organization.id, (tx) => revokeCredential(tx, id));
  await assert.rejects(auth.authenticate(request(next, id)), unauthenticated);
});

test('merchant ids that would hide other documents’ paths cannot be made', async () => {
  for (const merchantId of ['clients', 'Client', 'customer', '', 'a/b']) {
    await assert.rejects(newMerchant(merchantId));
  }
});

test('the secret is nowhere in the table in the clear', async () => {
  const { secret } = await newMerchant();
  const rows = await world.db.sql`select row_to_json(c)::text as dump from credentials c`;
  const hex = Buffer.from(secret).toString('hex');
  assert.ok(rows.every((row) => !String(row.dump).includes(secret) && !String(row.dump).includes(hex)));
});
