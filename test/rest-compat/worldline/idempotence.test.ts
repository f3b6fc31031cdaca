import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMerchant } from './merchant.ts';

const timestamp = 'x-gcs-idempotence-request-timestamp';
const under = (key: string) => ({ headers: { 'x-gcs-idempotence-key': key } });

test('201, a session asked for again under its key is the same session, and when it was first asked for is told', async () => {
  const merchant = await newMerchant();
  const started = Date.now();
  const first = await merchant.call('POST', '/sessions', {}, under('order-1'));
  const again = await merchant.call('POST', '/sessions', {}, under('order-1'));
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(again.body, first.body);
  assert.equal(first.headers.get(timestamp), null);
  const at = Number(again.headers.get(timestamp));
  assert.ok(Math.abs(at - started) < 60_000, String(at));
  const other = await merchant.call('POST', '/sessions', {}, under('order-2'));
  assert.notEqual(other.body.clientSessionId, first.body.clientSessionId);
});

test('422, the key was used with another body', async () => {
  const merchant = await newMerchant();
  await merchant.call('POST', '/sessions', {}, under('order-1'));
  const { status, body } = await merchant.call('POST', '/sessions', { tokens: ['a'] }, under('order-1'));
  assert.deepEqual([status, body.errors[0].id], [422, 'IDEMPOTENCY_MISMATCH']);
});
