import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lanes, openLanes, type Way } from '../../src/db/lanes.ts';
import { ApiError } from '../../src/errors.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

const question =
  "select current_user, current_setting('clientele.organization_id', true), $1::text, pg_sleep(0.002)::text";

describe('lanes whose connections are lost', () => {
  let proxy: FaultProxy;
  let lanes: Lanes;
  before(async () => {
    const url = new URL(await testDatabaseUrl());
    proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    lanes = openLanes({ url: url.href, count: 2, patience: 1_000 });
  });
  after(async () => {
    await lanes.close();
    await proxy.close();
  });

  const ask = async (organizationId: number, value: string) => {
    const [row] = await lanes.read({ organizationId, text: question, parameters: [value], prepare: true });
    return row?.slice(0, 3);
  };

  it('never run a statement without its wall, and hand no answer to another', async () => {
    const wrong: unknown[] = [];
    let answered = 0;
    let refused = 0;
    let isOver = false;
    const reader = async (organizationId: number) => {
      for (let n = 0; !isOver; n += 1) {
        const value = `${organizationId}/${n}`;
        try {
          const row = await ask(organizationId, value);
          answered += 1;
          if (row?.join() !== `clientele_app,${organizationId},${value}`) wrong.push({ value, row });
        } catch {
          refused += 1;
          await sleep(3);
        }
      }
    };
    const readers = Array.from({ length: 8 }, (_, id) => reader(id + 1));
    for (let i = 0; i < 20; i += 1) {
      await sleep(60);
      // Every other time the next connections fail too, each in its turn, with more statements waiting behind.
      proxy.refuse(i % 2 === 0);
      proxy.reset();
      await sleep(40);
      proxy.refuse(false);
    }
    await sleep(1_000);
    const afterwards = await Promise.all(Array.from({ length: 8 }, (_, id) => ask(id + 1, 'last')));
    isOver = true;
    await Promise.all(readers);
    assert.deepEqual(wrong, []);
    assert.equal(afterwards.length, 8);
    assert.ok(answered > 200 && refused > 0, `${answered} answered, ${refused} refused`);
  });

  it('give up a connection on which nothing is heard', async () => {
    await ask(1, 'before');
    proxy.silence();
    const begun = performance.now();
    await assert.rejects(ask(1, 'unheard'));
    const took = performance.now() - begun;
    proxy.resume();
    assert.ok(took < 4_000, `given up after ${Math.round(took)} ms`);
    assert.deepEqual(await ask(2, 'after'), ['clientele_app', '2', 'after']);
  });
});

test('a statement passes by a lane that lies behind a slow one', async () => {
  const lanes = openLanes({ url: await testDatabaseUrl(), count: 2 });
  const read = (text: string) => lanes.read({ organizationId: 1, text, parameters: [], prepare: true });
  await read('select 1::text');
  const ended: string[] = [];
  const slow = read('select pg_sleep(2)::text').then(() => ended.push('slow'));
  await sleep(50);
  await read("select 'quick'::text").then(() => ended.push('quick'));
  await slow;
  assert.deepEqual(ended, ['quick', 'slow']);
  await lanes.close();
});

test('a busy organization’s searches leave a lane to another’s', async () => {
  const lanes = openLanes({ url: await testDatabaseUrl(), count: 2 });
  const search = (organizationId: number, text: string) =>
    lanes.read({ organizationId, text, parameters: [], prepare: true, isSearch: true });
  await search(1, 'select 1::text');
  const ended: string[] = [];
  const busy = Array.from({ length: 12 }, () => search(1, 'select pg_sleep(0.1)::text').then(() => ended.push('busy')));
  await search(2, "select 'quick'::text").then(() => ended.push('other'));
  assert.ok(ended.length <= 4, `after ${ended.length - 1} of the busy one`);
  await Promise.all(busy);
  await lanes.close();
});

test('a search for which nobody waits any more is not sent', async () => {
  const sent: string[] = [];
  const lanes = openLanes({ url: await testDatabaseUrl(), count: 1, watch: (text) => sent.push(text) });
  const search = (text: string, ms: number) =>
    lanes.read({
      organizationId: 1,
      text,
      parameters: [],
      prepare: true,
      isSearch: true,
      endsAt: performance.now() + ms,
    });
  const slow = Array.from({ length: 2 }, () => search('select pg_sleep(0.3)::text', 5_000));
  await assert.rejects(search("select 'late'::text", 100), ApiError);
  await Promise.all(slow);
  assert.ok(!sent.some((text) => text.includes('late')));
  await lanes.close();
});

test('PostgreSQL thinks of a statement’s way once, each time anew, or as it finds best', async () => {
  const lanes = openLanes({ url: await testDatabaseUrl(), count: 1 });
  const modeOf = async (way: Way) => {
    const text = "select current_setting('plan_cache_mode')";
    return (await lanes.read({ organizationId: 1, text, parameters: [], prepare: true, ...way }))[0]?.[0];
  };
  assert.equal(await modeOf({ thought: 'once' }), 'force_generic_plan');
  assert.equal(await modeOf({ thought: 'anew' }), 'force_custom_plan');
  assert.equal(await modeOf({}), 'auto');
  assert.equal(await modeOf({ isSearch: true, thought: 'anew' }), 'auto');
  await lanes.close();
});
