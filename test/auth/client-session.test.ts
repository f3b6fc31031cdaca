import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Caller } from '../../src/auth/caller.ts';
import { revokeCredential } from '../../src/auth/credential.ts';
import { rotateSecret } from '../../src/auth/rotation.ts';
import { createSigningKey, sign, textToSign } from '../../src/auth/signature.ts';
import { as, newOrganization, openWorld, refusedAs, unauthenticated } from './support.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

async function newMerchantCaller(): Promise<Caller> {
  const { db, vault, auth } = world;
  const { id: organizationId } = await newOrganization(db);
  const { id, secret } = await as(db, organizationId, (tx) =>
    createSigningKey(tx, vault, { organizationId, name: 'shop', merchantId: '9991' }),
  );
  const signed = { method: 'POST', target: '/', contentType: '', date: new Date().toUTCString(), headers: {} };
  const signature = sign(secret, textToSign(signed, '/')).toString('base64');
  return await auth.authenticate({ type: 'signature', keyId: id, signature, signed });
}
const everything = { excluded: [], restrictedTo: null };

test('a client session opens one customer id of its merchant, and knows its products', async () => {
  const merchant = await newMerchantCaller();
  const opened = await world.auth.openClientSession(merchant, { excluded: [3], restrictedTo: [1, 2] });
  assert.match(opened.clientSessionId, /^[0-9a-f]{32}$/);
  assert.match(opened.customerId, /^9991-[0-9a-f]{32}$/);
  const caller = await world.auth.authenticate({ type: 'clientSession', id: opened.clientSessionId });
  assert.equal(caller.kind, 'CLIENT_SESSION');
  assert.equal(caller.organizationId, merchant.organizationId);
  assert.deepEqual([...caller.scopes], ['customers:lookup']);
  assert.equal(caller.clientSession?.customerId, opened.customerId);
  assert.deepEqual(caller.clientSession?.excluded, [3]);
  assert.deepEqual(caller.clientSession?.restrictedTo, [1, 2]);
});

test('only a merchant opens sessions; a session opens none', async () => {
  const merchant = await newMerchantCaller();
  const { clientSessionId } = await world.auth.openClientSession(merchant, everything);
  const session = await world.auth.authenticate({ type: 'clientSession', id: clientSessionId });
  await assert.rejects(world.auth.openClientSession(session, everything), refusedAs('FORBIDDEN'));
});

test('a new secret of the merchant’s key ends the sessions that the old one opened', async () => {
  const { db, vault, auth } = world;
  const merchant = await newMerchantCaller();
  const { organizationId, credentialId } = merchant;
  const { clientSessionId: id } = await auth.openClientSession(merchant, everything);
  await auth.authenticate({ type: 'clientSession', id });
  await as(db, organizationId, (tx) => rotateSecret(tx, vault, { organizationId, id: credentialId }));
  await assert.rejects(auth.authenticate({ type: 'clientSession', id }), unauthenticated);
});

test('unknown and expired sessions, and those of a revoked key, are refused', async () => {
  const { db, auth } = world;
  const merchant = await newMerchantCaller();
  const first = await auth.openClientSession(merchant, everything);
  const second = await auth.openClientSession(merchant, everything);
  await assert.rejects(auth.authenticate({ type: 'clientSession', id: 'f'.repeat(32) }), unauthenticated);
  await db.sql`update oauth_state set expires_at = now() - interval '1 second' where payload->>'customerId' = ${first.customerId}`;
  await assert.rejects(auth.authenticate({ type: 'clientSession', id: first.clientSessionId }), unauthenticated);
  await auth.authenticate({ type: 'clientSession', id: second.clientSessionId });
  await as(db, merchant.organizationId, (tx) => revokeCredential(tx, merchant.credentialId));
  await assert.rejects(auth.authenticate({ type: 'clientSession', id: second.clientSessionId }), unauthenticated);
});

test('a session lives two hours, and its id is not in the table', async () => {
  const { db, auth } = world;
  const { clientSessionId, customerId } = await auth.openClientSession(await newMerchantCaller(), everything);
  const [row] = await db.sql`select id, extract(epoch from expires_at - now()) as left from oauth_state
    where payload->>'customerId' = ${customerId}`;
  assert.ok(Number(row?.left) > 7_190 && Number(row?.left) < 7_210);
  assert.notEqual(row?.id, clientSessionId);
});
