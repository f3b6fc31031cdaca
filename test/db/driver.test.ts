import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { behindWall, postgres } from '../../src/db/driver.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { keptOf } from '../support/garbage.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

describe('a connection that is reset', () => {
  let url: URL;
  let proxy: FaultProxy;
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);

  before(async () => {
    url = new URL(await ownerDatabaseUrl());
    proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
  });
  after(async () => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
    await proxy.close();
  });

  const through = () => {
    const faulty = new URL(url);
    faulty.port = String(proxy.port);
    return postgres(faulty.href, {
      max: 4,
      fetch_types: false,
      connect_timeout: 3,
      backoff: () => 0.02,
      onnotice() {},
    });
  };

  it('never ends the process, tells nothing done that is not, and hands no answer to another query', async () => {
    const direct = postgres(url.href, { max: 1, fetch_types: false, onnotice() {} });
    const table = `driver_${process.pid}`;
    await direct.unsafe(`create table ${table} (writer int, n int, primary key (writer, n))`);
    const sql = through();
    const acknowledged: [number, number][] = [];
    const faults: string[] = [];
    let isOver = false;

    const writer = async (id: number) => {
      for (let n = 0; !isOver; n += 1) {
        try {
          await sql.begin(async (tx) => {
            const rows = await tx.unsafe(`insert into ${table} values ($1, $2) returning writer, n`, [id, n]);
            if (rows.length !== 1 || rows.command !== 'INSERT' || rows[0]?.writer !== id || rows[0]?.n !== n) {
              faults.push(`a write of ${id}/${n} was answered with ${JSON.stringify(rows)} (${rows.command})`);
            }
          });
          acknowledged.push([id, n]);
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
          // 23505 would be another writer's answer: no number is written twice.
          if (!/^(ECONN|EPIPE|CONNECTION_|57P0|08)/.test(code)) faults.push(`${id}/${n}: ${code}`);
          await sleep(5);
        }
      }
    };
    const reader = async () => {
      for (let i = 0; !isOver; i += 1) {
        const [row] = await sql`select ${i}::int as i, pg_sleep(0.001)`.catch(() => []);
        if (row && row.i !== i) faults.push(`asked for ${i} and was told ${row.i}`);
        await sleep(1);
      }
    };
    const running = [...Array.from({ length: 8 }, (_, id) => writer(id)), reader(), reader()];
    for (let i = 0; i < 20; i += 1) {
      await sleep(120);
      proxy.reset();
    }
    await sleep(300);
    isOver = true;
    await Promise.all(running);
    const stored = await direct.unsafe(`select writer, n from ${table}`);
    const known = new Set(stored.map(({ writer: w, n }) => `${w}/${n}`));
    const lost = acknowledged.filter(([w, n]) => !known.has(`${w}/${n}`));
    await sql.end({ timeout: 1 });
    await direct.unsafe(`drop table ${table}`);
    await direct.end();

    assert.deepEqual(faults, []);
    assert.deepEqual(uncaught, []);
    assert.deepEqual(lost, [], 'told as done and not there');
    assert.ok(acknowledged.length > 100, `only ${acknowledged.length} writes came through 20 resets`);
  });

  it('refuses the statements of its transaction instead of running them outside of one', async () => {
    const sql = through();
    await sql`select 1`;
    const isRefused = await new Promise<boolean>((resolve) => {
      sql
        .begin(async (tx) => {
          await tx`select 1`;
          proxy.reset();
          await sleep(50);
          await sql`select 1`.catch(() => {});
          await tx`select set_config('driver.test', 'outside', false)`.then(
            () => resolve(false),
            () => resolve(true),
          );
        })
        .catch(() => {});
    });
    assert.ok(isRefused);
    const seen = await Promise.all(
      Array.from({ length: 8 }, () => sql`select current_setting('driver.test', true) as v`),
    );
    assert.ok(seen.every(([row]) => row?.v === null));
    await sql.end({ timeout: 1 });
  });
});

describe('a statement behind a wall', () => {
  const setting = "select current_setting('clientele.organization_id', true)";
  const put = "select set_config('clientele.organization_id', $1, true), 'of nobody'";

  /** A connection, for as long as the work takes. */
  const using = async (prepare: boolean, work: (sql: ReturnType<typeof postgres>) => Promise<void>) => {
    const sql = postgres(await ownerDatabaseUrl(), { max: 1, fetch_types: false, prepare, onnotice() {} });
    await work(sql).finally(() => sql.end());
  };

  for (const prepare of [true, false]) {
    it(`is one transaction with it and answers alone, ${prepare ? 'prepared' : 'unprepared'}`, () =>
      using(prepare, async (sql) => {
        const ask = async (organization: string, text: string, parameters: string[] = []) => {
          const wall = { text: put, parameters: [organization], prepare };
          return [...(await behindWall(sql, [wall], { text, parameters, prepare }))];
        };
        for (const organization of ['1', '2', '3']) {
          assert.deepEqual(await ask(organization, setting), [[organization]]);
          assert.deepEqual(await ask(organization, `${setting}, $1::text`, ['a']), [[organization, 'a']]);
        }
        const together = await Promise.all(['4', '5', '6'].map((organization) => ask(organization, setting)));
        assert.deepEqual(together, [[['4']], [['5']], [['6']]]);
        assert.deepEqual([...(await sql.unsafe(setting).values())], [['']]);
      }));

    it(`is not run when the wall fails, ${prepare ? 'prepared' : 'unprepared'}`, () =>
      using(prepare, async (sql) => {
        await sql.unsafe('create temporary sequence counted');
        const wall = { text: 'select 1 / $1::int', prepare };
        const count = { text: "select nextval('counted')::text", parameters: [], prepare };
        const ask = (divisor: string) => behindWall(sql, [{ ...wall, parameters: [divisor] }], count);
        for (const counted of ['1', '2']) {
          await assert.rejects(ask('0'), { code: '22012' });
          await assert.rejects(ask('none'), { code: '22P02' });
          assert.deepEqual([...(await ask('1'))], [[counted]]);
        }
      }));
  }
});

it('sends what it has at once: the kernel holds nothing back until something else was received', async () => {
  const { hostname, port } = new URL(await ownerDatabaseUrl());
  const told: unknown[] = [];
  const socket = () => {
    const made = new Socket();
    const { setNoDelay } = made;
    made.setNoDelay = (isOn) => {
      told.push(isOn);
      return setNoDelay.call(made, isOn);
    };
    // The driver leaves it to whoever gives a socket to connect it.
    return made.connect(Number(port), hostname);
  };
  const sql = postgres(await ownerDatabaseUrl(), { max: 1, fetch_types: false, onnotice() {}, socket } as object);
  assert.deepEqual([...(await sql`select 1 as one`)], [{ one: 1 }]);
  assert.deepEqual(told, [true]);
  await sql.end();
});

it('a pool whose connections are never all busy keeps its lines short', async () => {
  const sql = postgres(await ownerDatabaseUrl(), { max: 3, fetch_types: false, onnotice() {} });
  await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.05)`));
  const { indexOf } = Array.prototype;
  let longest = 0;
  Array.prototype.indexOf = function (...asked) {
    if (typeof asked[0] === 'object' && 'queue' in asked[0]) longest = Math.max(longest, this.length);
    return indexOf.apply(this, asked);
  };
  try {
    for (let n = 0; n < 200; n++) await sql`select 1`;
  } finally {
    Array.prototype.indexOf = indexOf;
    await sql.end();
  }
  assert.ok(longest > 0 && longest <= 3, `${longest} places for 3 connections`);
});

it('an answered statement is garbage at once', async () => {
  const sql = postgres(await ownerDatabaseUrl(), { max: 3, fetch_types: false, onnotice() {} });
  const kept = await keptOf(async () => {
    await sql.unsafe('select length($1) as n', ['x'.repeat(50_000)], { prepare: true }).values();
  });
  const keptOfTransaction = await keptOf(async () => {
    await sql.begin((tx) => tx.unsafe('select length($1) as n', ['x'.repeat(50_000)], { prepare: true }).values());
  });
  await sql.end();
  assert.ok(kept < 10_000, `${kept} bytes of each statement of 50,000 are kept`);
  assert.ok(keptOfTransaction < 10_000, `${keptOfTransaction} bytes of each transaction of 50,000 are kept`);
});

describe('an answer', () => {
  const lengths = [0, 1, 8_000, 65_500, 65_530, 65_531, 65_536, 70_000, 300_000, 2, 1_200_000, 3];
  const rows = lengths.map((length, n) => ({ n, text: String.fromCharCode(97 + n).repeat(length) }));
  const statement =
    'select n, repeat(chr(97 + n), length) as text from unnest($1::int[]) with ordinality u(length, i), lateral (select i::int - 1 as n) v';

  for (const sizes of [[1_000], [4, 1, 5, 65_536], [65_531, 6, 65_530, 7], [300_000, 3]]) {
    it(`is whole when it comes in pieces of ${sizes.join(', ')} bytes`, async () => {
      const url = new URL(await ownerDatabaseUrl());
      const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
      url.port = String(proxy.port);
      const sql = postgres(url.href, { max: 1, fetch_types: false, onnotice() {} });
      const ask = async () => [...(await sql.unsafe(statement, [`{${lengths}}`], { prepare: true }))];
      const isRight = (told: unknown[]) =>
        assert.ok(
          isDeepStrictEqual(
            told.map((row) => ({ ...(row as object) })),
            rows,
          ),
        );
      isRight(await ask());
      proxy.cut(sizes);
      const [first, second, error, third] = await Promise.all([
        ask(),
        ask(),
        sql`select 1 / 0`.catch((e) => e.code),
        ask(),
      ]);
      for (const answer of [first, second, third]) isRight(answer);
      assert.equal(error, '22012');
      const numbers = sql.unsafe("copy (select n, repeat('x', n * 50) from generate_series(1, 400) n) to stdout");
      const lines = Array.from({ length: 400 }, (_, n) => `${n + 1}\t${'x'.repeat((n + 1) * 50)}\n`);
      assert.ok((await text(await numbers.readable())) === lines.join(''), 'a COPY is another');
      await sql.end();
      await proxy.close();
    });
  }

  it('is read into room that the connection has already', async () => {
    const sql = postgres(await ownerDatabaseUrl(), { max: 1, fetch_types: false, onnotice() {} });
    const ask = () => sql.unsafe("select repeat('x', 60000)", [], { prepare: true }).values();
    await ask();
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 20; n++) await ask();
    const taken = process.memoryUsage().arrayBuffers - before;
    await sql.end();
    assert.ok(taken < 200_000, `twenty answers of 60,000 bytes took ${taken}`);
  });
});

describe('a COPY', () => {
  it('that fails after its last row was sent says so, and the connection goes on', async () => {
    const sql = postgres(await ownerDatabaseUrl(), { max: 1, fetch_types: false, onnotice() {} });
    const copied = sql.begin(async (tx) => {
      await tx.unsafe('create temporary table numbers (n int) on commit drop');
      await pipeline(['1\n2\nthree\n'], await tx.unsafe('copy numbers from stdin').writable());
    });
    await assert.rejects(copied, { code: '22P02' });
    assert.deepEqual([...(await sql.unsafe('select 1 as one'))], [{ one: 1 }]);
    await sql.end();
  });
});
