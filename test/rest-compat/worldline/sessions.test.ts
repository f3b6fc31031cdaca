import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { foreign, isError, newMerchant, origin, peek, send, unauthorized } from './merchant.ts';

test('201, a session is opened: with no body, with an empty one, with filters', async () => {
  const merchant = await newMerchant();
  const filters = { exclude: { groups: ['cards'], products: [1] }, restrictTo: { products: [9000] } };
  for (const body of [undefined, {}, { paymentProductFilters: filters }, { paymentProductFilters: null }]) {
    const { status, headers, body: details } = await merchant.call('POST', '/sessions', body);
    assert.equal(status, 201, JSON.stringify(details));
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    assert.match(details.clientSessionId, /^[0-9a-f]{32}$/);
    assert.match(details.customerId, new RegExp(`^${merchant.merchantId}-[0-9a-f]{32}$`));
    assert.deepEqual(
      [details.clientApiUrl, details.assetUrl, details.invalidTokens],
      [`${origin}/client`, `${origin}/assets`, []],
    );
    assert.equal(Object.keys(details).length, 5);
  }
});

test('201, no token is known here', async () => {
  const merchant = await newMerchant();
  const { body } = await merchant.call('POST', '/sessions', { tokens: ['a', 'b'] });
  assert.deepEqual(body.invalidTokens, ['a', 'b']);
});

test('400, filters and tokens of the wrong form; a body that is no JSON', async () => {
  const merchant = await newMerchant();
  const wrong = (propertyName: string) => ({
    status: 400,
    code: '9999',
    id: 'VALUE_INVALID',
    message: 'The value does not have the right form.',
    propertyName,
  });
  isError(await merchant.call('POST', '/sessions', { tokens: 'a' }), wrong("'tokens'"));
  isError(
    await merchant.call('POST', '/sessions', { paymentProductFilters: { exclude: { products: ['x'] } } }),
    wrong("'paymentProductFilters.exclude.products.0'"),
  );
  const form = await merchant.call('POST', '/sessions', {}, { headers: { 'content-type': 'text/xml' } });
  assert.deepEqual([form.status, form.body.errors[0].id], [415, 'UNSUPPORTED_MEDIA']);
});

test('401, no, malformed, unknown and wrong authorization are one', async () => {
  const merchant = await newMerchant();
  const { call, key } = merchant;
  const post = (headers: Record<string, string>) => send('POST', `/v1/${merchant.merchantId}/sessions`, headers);
  for (const authorization of ['', 'GCS v1HMAC', 'GCS v1HMAC:x', 'Bearer x', `GCS v1Client:${'0'.repeat(32)}`]) {
    const answer = await post(authorization === '' ? {} : { authorization });
    isError(answer, unauthorized);
    assert.equal(answer.headers.get('www-authenticate'), 'GCS realm="Clientele"');
  }
  isError(await call('POST', '/sessions', {}, { secret: 'wrong' }), unauthorized);
  isError(await call('POST', '/sessions', {}, { keyId: 'nobody' }), unauthorized);
  isError(await call('POST', '/sessions', {}, { target: '/v1/other/sessions' }), unauthorized);
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  isError(await call('POST', '/sessions', {}, { date: minutes(-6) }), unauthorized);
  isError(await call('POST', '/sessions', {}, { date: minutes(6) }), unauthorized);
  assert.equal((await call('POST', '/sessions', {}, { date: minutes(-4) })).status, 201);
  const headers = { 'X-GCS-ServerMetaInfo': 'e30=', 'X-GCS-Idempotence-Key': 'a  b' };
  assert.equal((await call('POST', '/sessions', {}, { headers })).status, 201);
  assert.ok(key);
  await merchant.revoke();
  isError(await call('POST', '/sessions', {}), unauthorized);
});

test('401, before the body is looked at', async () => {
  const { call } = await newMerchant();
  isError(await call('POST', '/sessions', { tokens: 1 }, { secret: 'wrong' }), unauthorized);
});

test('403, another merchant, alike whether there is one', async () => {
  const [mine, theirs] = [await newMerchant(), await newMerchant()];
  isError(await mine.callOf(theirs.merchantId, 'POST', '/sessions', {}), foreign);
  isError(await mine.callOf('nobody', 'POST', '/sessions', {}), foreign);
  isError(await mine.callOf('nobody', 'POST', '/sessions', { tokens: 1 }), foreign);
});

test('404 and 405, in the documented form', async () => {
  const { call } = await newMerchant();
  const put = await call('PUT', '/sessions', {});
  assert.deepEqual(
    [put.status, put.body.errors[0].code, put.body.errors[0].id, put.headers.get('allow')],
    [405, '9999', 'METHOD_NOT_ALLOWED', 'POST'],
  );
  const unknown = await call('GET', '/sessions/1');
  assert.deepEqual([unknown.status, unknown.body.errors[0].id], [404, 'NOT_FOUND']);
});

test('a session is kept by a name that does not open it', async () => {
  const { details } = await (await newMerchant()).session();
  const rows = await peek(sql`select row_to_json(s)::text as dump from oauth_state s
    where payload->>'customerId' = ${details.customerId}`);
  assert.equal(rows.length, 1);
  assert.ok(!String(rows[0]?.dump).includes(details.clientSessionId));
});
