import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { asOrganization, type Db, openDb, type Tx } from '../../src/db/client.ts';
import { worded } from '../../src/db/constraints.ts';
import { openWork } from '../../src/db/work.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

describe('a unit of work', () => {
  let proxy: FaultProxy;
  let db: Db;
  before(async () => {
    const url = new URL(await testDatabaseUrl());
    proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    db = openDb({ url: url.href, max: 2 });
  });
  after(async () => {
    await db.close();
    await proxy.close();
  });

  const write = <T>(work: (tx: Tx) => Promise<T>) => asOrganization(db, { organizationId: 1 }, 'write', work);
  const ask = (value: string) =>
    write(async (tx) => (await tx.execute<{ v: string }>(sql`select ${value}::text as v`))[0]?.v);
  /** What its caller is told, and after how many milliseconds. */
  const told = async (work: Promise<unknown>) => {
    const begun = performance.now();
    const code = await work.then(
      () => 'done',
      (error: unknown) => worded(error).code,
    );
    return { code, ms: performance.now() - begun };
  };

  it('is told as not done within 10 seconds of silence, and leaves no connection behind', async () => {
    assert.equal(await ask('before'), 'before');
    const held = openWork(db, { organizationId: 1 }, 'write');
    await held.tx();
    proxy.silence();
    const inside = held.tx().then((tx) => tx.execute(sql`select 1`));
    const answers = await Promise.all([...Array.from({ length: 10 }, () => told(ask('unheard'))), told(inside)]);
    await held.rollback();
    proxy.resume();
    for (const { code, ms } of answers) {
      assert.equal(code, 'UNAVAILABLE');
      assert.ok(ms < 10_000, `told after ${Math.round(ms)} ms`);
    }
    const back = await told(Promise.all(Array.from({ length: 6 }, (_, n) => ask(String(n)))));
    assert.equal(back.code, 'done');
    assert.ok(back.ms < 2_000, `ready again after ${Math.round(back.ms)} ms`);
    assert.deepEqual(db.seats.state(), { taken: 0, waiting: 0 });
  });

  it('is refused at once when the line for connections is full', async () => {
    const slow = () => told(write((tx) => tx.execute(sql`select pg_sleep(0.3)`)));
    const running = Array.from({ length: 202 }, slow);
    await sleep(20);
    const over = await told(ask('one too many'));
    assert.equal(over.code, 'UNAVAILABLE');
    assert.ok(over.ms < 100);
    const answers = await Promise.all(running);
    assert.ok(answers.every(({ ms }) => ms < 10_000));
    assert.ok(answers.some(({ code }) => code === 'done'));
    assert.equal(await ask('after'), 'after');
  });

  it('ends with its connection: whoever waits for a statement is told at once', async () => {
    const begun = performance.now();
    const answers = await Promise.all([
      told(write((tx) => Promise.all([tx.execute(sql`select pg_sleep(3)`), tx.execute(sql`select ${'a'}::text`)]))),
      sleep(100).then(() => proxy.reset()),
    ]);
    assert.equal(answers[0].code, 'UNAVAILABLE');
    assert.ok(performance.now() - begun < 1_000);
    assert.equal(await ask('after'), 'after');
  });

  it('begins again on another connection when its own is reset while it begins', async () => {
    assert.equal(await ask('before'), 'before');
    proxy.dropAnswers(true);
    const beginning = Promise.all([told(ask('one')), told(ask('two'))]);
    await sleep(100);
    proxy.reset();
    proxy.dropAnswers(false);
    for (const { code, ms } of await beginning) {
      assert.equal(code, 'done');
      assert.ok(ms < 2_000, `told after ${Math.round(ms)} ms`);
    }
  });

  it('takes no connection after its end: whoever comes late is refused', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const ended = openWork(db, { organizationId: 1 }, 'read');
      await ended[end]();
      await assert.rejects(ended.tx());
      assert.deepEqual(db.seats.state(), { taken: 0, waiting: 0 });
    }
  });

  it('refuses a statement that comes after its end, instead of running it on what the connection does next', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const work = openWork(db, { organizationId: 1 }, 'write');
      const tx = await work.tx();
      await tx.execute(sql`select 1`);
      const ending = work[end]();
      await ending;
      await assert.rejects(tx.execute(sql`select 2`).then((rows) => rows));
    }
    assert.equal(await ask('after'), 'after');
  });

  it('begins behind its wall or not at all: when one statement of the beginning fails, none after it is run', async () => {
    const statement = (text: string) => ({ text, parameters: [], prepare: true });
    for (const opening of [
      ['begin', "select set_config('clientele.organization_id', '7', true)", 'select 1 / 0'],
      ['begin', 'select 1 / 0', "select set_config('clientele.organization_id', '7', false)"],
      ['begin no such thing', "select set_config('clientele.organization_id', '7', false)"],
    ]) {
      const work = db.begin(opening.map(statement), () => assert.fail('nothing is run'));
      await assert.rejects(work);
      const [row] = await db.sql`select current_setting('clientele.organization_id', true) as organization`;
      assert.ok(!row?.organization);
    }
    const opening = [
      'begin',
      "select set_config('clientele.organization_id', '7', true)",
      "select 'a'::text, null::text",
    ];
    for (const _ of ['new', 'known']) {
      const seen = await db.begin(opening.map(statement), async (tx, told) => {
        const [row] = await tx.execute(sql`select current_setting('clientele.organization_id') as organization`);
        return [row?.organization, ...told];
      });
      assert.deepEqual(seen, ['7', 'a', null]);
    }
    assert.equal(await ask('after'), 'after');
  });
});
