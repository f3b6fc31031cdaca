import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema } from 'graphql';
import { Hono } from 'hono';
import { z } from 'zod';
import { ApiError, statusOf } from '../../src/errors.ts';
import { checkRoutes } from '../../src/rest-compat/check.ts';
import { graphql } from '../../src/rest-compat/graphql.ts';
import { mountRest, type RequestOrigin, type RestServer } from '../../src/rest-compat/handler.ts';
import { type Dialect, found, type Route, route } from '../../src/rest-compat/route.ts';

const name = route({
  method: 'GET',
  path: '/names/{reference...}',
  request: z.object({
    params: z.object({ reference: z.string() }),
    query: z.object({ loud: z.enum(['yes']).optional() }),
  }),
  operation: graphql(`
    query ToyName($by: CustomerBy!) {
      customer(by: $by) {
        name
      }
    }
  `),
  response: z.strictObject({ name: z.string() }),
  variables: ({ params }) => ({ by: { reference: params.reference } }),
  reply: ({ customer }) => ({ body: { name: found(customer, 'CUSTOMER_NOT_FOUND').name } }),
});

const echo = {
  method: 'POST',
  path: '/echo',
  summary: '',
  open: true,
  handle: async ({ body, query }) => ({ status: 201, body: { body, query } }),
} as const satisfies Dialect['doors'][number];

const toy: Dialect = {
  name: 'toy',
  bases: ['/toy/v1', '/toy/v2'],
  owns: [''],
  media: ['json', 'form', 'multipart'],
  credential: ({ headers }) => ({ type: 'bearer', token: headers.get('authorization') ?? '' }),
  admit: (_caller, { reference }) => {
    if (reference === 'foreign') throw new ApiError('FORBIDDEN');
  },
  fault: ({ code, kind }, { issues, variables }) => ({
    status: statusOf[kind],
    body: { code, variables, issues: issues.map(({ path }) => path.join('.')) },
  }),
  routes: [name],
  doors: [echo],
};

function serve(dialect: Dialect) {
  const app = new Hono<{ Bindings: RequestOrigin }>();
  const authenticate: RestServer['authenticate'] = async (credential) => {
    if (credential.type !== 'bearer' || credential.token !== 'good') throw new ApiError('UNAUTHENTICATED');
    return {
      organizationId: 1,
      credentialId: 'key',
      kind: 'API_KEY',
      scopes: new Set(),
      userId: null,
      customerId: null,
      clientIds: [],
      merchantId: null,
      clientSession: null,
    };
  };
  const server: RestServer = {
    authenticate,
    attend: async (credential, _request, work) => work(await authenticate(credential)),
    run: async (_operation, variables) => {
      const asked = JSON.stringify(variables);
      if (asked.includes('broken')) throw new Error('secret words of a library');
      return { customer: asked.includes('nobody') ? null : { name: asked } };
    },
    organization: () => ({ reference: 'toys', createdAt: new Date(0), regionLevel: null }),
    doOnce: (_caller, _info, work) => work(),
    publicUrl: 'http://localhost',
    log: { error: () => undefined },
    checkReplies: true,
    doors: { signIn: async () => null, openClientSession: () => Promise.reject(), readPicture: async () => null },
  };
  mountRest(app, [dialect], server);
  return async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: 'good', ...Object.fromEntries(new Headers(init.headers)) };
    const response = await app.request(`http://localhost${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
}

const call = serve(toy);

test('200, a path parameter may hold an escaped or a plain slash, a percent sign and any letter', async () => {
  for (const [path, reference] of [
    ['a%2Fb', 'a/b'],
    ['a/b', 'a/b'],
    ['100%25', '100%'],
    ['%C3%A9', 'é'],
    ['a%252Fb', 'a%2Fb'],
  ]) {
    const { status, body } = await call(`/toy/v2/names/${path}`);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body.name), { by: { reference } });
  }
});

test('200, HEAD is GET without a body', async () => {
  const { status, body } = await call('/toy/v1/names/a', { method: 'HEAD' });
  assert.deepEqual({ status, body }, { status: 200, body: null });
});

test('401, before the path, the tenant or the form are looked at', async () => {
  for (const path of ['names/a', 'names/foreign', 'nowhere', 'names/a?loud=no']) {
    assert.equal((await call(`/toy/v1/${path}`, { headers: { authorization: 'bad' } })).status, 401);
  }
});

test('403, before any look-up', async () => assert.equal((await call('/toy/v1/names/foreign')).status, 403));

test('400, the form is told by the caller’s own names', async () => {
  const { status, body } = await call('/toy/v1/names/a?loud=no');
  assert.deepEqual({ status, issues: body.issues }, { status: 400, issues: ['query.loud'] });
});

test('404, with the variables that named what is missing', async () => {
  const { status, body } = await call('/toy/v1/names/nobody');
  assert.deepEqual([status, body.code, body.variables], [404, 'CUSTOMER_NOT_FOUND', { by: { reference: 'nobody' } }]);
});

test('404 and 405 are in the dialect’s words', async () => {
  assert.equal((await call('/toy/v1/nowhere')).body.code, 'NOT_FOUND');
  const refused = await call('/toy/v1/names/a', { method: 'DELETE' });
  assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD']);
});

test('500, says nothing of the inside', async () => {
  const { status, body } = await call('/toy/v1/names/broken');
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(body), /secret/);
});

test('201, forms, multipart and JSON carry the same words', async () => {
  const form = new FormData();
  form.append('name', 'Zoë & Ørsted');
  const json = { 'content-type': 'application/json' };
  for (const init of [
    { body: new URLSearchParams({ name: 'Zoë & Ørsted' }) },
    { body: form },
    { body: JSON.stringify({ name: 'Zoë & Ørsted' }), headers: json },
  ]) {
    const { status, body } = await call('/echo?q=1&q=2', { method: 'POST', ...init });
    assert.deepEqual([status, body], [201, { body: { name: 'Zoë & Ørsted' }, query: { q: ['1', '2'] } }]);
  }
});

test('201, multipart as all kinds of clients write it', async () => {
  for (const disposition of ['form-data; name=name', 'form-data;name="name"', 'form-data; name="name"; size=12']) {
    const body = `a preamble\r\n--x\r\nContent-Disposition: ${disposition}\r\n\r\nZoë\r\n--x--\r\nan epilogue`;
    const headers = { 'content-type': 'multipart/form-data; boundary="x"' };
    const answer = await call('/echo', { method: 'POST', body, headers });
    assert.deepEqual([answer.status, answer.body.body], [201, { name: 'Zoë' }], disposition);
  }
});

test('a name may come many times, a thousand at most', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = (times: number) => call('/echo', { method: 'POST', body: `${'a&'.repeat(times - 1)}a`, headers });
  assert.equal((await send(1_000)).body.body.a.length, 1_000);
  assert.equal((await send(1_001)).status, 413);
});

test('204, a page of another origin may ask where the document lets it, and reads every answer', async () => {
  const open = serve({
    ...toy,
    crossOrigin: { under: '/toy/v1', methods: ['GET', 'POST'], requestHeaders: ['Authorization', 'X-Own'] },
  });
  const asked = await open('/toy/v1/names/a', { method: 'OPTIONS', headers: { authorization: '' } });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('access-control-allow-origin'), '*');
  assert.equal(asked.headers.get('access-control-allow-methods'), 'GET, POST, OPTIONS');
  assert.equal(asked.headers.get('access-control-allow-headers'), 'Authorization, X-Own');
  const bad = { headers: { authorization: 'bad' } };
  for (const [path, init, status] of [
    ['names/a', {}, 200],
    ['names/a', bad, 401],
    ['names/broken', {}, 500],
    ['nowhere', {}, 404],
  ] as const) {
    const answer = await open(`/toy/v1/${path}`, init);
    assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [status, '*']);
  }
  assert.equal((await open('/toy/v2/names/a')).headers.get('access-control-allow-origin'), null);
});

test('400, 413 and 415, a body that is not UTF-8, too large, malformed or of another type', async () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, type: string) =>
    (await call('/echo', { method: 'POST', body, headers: { 'content-type': type } })).status;
  assert.equal(await post('a=%FF', 'application/x-www-form-urlencoded'), 400);
  assert.equal(await post('{"a":', 'application/json'), 400);
  assert.equal(await post(new Uint8Array([0x22, 0xff, 0x22]), 'application/json'), 400);
  assert.equal(await post('no boundary', 'multipart/form-data; boundary=x'), 400);
  const file = '--x\r\nContent-Disposition: form-data; name=a; filename=a.png\r\n\r\nbytes';
  assert.equal(await post(file, 'multipart/form-data; boundary=x'), 400);
  assert.equal(await post('a=b', 'application/x-www-form-urlencoded; charset=latin1'), 415);
  assert.equal(await post('<a/>', 'text/xml'), 415);
  assert.equal(await post('x'.repeat(3 * 1024 * 1024 + 1), 'application/json'), 413);
  assert.equal(await post(`${'['.repeat(1_000)}${']'.repeat(1_000)}`, 'application/json'), 413);
  assert.equal(await post(JSON.stringify(Array(60_000).fill({})), 'application/json'), 413);
  const part = '--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n';
  assert.equal(await post(`${part.repeat(1_001)}--x--`, 'multipart/form-data; boundary=x'), 413);
});

test('an operation that the schema cannot answer is told when the server starts', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  checkRoutes([toy], schema);
  const wrong: Route = { ...name, path: '/other' };
  const poorer = buildSchema('type Query { nothing: Int }');
  assert.throws(() => checkRoutes([{ ...toy, routes: [wrong] }], poorer), /toy GET \/other: /);
  assert.throws(() => checkRoutes([{ ...toy, routes: [name, name] }], schema), /written twice/);
});
