import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDb } from '../../src/db/client.ts';
import { ApiError } from '../../src/errors.ts';
import { openRates, type Quota } from '../../src/limits/rates.ts';
import { createServer } from '../../src/server.ts';
import { openTurns } from '../../src/turns.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { allStatementsOf, db, newOrganization, vault } from '../support/world.ts';

const quota = (capacity: number, refillPerSecond: number): Quota => ({
  name: 'test',
  seconds: 60,
  capacity,
  refillPerSecond,
});

describe('tokens are leased in blocks', () => {
  it('many requests cost few round trips', async () => {
    const rates = openRates(db);
    const key = randomUUID();
    const sent = await allStatementsOf(async () => {
      for (let i = 0; i < 1_000; i++) assert.ok((await rates.take(key, quota(4_000, 1), 1)).allowed);
      await sleep(50);
    });
    const takes = sent.filter((text) => text.includes('clientele_take')).length;
    assert.ok(takes >= 5 && takes <= 12, String(takes));
  });

  it('several processes together give what the bucket holds, and not one more', async () => {
    const processes = [openRates(db), openRates(db), openRates(db)];
    const key = randomUUID();
    let given = 0;
    await Promise.all(
      processes.map(async (rates) => {
        for (let i = 0; i < 400; i++) if ((await rates.take(key, quota(300, 0.001), 1)).allowed) given++;
      }),
    );
    assert.ok(given <= 300, `${given} of 300`);
    // What the others sit on is at most one and a half blocks each.
    assert.ok(given >= 300 - 3 * 23, `${given} of 300`);
  });

  it('who waits as told gets more', async () => {
    const rates = openRates(db);
    const key = randomUUID();
    const bucket = quota(3, 2);
    for (let i = 0; i < 3; i++) assert.ok((await rates.take(key, bucket, 1)).allowed);
    const refused = await rates.take(key, bucket, 1);
    assert.equal(refused.allowed, false);
    assert.equal(refused.retryAfter, 1);
    await sleep(1_050);
    assert.ok((await rates.take(key, bucket, 1)).allowed);
  });
});

describe('a busy organization makes nobody wait but itself', () => {
  it('others get their turn at once, lines are served in turn, and a line ends at its limit', async () => {
    const turns = openTurns({ running: 4, runningEach: 3, waitingEach: 5 });
    const busy = await Promise.all([1, 1, 1].map((id) => turns.take(id)));
    const order: string[] = [];
    const wait = (id: number, name: string) => {
      const turn = turns.take(id);
      assert.ok(turn instanceof Promise, name);
      return turn.then((leave) => {
        order.push(name);
        return leave;
      });
    };
    const waiting = Array.from({ length: 5 }, (_, i) => wait(1, `busy ${i}`));
    assert.throws(
      () => turns.take(1),
      (error: unknown) => error instanceof ApiError && error.kind === 'UNAVAILABLE' && error.retryAfter === 1,
    );
    const other = turns.take(2);
    assert.ok(!(other instanceof Promise));
    const later = wait(2, 'other');
    for (const leave of busy) leave();
    other();
    for (const turn of [...waiting, later]) (await turn)();
    assert.ok(order.indexOf('other') <= 2, order.join());
    assert.deepEqual(turns.state(), { running: 0, waiting: 0 });
  });
});

describe('a server with small limits', async () => {
  const own = openDb({ url: await testDatabaseUrl() });
  const env = {
    mode: 'production',
    publicUrl: 'http://clientele.test',
    oidc: null,
    rateLimit: 1,
    lookupLimit: 10,
  } as const;
  const log = { info: () => undefined, error: () => undefined };
  const servers = [1, 2].map(() => createServer({ db: own, vault, log, env }));
  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await own.close();
  });
  let turn = 0;
  const call = (path: string, key: string, init: RequestInit = {}) =>
    servers[turn++ % 2]?.fetch(
      new Request(`http://clientele.test${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
      }),
      { rawTarget: path, remoteAddress: '192.0.2.1' },
    ) as Promise<Response>;
  const graphql = (key: string, query: string, variables = {}) =>
    call('/graphql', key, { method: 'POST', body: JSON.stringify({ query, variables }) });

  it('answers 429 with the seconds to wait, in each tongue, whatever the number of processes', async () => {
    const { key } = await newOrganization();
    const answers: Response[] = [];
    for (let i = 0; i < 80; i++) answers.push(await graphql(key, '{ organization { name } }'));
    const good = answers.filter(({ status }) => status === 200).length;
    assert.ok(good >= 50 && good <= 70, String(good));
    const refused = answers.find(({ status }) => status === 429);
    assert.ok(Number(refused?.headers.get('retry-after')) >= 1);
    assert.match(refused?.headers.get('ratelimit') ?? '', /"credential";r=0;t=\d+$/);
    assert.equal(refused?.headers.get('ratelimit-policy'), '"organization";q=120;w=60, "credential";q=60;w=60');
    const told = (await refused?.json()) as { errors: { extensions: { code: string } }[] };
    assert.equal(told.errors[0]?.extensions.code, 'RATE_LIMITED');
    const rest = await call('/api/v1.0/customers', key);
    assert.equal(rest.status, 429);
    assert.equal(((await rest.json()) as { error: string }).error, 'too_many_requests');
    assert.ok(rest.headers.get('retry-after'));
  });

  it('counts look-ups value by value, by each route together', async () => {
    const { key } = await newOrganization();
    const statuses: number[] = [];
    const byCredential = 'query ($c: [String!]!) { customersByCredential(credentials: $c) { credential } }';
    for (let i = 0; i < 4; i++) {
      const credentials = [1, 2, 3, 4].map((n) => `somebody${i}${n}@example.com`);
      statuses.push((await graphql(key, byCredential, { c: credentials })).status);
      statuses.push(
        (await graphql(key, '{ customers(filter: { phone: "+4712345678" }) { totalCount { value } } }')).status,
      );
    }
    const answered =
      statuses.filter((status, i) => status === 200 && i % 2 === 0).length * 4 +
      statuses.filter((status, i) => status === 200 && i % 2 === 1).length;
    assert.ok(answered <= 12, `${answered} values answered of a budget of 10`);
    assert.ok(statuses.includes(429));
    // What is no look-up goes on.
    assert.equal((await graphql(key, '{ organization { name } }')).status, 200);
  });

  it('another credential of the organization goes on until the organization’s own end', async () => {
    const world = await newOrganization();
    for (let i = 0; i < 70; i++) await graphql(world.key, '{ organization { name } }');
    const other = await world.keyFor(['customers:read']);
    assert.equal((await graphql(other, '{ customers { totalCount { value } } }')).status, 200);
  });
});
