import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newTenant, send } from '../oauth.ts';

const userPaths: [method: string, path: string, json?: unknown][] = [
  ['GET', '/v1/customer/info'],
  ['POST', '/v1/customer/info', {}],
];
const clientPaths: typeof userPaths = [
  ['POST', '/v1/client/customer/search', { email: 'a@example.com' }],
  ['POST', '/v1/client/credential/customers/check', { credentials: [] }],
  ['GET', '/v1/client/customer/info/1'],
];

test('401, without a token, with a wrong, expired or revoked one, in both sets of fields', async () => {
  const tenant = await newTenant();
  const customer = await tenant.customer({ name: 'Ola' });
  const user = await tenant.userToken(customer.numericId);
  const expired = await tenant.tokenOf({ seconds: -120 });
  const ask = async (token: string | null) => {
    for (const [method, path, json] of [...userPaths, ...clientPaths]) {
      const { status, body, headers } = await send(token, method, path, { json });
      const message = 'A valid credential is required.';
      assert.deepEqual(
        [status, body],
        [
          401,
          {
            error: 'invalid_token',
            error_description: message,
            exceptionType: 'UNAUTHENTICATED',
            errorMessage: message,
          },
        ],
      );
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
    }
  };
  for (const token of [null, 'nonsense', expired, `${tenant.token}x`]) await ask(token);
  await tenant.revoke();
  for (const token of [tenant.token, user]) await ask(token);
});

test('403, a token of the other kind, before the form is looked at', async () => {
  const tenant = await newTenant();
  const customer = await tenant.customer({ name: 'Ola' });
  const user = await tenant.userToken(customer.numericId);
  const refused = async (token: string, [method, path]: [string, string, unknown?]) => {
    const { status, body } = await send(token, method, path, method === 'POST' ? { text: '{' } : {});
    assert.deepEqual([status, body.error, body.exceptionType], [403, 'insufficient_scope', 'FORBIDDEN']);
  };
  for (const path of userPaths) for (const token of [tenant.token, tenant.apiKey]) await refused(token, path);
  for (const path of clientPaths) for (const token of [user, tenant.apiKey]) await refused(token, path);
});

test('403, a client’s token without the scope', async () => {
  const tenant = await newTenant();
  const token = await tenant.tokenOf({ scope: 'customers:write' });
  for (const [method, path, json] of clientPaths) {
    const { status, body } = await send(token, method, path, { json });
    assert.deepEqual([status, body.error], [403, 'insufficient_scope'], path);
  }
});

test('404 and 405, paths and methods that the API does not have', async () => {
  const tenant = await newTenant();
  for (const path of ['/v1/customer/nothing', '/v1/client/customer/nothing', '/capi/v1/client/credential/nothing']) {
    const { status, body } = await tenant.call('GET', path);
    assert.deepEqual([status, body.exceptionType], [404, 'NOT_FOUND'], path);
  }
  const { status, headers, body } = await tenant.call('PUT', '/v1/customer/info', { json: {} });
  assert.deepEqual([status, headers.get('allow'), body.exceptionType], [405, 'GET, HEAD, POST', 'METHOD_NOT_ALLOWED']);
});

test('415, a body that is no JSON', async () => {
  const tenant = await newTenant();
  const headers = { 'content-type': 'text/xml' };
  const { status, body } = await tenant.call('POST', '/v1/client/customer/search', { text: '<a/>', headers });
  assert.deepEqual([status, body.exceptionType], [415, 'UNSUPPORTED_MEDIA']);
});
