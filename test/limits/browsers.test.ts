import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createServer } from '../../src/server.ts';
import { allStatementsOf, db, fetchServer, logged, newOrganization, vault } from '../support/world.ts';

const site = 'https://shop.example.com';
const shop = await newOrganization();
const other = await newOrganization();
for (const { ok } of [shop]) {
  await ok(
    `mutation { organizationUpdate(input: { corsOrigins: ["${site}"] }) { __typename ... on Error { message } } }`,
  );
}

const quiet = { info: () => undefined, error: () => undefined };
const demo = createServer({
  db,
  vault,
  log: quiet,
  env: {
    mode: 'demo',
    publicUrl: 'https://clientele.test',
    oidc: null,
    metricsToken: 'a-token-of-sixteen',
    trustProxy: true,
  },
});
after(() => demo.close());

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body: string | null = null) =>
  fetchServer(new Request(`http://clientele.test${path}`, { method, headers, body }));
const graphql = (headers: Record<string, string>) =>
  ask('/graphql', { 'content-type': 'application/json', ...headers }, 'POST', '{"query":"{ organization { name } }"}');
const preflight = (path: string, origin: string) =>
  ask(
    path,
    { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    'OPTIONS',
  );
const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

describe('pages of other origins', () => {
  it('a preflight names nobody: it is answered for the union of all lists', async () => {
    for (const path of ['/graphql', '/api/v1.0/customers', '/v1/clients/1/customers/2']) {
      const yes = await preflight(path, site);
      assert.equal(yes.status, 204);
      assert.equal(allowed(yes), site);
      assert.match(yes.headers.get('access-control-allow-headers') ?? '', /Authorization/);
      assert.equal(yes.headers.get('vary'), 'Origin');
      assert.equal(allowed(await preflight(path, 'https://evil.example')), null);
    }
  });
  it('a call is answered by its own organization’s list', async () => {
    const own = await graphql({ origin: site, authorization: `Bearer ${shop.key}` });
    assert.equal(allowed(own), site);
    assert.match(own.headers.get('access-control-expose-headers') ?? '', /RateLimit/);
    assert.equal(allowed(await graphql({ origin: site, authorization: `Bearer ${other.key}` })), null);
    assert.equal(allowed(await graphql({ origin: 'null', authorization: `Bearer ${shop.key}` })), null);
  });
  it('never with credentials', async () => {
    for (const answer of [
      await preflight('/graphql', site),
      await graphql({ origin: site, authorization: `Bearer ${shop.key}` }),
    ])
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
  });
  it('a refusal can be read by who may call', async () => assert.equal(allowed(await graphql({ origin: site })), site));
  it('Worldline’s client API answers every page by itself', async () => {
    const answer = await preflight('/client/v1/x/products/1', 'https://evil.example');
    assert.equal(allowed(answer), '*');
  });
  it('a demo lets pages of this machine call', async () => {
    const from = (origin: string) =>
      demo.fetch(
        new Request('https://clientele.test/graphql', {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        }),
      );
    assert.equal(allowed(await from('http://localhost:5173')), 'http://localhost:5173');
    assert.equal(allowed(await from('http://localhost.evil.example')), null);
    assert.equal(allowed(await preflight('/graphql', 'http://localhost:5173')), null);
  });
});

describe('the cookie', () => {
  it('opens nothing but Valomnia’s paths', async () => {
    const cookie = { cookie: 'JSESSIONID=0123456789ABCDEF0123456789ABCDEF' };
    assert.equal((await graphql(cookie)).status, 401);
    assert.equal((await ask('/v1/clients/1/customers/2', cookie)).status, 401);
  });
  it('403 for a write that another page sends with it', async () => {
    const cookie = { cookie: 'JSESSIONID=0123456789ABCDEF0123456789ABCDEF', 'content-type': 'application/json' };
    for (const from of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      const answer = await ask('/api/v1.0/customers', { ...cookie, ...from }, 'POST', '{}');
      assert.equal(answer.status, 403, JSON.stringify(from));
    }
    assert.equal(
      (await ask('/api/v1.0/customers', { ...cookie, origin: 'http://clientele.test' }, 'POST', '{}')).status,
      401,
    );
  });
});

describe('every answer', () => {
  const paths = [
    '/',
    '/graphql',
    '/livez',
    '/nothing',
    '/api/v1.0/customers',
    '/v1/customer/info',
    '/v1/m/sessions',
    '/client/v1/x/products/1',
    '/v1/clients/1/customers/2',
  ];
  for (const path of paths) {
    it(`${path} carries what keeps it from being kept, guessed at, framed and told on`, async () => {
      const { headers } = await ask(path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.ok(headers.get('cache-control'));
      assert.match(headers.get('referrer-policy') ?? '', /no-referrer|same-origin/);
      assert.match(headers.get('content-security-policy') ?? '', /default-src|frame-ancestors/);
      assert.match(headers.get('x-request-id') ?? '', /^[\w.-]{1,64}$/);
    });
  }
  it('HSTS where our own address is https', async () => {
    const answer = await demo.fetch(new Request('https://clientele.test/livez'));
    assert.match(answer.headers.get('strict-transport-security') ?? '', /max-age/);
    assert.equal((await ask('/livez')).headers.get('strict-transport-security'), null);
  });
});

describe('/metrics', () => {
  const get = (remoteAddress: string, headers: Record<string, string> = {}) =>
    demo.fetch(new Request('https://clientele.test/metrics', { headers }), { remoteAddress });
  it('answers this machine, and nobody else without the token', async () => {
    assert.equal((await get('127.0.0.1')).status, 200);
    assert.equal((await get('192.0.2.1')).status, 404);
    assert.equal((await get('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).status, 404);
    assert.equal((await get('192.0.2.1', { authorization: 'Bearer a-token-of-sixteen' })).status, 200);
    assert.equal((await get('192.0.2.1', { authorization: 'Bearer a-token-of-sixteem' })).status, 404);
  });
  it('counts by route, dialect, operation, status and organization class', async () => {
    const body = '{"query":"query Named { organization { name } }"}';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${shop.key}` };
    await demo.fetch(new Request('https://clientele.test/graphql', { method: 'POST', headers, body }));
    const text = await (await get('::1')).text();
    assert.match(
      text,
      /clientele_request_duration_seconds_count\{route="\/graphql",dialect="GRAPHQL",operation="Named",status="2xx",organization_class="\w+"\} 1/,
    );
    assert.match(text, /clientele_sql_transaction_seconds_count [1-9]/);
    assert.match(text, /clientele_operations_waiting 0/);
  });
});

describe('the log and the trace', () => {
  it('one line for each request: route and numbers, never addresses, secrets or persons', async () => {
    const before = logged.length;
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const headers = {
      authorization: `Bearer ${shop.key}`,
      'x-request-id': 'seen-1',
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
    };
    await ask('/api/v1.0/customers?reference=SECRET-REFERENCE&j_password=SECRET', headers);
    const lines = logged.slice(before).filter(({ message }) => message === 'request');
    assert.equal(lines.length, 1);
    const { facts } = lines[0] ?? { facts: {} };
    const line = JSON.stringify(facts);
    assert.match(
      line,
      /"requestId":"seen-1","traceId":"0af7651916cd43dd8448eb211c80319c","method":"GET","route":"\/api\/v1.0\/customers"/,
    );
    assert.doesNotMatch(line, /SECRET|clk_/);
    const statements = await allStatementsOf(() => ask('/api/v1.0/customers', headers));
    assert.ok(statements.some((text) => text.includes(`/*traceparent='00-${trace}-b7ad6b7169203331-01'*/`)));
  });
  it('a trace that is none goes nowhere', async () => {
    for (const traceparent of [
      "00-x'*/;drop-01-01",
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ]) {
      const statements = await allStatementsOf(() =>
        ask('/api/v1.0/customers', { authorization: `Bearer ${shop.key}`, traceparent }),
      );
      assert.ok(statements.every((text) => !text.includes('traceparent')));
    }
  });
});
