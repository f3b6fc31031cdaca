import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMerchant, send } from './merchant.ts';

const details = '/products/9000/customerDetails';
const allowed = (headers: Headers) => headers.get('access-control-allow-origin');

test('204, a browser may ask for every path of the client API without a credential', async () => {
  for (const path of ['x/products/9000', `x${details}`, 'x/products', 'nowhere']) {
    const { status, headers, body } = await send('OPTIONS', `/client/v1/${path}`, {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-gcs-clientmetainfo',
    });
    assert.deepEqual([status, body, allowed(headers)], [204, '', '*']);
    assert.equal(headers.get('access-control-allow-methods'), 'GET, POST, OPTIONS');
    assert.equal(headers.get('access-control-allow-headers'), 'Authorization, Content-Type, X-GCS-ClientMetaInfo');
  }
});

test('every answer of the client API may be read by a page of another origin, errors included', async () => {
  const { call } = await (await newMerchant()).session();
  const asked = '/products/9000?countryCode=SE&currencyCode=SEK';
  const gustav = { countryCode: 'SE', values: [{ key: 'fiscalNumber', value: '012345678901' }] };
  for (const [status, answer] of [
    [200, await call('GET', asked)],
    [200, await call('POST', details, gustav)],
    [400, await call('GET', '/products/9000')],
    [400, await call('POST', details, {})],
    [401, await call('GET', asked, undefined, { session: 'wrong' })],
    [403, await call('GET', asked, undefined, { customerId: 'other' })],
    [404, await call('GET', '/products/1')],
    [404, await call('GET', '/crypto/publickey')],
    [404, await call('GET', '/products')],
    [404, await call('GET', '')],
    [405, await call('DELETE', asked)],
    [405, await call('GET', details)],
  ] as const) {
    assert.deepEqual([answer.status, allowed(answer.headers)], [status, '*']);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    if (status !== 200) assert.ok(answer.body.errors.length > 0);
  }
});

test('the server API is nobody’s page’s', async () => {
  const { call } = await newMerchant();
  const asked = '/products/9000?countryCode=SE&currencyCode=SEK';
  assert.equal(allowed((await call('GET', asked)).headers), null);
  const preflight = await send('OPTIONS', `/v1/m${asked}`, { origin: 'https://shop.example' });
  assert.deepEqual([preflight.status, allowed(preflight.headers)], [401, null]);
});
