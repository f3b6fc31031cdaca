import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAll, openDb } from '../../src/db/client.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { type Faulty, figures, isDone, isShort, openFaulty, type Told } from './faulty.ts';

describe('a way to the database that fails', () => {
  let faulty: Faulty;
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  before(async () => {
    faulty = await openFaulty();
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
  });
  after(async () => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
    assert.deepEqual(uncaught, []);
    assert.deepEqual(faulty.logged, [], 'nothing of it is a fault of ours');
    await faulty.close();
  });

  /** Nothing but done, refused for now, or asked again while the first try is still under way. */
  const isClear = ({ status, headers, body }: Told) =>
    (status === 200 && !body.errors) || ((status === 503 || status === 409) && headers.get('retry-after') !== null);

  /** Tries until a customer is acknowledged, as a caller with an idempotency key does. */
  async function insist(name: string, unclear: unknown[], isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const told = await faulty.create(name, name);
      if (isDone(told)) return true;
      if (!isClear(told)) unclear.push([told.status, told.body]);
      await sleep(10);
    }
    return false;
  }

  async function underLoad(
    prefix: string,
    fault: () => Promise<void>,
    rounds: number,
  ): Promise<{ acknowledged: number; lost: number; double: number; unclear: unknown[] }> {
    const acknowledged: string[] = [];
    const unclear: unknown[] = [];
    let isOver = false;
    const writers = Array.from({ length: 8 }, async (_, id) => {
      for (let n = 0; !isOver; n += 1) {
        const name = `${prefix} ${id}/${n}`;
        if (await insist(name, unclear, () => isOver)) acknowledged.push(name);
      }
    });
    for (let n = 0; n < rounds; n += 1) {
      // In the midst of work, however fast the machine is.
      const enough = acknowledged.length + 5;
      const patience = performance.now() + 2_000;
      while (acknowledged.length < enough && performance.now() < patience) await sleep(5);
      await fault();
    }
    await sleep(300);
    isOver = true;
    await Promise.all(writers);
    const stored = await faulty.stored(prefix);
    return {
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((name) => !stored.has(name)).length,
      double: [...stored.values()].filter((n) => n > 1).length,
      unclear,
    };
  }

  it('20 resets under 8 writers: nothing lost, nothing double, no answer but 200 and 503', async () => {
    const result = await underLoad('reset', async () => faulty.proxy.reset(), isShort ? 8 : 20);
    figures('resets', result);
    assert.deepEqual(
      { lost: result.lost, double: result.double, unclear: result.unclear },
      { lost: 0, double: 0, unclear: [] },
    );
    assert.ok(result.acknowledged > 20);
  });

  it('the answer of COMMIT is lost: whoever asks again gets the one that was made', async () => {
    const result = await underLoad(
      'unheard',
      async () => {
        faulty.proxy.dropAnswers(true);
        await sleep(30);
        faulty.proxy.reset();
        faulty.proxy.dropAnswers(false);
      },
      isShort ? 5 : 15,
    );
    figures('lost answers', result);
    assert.deepEqual(
      { lost: result.lost, double: result.double, unclear: result.unclear },
      { lost: 0, double: 0, unclear: [] },
    );
    assert.ok(result.acknowledged > 20);
  });

  const read = '{ customers(first: 2) { nodes { name contacts { lastName } } } }';

  const requests = isShort ? 30 : 60;
  it(`every packet 400 ms late, ${requests} requests at once: each is answered within 10 seconds, health at once`, async () => {
    faulty.proxy.delay(400);
    const asked = Array.from({ length: requests }, (_, n) =>
      n % 3 === 0 ? faulty.create(`late ${n}`, `late ${n}`) : faulty.graphql(read),
    );
    await sleep(500);
    const live = await faulty.get('/livez');
    const told = await Promise.all(asked);
    faulty.proxy.delay(0);
    const slowest = Math.max(...told.map(({ ms }) => ms));
    const done = told.filter(({ status, body }) => status === 200 && !body.errors).length;
    figures('late packets', { done, of: told.length, slowest: Math.round(slowest), live: Math.round(live.ms) });
    assert.ok(told.every(isClear), JSON.stringify(told.find((one) => !isClear(one))));
    assert.ok(slowest < 10_000);
    assert.ok(live.status === 200 && live.ms < 2_000);
  });

  const silence = isShort ? 8 : 12;
  it(`${silence} seconds of silence: each is answered within 10 seconds, and ready soon after`, async () => {
    await faulty.graphql(read);
    faulty.proxy.silence();
    const asked = [
      ...Array.from({ length: 12 }, (_, n) => faulty.create(`silent ${n}`, `silent ${n}`)),
      ...Array.from({ length: 12 }, () => faulty.graphql(read)),
      faulty.get('/api/v1.0/customers'),
    ];
    const ready = await faulty.get('/readyz');
    const told = await Promise.all(asked);
    const slowest = Math.max(...told.map(({ ms }) => ms));
    await sleep(Math.max(0, silence * 1_000 - slowest));
    faulty.proxy.resume();
    const back = performance.now();
    while ((await faulty.graphql(read)).status !== 200) await sleep(50);
    const healed = performance.now() - back;
    figures('silence', { slowest: Math.round(slowest), readyz: Math.round(ready.ms), healed: Math.round(healed) });
    assert.equal(ready.status, 503);
    assert.ok(ready.ms < 3_000);
    assert.match(ready.body.reason, /has not answered/);
    assert.ok(
      told.every((one) => one.status === 503 && isClear(one)),
      JSON.stringify(told.map(({ status }) => status)),
    );
    assert.ok(slowest < 10_000);
    assert.ok(healed < 10_000);
    assert.ok([...(await faulty.stored('silent')).values()].every((n) => n === 1));
  });

  it('silence: a key that was revoked is told nothing of its organization', async () => {
    const revoked = (is: boolean) =>
      asAll(faulty.direct, (tx) =>
        tx.execute(`update credentials set is_revoked = ${is} where organization_id = ${faulty.organizationId}`),
      );
    // Twice: it is remembered.
    for (let i = 0; i < 2; i++) assert.equal((await faulty.graphql(read)).status, 200);
    await revoked(true);
    faulty.proxy.silence();
    const told = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => faulty.create(`revoked ${n}`, `revoked ${n}`)),
      ...['{ __typename }', '{ nothing }', read].map((query) => faulty.graphql(query)),
      ...['/api/v1.0/customers', '/api/v1.0/customers?max=many'].map((path) => faulty.get(path)),
    ]);
    faulty.proxy.resume();
    await revoked(false);
    for (const { status, headers, ms } of told) {
      assert.equal(status, 503);
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.includes('rate')),
        [],
      );
      assert.ok(ms < 10_000, String(ms));
    }
    while ((await faulty.graphql(read)).status !== 200) await sleep(50);
    assert.equal((await faulty.stored('revoked')).size, 0);
  });

  it('no database: 503 with Retry-After in every dialect, and served again within 2 seconds of its return', async () => {
    faulty.proxy.refuse(true);
    faulty.proxy.reset();
    const ready = await faulty.get('/readyz');
    assert.deepEqual([ready.status, ready.headers.get('retry-after')], [503, '2']);
    assert.match(ready.body.reason, /database/);
    assert.equal((await faulty.get('/livez')).status, 200);
    const signed = { authorization: 'GCS v1HMAC:0123456789abcdef:c2lnbmF0dXJl', date: new Date().toUTCString() };
    const asked: Record<string, Promise<Told>> = {
      graphql: faulty.graphql(read),
      valomnia: faulty.get('/api/v1.0/customers'),
      riverty: faulty.get('/v1/clients/1/customers/1'),
      connect: faulty.get('/v1/customer/info'),
      worldline: faulty.get('/v1/1/products/9000', signed),
    };
    for (const [dialect, asking] of Object.entries(asked)) {
      const told = await asking;
      figures(`without a database, ${dialect}`, { status: told.status, body: told.body });
    }
    for (const asking of Object.values(asked)) {
      const told = await asking;
      assert.equal(told.status, 503, JSON.stringify(told.body));
      assert.ok(Number(told.headers.get('retry-after')) >= 1);
      assert.doesNotMatch(JSON.stringify(told.body), /ECONN|select|postgres|stack/i);
    }
    await sleep(isShort ? 1_000 : 5_000);
    faulty.proxy.refuse(false);
    const back = performance.now();
    while ((await faulty.graphql(read)).status !== 200) await sleep(20);
    const healed = performance.now() - back;
    figures('database returned', { healed: Math.round(healed) });
    assert.ok(healed < 2_000);
    assert.equal((await faulty.get('/readyz')).status, 200);
  });
});

test('503, a creation that was kept and whose answer was lost is not done again, whatever changed meanwhile', async (t) => {
  const faulty = await openFaulty();
  t.after(() => faulty.close());
  const { direct, organizationId } = faulty;
  const create = (name: string) =>
    faulty.graphql(
      'mutation ($name: String!) { customerCreate(input: { name: $name }) { ... on CustomerCreatePayload { customer { name } } } }',
      { name },
    );
  await create('Warm 1');
  await faulty.graphql('{ customers(first: 1) { nodes { category { name } } } }');
  await create('Warm 2');
  // The insertion takes its time: to lose what the database says of it.
  const owner = openDb({ url: await ownerDatabaseUrl(), max: 1 });
  t.after(async () => {
    await owner.sql.unsafe('drop function slow cascade');
    await owner.close();
  });
  await owner.sql.unsafe(`
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$;
    create trigger slow before insert on customers for each row when (new.name like 'Lost %') execute function slow()`);
  for (const isChanged of [false, true]) {
    const name = `Lost ${isChanged}`;
    const asked = create(name);
    await sleep(250);
    faulty.proxy.dropAnswers(true);
    while (((await faulty.stored(name)).get(name) ?? 0) === 0) await sleep(20);
    if (isChanged)
      await asAll(direct, (tx) =>
        tx.execute(`update organizations set name = name || '!' where id = ${organizationId}`),
      );
    faulty.proxy.reset();
    faulty.proxy.dropAnswers(false);
    const told = await asked;
    assert.equal(told.status, 503, JSON.stringify(told.body));
    await sleep(300);
    assert.deepEqual([...(await faulty.stored(name))], [[name, 1]]);
  }
});
