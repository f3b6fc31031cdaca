import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { makeKeys } from '../../src/vault.ts';
import { ownerDatabaseUrl, testDatabaseUrl } from '../support/database.ts';
import { newOrganization } from '../support/world.ts';
import { type Received, startCollector } from './collector.ts';

// A server as it is deployed, and a collector beside it. Nothing is sent before SIGTERM: what comes, comes by the last flush.

const collector = await startCollector();
const { key } = await newOrganization();
const origin = `http://127.0.0.1:${await freePort(0)}`;
const trace = (n: number) => `${n}`.padStart(32, 'a');
const callersSpan = 'b7ad6b7169203331';

/** What belongs to a person, as it is planted in every place of a request. */
const planted = {
  number: '02016126007',
  reference: 'PLANTED-REFERENCE',
  name: 'Plantedname',
  email: 'planted@example.org',
  phone: '+4791234567',
};

async function ask(n: number, path: string, init: RequestInit = {}, flags = '01') {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    traceparent: `00-${trace(n)}-${callersSpan}-${flags}`,
    tracestate: 'vendor=1',
  };
  const answer = await fetch(origin + path, { ...init, headers });
  return { status: answer.status, body: await answer.text() };
}
const graphql = (n: number, query: string, variables: object = {}) =>
  ask(n, '/graphql', { method: 'POST', body: JSON.stringify({ query, variables }) });

let log = '';
let child: ChildProcess | undefined;
before(async () => {
  const running = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: packageRoot,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, PORT: new URL(origin).port, CLIENTELE_KEYS: makeKeys() },
      ...{ DATABASE_URL: await testDatabaseUrl(), DATABASE_DIRECT_URL: await ownerDatabaseUrl() },
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=customers',
      OTEL_SERVICE_NAME: 'customer-api',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    },
  });
  child = running;
  running.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ready = () =>
    fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await ready()); tries++) {
    assert.ok(tries < 600 && running.exitCode === null, log);
    await sleep(100);
  }
  const input = {
    ...{ reference: planted.reference, identity: planted.number, email: planted.email, phone: planted.phone },
    person: { firstName: planted.name, lastName: planted.name },
  };
  const create = `mutation Make($input: CustomerCreateInput!) { customerCreate(input: $input) { __typename ... on Error { message } } }`;
  const made = await graphql(1, create, { input });
  assert.match(made.body, /CustomerCreatePayload/);
  // Twice: the document is new to Yoga the first time, and known the second.
  const literal = `query Literal { customer(by: { reference: "${planted.reference}" }) { name email contacts { lastName } } }`;
  for (const n of [2, 3]) assert.equal((await graphql(n, literal)).status, 200, literal);
  await graphql(4, `{ customers(first: 3, search: "${planted.name}") { nodes { name } } }`);
  await ask(5, `/api/v1.0/customers/reference/${planted.reference}`);
  await ask(6, `/api/v1.0/customers?reference=${planted.reference}`);
  const lookup =
    'mutation Look($n: String!) { customerLookup(field: IDENTIFICATION_NUMBER, value: $n) { __typename } }';
  await graphql(7, lookup, { n: planted.number });
  await graphql(8, '{ categories(first: 1, last: 1) { nodes { name } } }');
  await ask(9, '/graphql', { method: 'POST', body: '{"query":"{ organization { name } }"}' }, '00');
  await ask(10, `/nowhere/${planted.reference}`);
  await fetch(`${origin}/oauth/token`, { method: 'POST', body: new URLSearchParams({ username: planted.email }) });
  await fetch(`${origin}/livez`);
  running.kill('SIGTERM');
  const [code] = await once(running, 'exit');
  assert.equal(code, 0, log);
});
after(() => {
  child?.kill('SIGKILL');
  collector.close();
});

const of = (n: number) => collector.spans().filter(({ traceId }) => traceId === trace(n));
const only = (spans: Received[], kind: number): Received => {
  const [found, ...more] = spans.filter((span) => span.kind === kind);
  assert.ok(found && more.length === 0, JSON.stringify(spans, null, 1));
  return found;
};

describe('traces', () => {
  test('are sent by OTLP over HTTP as the standard variables say, the last of them at SIGTERM', () => {
    assert.ok(collector.paths.length > 0);
    assert.ok(collector.paths.every((line) => line === 'POST /v1/traces application/json customers'));
    const resource = collector.resource();
    assert.equal(resource['service.name'], 'customer-api');
    assert.equal(resource['deployment.environment.name'], 'test');
    assert.match(String(resource['service.version']), /^\d+\.\d+\.\d+/);
  });

  test('a request, its operation and its statements are one tree below the caller’s span', () => {
    for (const n of [1, 2, 3, 5, 7]) {
      const spans = of(n);
      const request = only(spans, 2);
      assert.equal(request.parentSpanId, callersSpan);
      assert.equal(request.traceState, 'vendor=1');
      const operation = only(spans, 1);
      assert.equal(operation.parentSpanId, request.spanId);
      const statements = spans.filter(({ kind }) => kind === 3);
      assert.ok(statements.length > 0);
      assert.ok(statements.every(({ parentSpanId }) => parentSpanId === operation.spanId));
      assert.equal(spans.length, 2 + statements.length);
    }
  });

  test('speak the words of the conventions: the route’s template, the operation’s name, the statement without values', () => {
    const rest = only(of(5), 2);
    assert.equal(rest.name, 'GET /api/v1.0/customers/reference/{reference...}');
    const { attributes } = rest;
    assert.equal(attributes['http.request.method'], 'GET');
    assert.equal(attributes['http.route'], '/api/v1.0/customers/reference/{reference...}');
    assert.equal(attributes['http.response.status_code'], 200);
    assert.equal(attributes['clientele.dialect'], 'valomnia');
    const operation = only(of(1), 1);
    assert.equal(operation.name, 'mutation');
    assert.equal(operation.attributes['graphql.operation.type'], 'mutation');
    assert.equal(operation.attributes['graphql.operation.name'], 'Make');
    const statements = of(1).filter(({ kind }) => kind === 3);
    const insert = statements.find(({ name }) => name === 'INSERT customers');
    assert.ok(insert, statements.map(({ name }) => name).join());
    assert.equal(insert.attributes['db.system.name'], 'postgresql');
    assert.match(String(insert.attributes['db.query.text']), /^insert into "customers" .*\$1/i);
    assert.ok(statements.some(({ name }) => name === 'COMMIT'));
    assert.equal(
      statements.filter(({ attributes: { 'db.query.text': text } }) => /^set /i.test(String(text))).length,
      0,
    );
  });

  test('a failure is its code: the catalogue’s, and a status of 500 or more', () => {
    const failed = of(8).filter(({ status }) => status.code === 2);
    assert.deepEqual(
      failed.map(({ kind, attributes }) => [kind, attributes['error.type']]),
      [[1, 'PAGE_SIZE_INVALID']],
    );
    const nowhere = only(of(10), 2);
    assert.deepEqual([nowhere.name, nowhere.attributes['http.route'], nowhere.status.code], ['GET', undefined, 0]);
  });

  test('who did not record the trace gets none recorded, and health checks make none', () => {
    assert.deepEqual(of(9), []);
    assert.ok(collector.spans().every(({ attributes }) => attributes['http.route'] !== '/livez'));
  });

  test('the issuer’s requests are there too', () => {
    assert.ok(collector.spans().some(({ name }) => name === 'POST /oauth/token'));
    assert.match(log, /"method":"POST","route":"\/oauth\/token","status":40[01]/);
  });

  test('nothing of a person is in them, nor in the log', () => {
    const said = collector.bodies.join('\n');
    for (const [what, word] of Object.entries(planted)) {
      assert.ok(!said.includes(word), `${what} in a trace`);
      assert.ok(!log.includes(word), `${what} in the log`);
    }
    assert.ok(!said.includes(key) && !said.includes('postgres://'));
  });

  test('the log names the same trace', () => {
    assert.ok(log.includes(`"traceId":"${trace(5)}"`));
  });
});

test('a collector that is away holds nobody up, and is told of once, without its address', {
  timeout: 30_000,
}, async () => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://secret-collector.invalid:${await freePort(0)}`;
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '500';
  const lines: string[] = [];
  const { openOtlp } = await import('../../src/telemetry/otlp.ts');
  const tracer = openOtlp({
    database: { host: 'db', port: 5432, name: 'clientele' },
    log: { warn: (facts, message) => void lines.push(JSON.stringify(facts) + message) },
  });
  const span = tracer.request('GET', null);
  span.part('query', {}).end(null);
  span.end(null);
  const begun = performance.now();
  await tracer.close();
  assert.ok(performance.now() - begun < 6_000);
  assert.equal(lines.length, 1, lines.join());
  assert.match(lines[0] ?? '', /traces cannot be sent/);
  assert.doesNotMatch(lines[0] ?? '', /secret-collector/);
});
