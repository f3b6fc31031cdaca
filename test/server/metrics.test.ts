import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from '../../src/server.ts';
import { db, newOrganization, vault } from '../support/world.ts';

// What Prometheus reads, on a server of its own.

const origin = 'http://clientele.test';
const log = { info: () => undefined, error: () => undefined };
const server = createServer({ db, vault, log, env: { mode: 'production', publicUrl: origin, oidc: null } });
after(() => server.close());
const { key } = await newOrganization();

const ask = (path: string, init: RequestInit = {}) =>
  server.fetch(
    new Request(origin + path, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    }),
    { remoteAddress: '127.0.0.1' },
  );
const graphql = (query: string) => ask('/graphql', { method: 'POST', body: JSON.stringify({ query }) });
const metrics = async () => (await (await ask('/metrics')).text()).split('\n');
/** The values of a label in the series of a metric. */
const values = (lines: readonly string[], label: string) =>
  new Set(lines.flatMap((line) => new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.slice(1) ?? []));
const requests = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('clientele_request_duration_seconds_count'));

describe('metrics', () => {
  it('are as many as there are names of ours, however many names callers make up', async () => {
    for (let n = 0; n < 260; n++) await graphql(`query Made${n} { __typename }`);
    const before = requests(await metrics());
    const made = [...values(before, 'operation')].filter((name) => /^Made\d+$|^other$/.test(name));
    assert.ok(made.includes('other'));
    assert.ok(made.length <= 201, String(made.length));
    for (let n = 0; n < 60; n++) await graphql(`query More${n} { __typename }`);
    for (let n = 0; n < 20; n++) await ask(`/nowhere/${n}`);
    for (let n = 0; n < 20; n++) await ask(`/api/v1.0/customers/${n}`);
    const routes = values(requests(await metrics()), 'route');
    assert.deepEqual([...routes].sort(), ['/api/v1.0/customers/{id}', '/graphql', 'other']);
    assert.ok(requests(await metrics()).length <= before.length + 4);
  });

  it('name our own operations even when callers have used up theirs', async () => {
    await ask('/api/v1.0/customers');
    const own = requests(await metrics()).filter((line) => line.includes('dialect="valomnia"'));
    assert.ok(own.length > 0);
    assert.ok(!values(own, 'operation').has('other'), own.join('\n'));
  });

  it('tell of the pool, of time in SQL and of turns, with their units and meanings', async () => {
    await graphql('mutation { organizationUpdate(input: { currencies: ["NOK"] }) { __typename } }');
    const lines = await metrics();
    for (const name of [
      'clientele_request_duration_seconds',
      'clientele_sql_transaction_seconds',
      'clientele_sql_pool_wait_seconds',
      'clientele_sql_transactions_open',
      'clientele_sql_transactions_waiting',
      'clientele_operations_running',
      'clientele_operations_waiting',
      'clientele_requests_refused_total',
    ]) {
      assert.ok(
        lines.some((line) => line.startsWith(`# HELP ${name} `)),
        name,
      );
      assert.ok(
        lines.some((line) => line.startsWith(`# TYPE ${name} `)),
        name,
      );
    }
    for (const counted of ['clientele_sql_transaction_seconds_count', 'clientele_sql_pool_wait_seconds_count']) {
      assert.ok(
        lines.some((line) => Number(line.split(`${counted} `)[1]) > 0),
        counted,
      );
    }
  });

  it('know organizations by their size alone, which is looked up behind the first request', async () => {
    const sizes = async () => {
      await graphql('{ __typename }');
      return values(requests(await metrics()), 'organization_class');
    };
    while (!(await sizes()).has('small')) await sleep(10);
    for (const name of await sizes()) assert.ok(['small', 'none', 'unknown'].includes(name), name);
  });
});
