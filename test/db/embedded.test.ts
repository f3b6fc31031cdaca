import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import postgres from 'postgres';
import { readPlace, writePlace } from '../../src/db/embedded/place.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';

const holderFile = join(import.meta.dirname, '..', 'support', 'holder.ts');
const log = pino({ level: 'silent' });
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'clientele-embedded-'));
const dataDir = join(folder, 'data');
const children: ChildProcess[] = [];

/** Another process that starts the database: what it printed when it was there, or its complaint when it gave up. */
async function hold(directory = dataDir): Promise<{ child: ChildProcess; out: string; complaint: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', holderFile, directory]);
  children.push(child);
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [out] = await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  return { child, out: Buffer.isBuffer(out) ? out.toString() : '', complaint };
}

async function ask<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 3 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const marks = (url: string) =>
  ask(url, async (sql) => (await sql`select mark from marks order by mark`).map((row) => row.mark));
const lockFile = () => join(dataDir, 'postgres', 'postmaster.pid');
const postmasterPid = () => Number(readFileSync(lockFile(), 'utf8').split('\n')[0]);

async function started<T>(work: (embedded: Embedded) => Promise<T>, directory = dataDir): Promise<T> {
  const embedded = await startEmbedded({ dataDir: directory, log });
  try {
    return await work(embedded);
  } finally {
    await embedded.stop();
  }
}

before(() => chmodSync(folder, 0o711));
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a new folder gets a PostgreSQL 18 with checksums, UTF-8 and a password', async () => {
  await started(async ({ url }) => {
    const [facts] = await ask(
      url,
      (sql) => sql`
        select current_setting('server_version_num')::int / 10000 as major, current_setting('data_checksums') as checksums,
          current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, datlocprovider, datlocale
        from pg_database where datname = current_database()`,
    );
    assert.deepEqual(
      { ...facts },
      { major: 18, checksums: 'on', encoding: 'UTF8', fsync: 'on', datlocprovider: 'b', datlocale: 'C.UTF-8' },
    );
    await ask(url, (sql) => sql`create table marks (mark text primary key)`);
    await ask(url, (sql) => sql`insert into marks values ('first')`);
    const stranger = new URL(url);
    stranger.password = 'guessed';
    await assert.rejects(
      ask(stranger.href, (sql) => sql`select 1`),
      { code: '28P01' },
    );
  });
  assert.equal(statSync(join(dataDir, 'database.json')).mode & 0o777, 0o600, 'the password is private');
  assert.equal(existsSync(lockFile()), false, 'stopped in good order');
});

test('the data is there again at the next start, at the same address', async () => {
  const first = await started(async ({ url }) => url);
  const second = await started(async ({ url }) => ({ url, marks: await marks(url) }));
  assert.deepEqual(second, { url: first, marks: ['first'] });
});

test('a second server on the folder says so and leaves the first unharmed', async () => {
  await started(async ({ url }) => {
    const { child, complaint } = await hold();
    assert.equal(child.exitCode, 1);
    assert.match(
      complaint,
      new RegExp(`Another Clientele server \\(process ${process.pid}\\) is using the data folder`),
    );
    assert.deepEqual(await marks(url), ['first']);
  });
});

test('after kill -9 of the server the next one ends what was left behind and has its data', async () => {
  const { child, out } = await hold();
  await ask(JSON.parse(out).url, (sql) => sql`insert into marks values ('before the kill')`);
  const orphan = postmasterPid();
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(process.kill(orphan, 0), 'PostgreSQL outlived its server');
  await started(async ({ url }) => {
    assert.deepEqual(await marks(url), ['before the kill', 'first']);
    assert.notEqual(postmasterPid(), orphan, 'the one left behind was ended first');
  });
});

test('after kill -9 of server and PostgreSQL together the next start recovers', async () => {
  const { child, out } = await hold();
  await ask(JSON.parse(out).url, (sql) => sql`insert into marks values ('killed both')`);
  process.kill(postmasterPid(), 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok((await started(({ url }) => marks(url))).includes('killed both'));
});

test('a PostgreSQL that is killed is started again at the same address', async (t) => {
  await started(async ({ url }) => {
    process.kill(postmasterPid(), 'SIGKILL');
    const begin = Date.now();
    for (;;) {
      const found = await marks(url).catch(() => null);
      if (found !== null) break;
      assert.ok(Date.now() - begin < 10_000, 'back within 10 seconds');
      await sleep(50);
    }
    t.diagnostic(`back after ${Date.now() - begin} ms`);
  });
});

for (const [what, text] of [
  ['an empty', ''],
  ['a garbage', 'not a number\n\u0000\n'],
] as const) {
  test(`${what} lock file does not stop a start`, async () => {
    writeFileSync(lockFile(), text);
    assert.ok((await started(({ url }) => marks(url))).includes('first'));
  });
}

test('a lock file that names a living stranger does not stop a start, and the stranger lives', async () => {
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  const stranger = spawn('sleep', ['60'], { ...(isRoot ? { uid, gid } : {}), cwd: '/' });
  children.push(stranger);
  await once(stranger, 'spawn');
  writeFileSync(lockFile(), `${stranger.pid}\n${join(dataDir, 'postgres')}\n1795330384\n5432\n\n127.0.0.1\n\n`);
  assert.ok((await started(({ url }) => marks(url))).includes('first'));
  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
  stranger.kill();
});

test('when its port was taken meanwhile, the database takes another and remembers it', async () => {
  const taken = Number(new URL(await started(async ({ url }) => url)).port);
  const squatter = createServer().listen({ host: '127.0.0.1', port: taken });
  await once(squatter, 'listening');
  try {
    const next = await started(async ({ url }) => ({ port: Number(new URL(url).port), marks: await marks(url) }));
    assert.notEqual(next.port, taken);
    assert.ok(next.marks.includes('first'));
    assert.equal((await readPlace(dataDir))?.port, next.port);
  } finally {
    squatter.close();
  }
});

test('a database that has gone is not replaced by an empty one in silence', async () => {
  const copy = join(folder, 'copy');
  mkdirSync(copy, { mode: 0o711 });
  const place = await readPlace(dataDir);
  assert.ok(place);
  await writePlace(copy, { ...place, home: join(folder, 'gone') });
  await assert.rejects(startEmbedded({ dataDir: copy, log }), /is missing: it was in/);
});

test('root’s 0700 home: the database lives where its user can reach it, and is found again', {
  skip: !isRoot && 'only root needs it',
}, async () => {
  const home = mkdtempSync(join(tmpdir(), 'clientele-home-'));
  const closed = join(home, 'project', '.clientele');
  assert.equal(statSync(home).mode & 0o777, 0o700);
  let cluster = '';
  try {
    await started(async (embedded) => {
      cluster = embedded.cluster;
      assert.ok(!cluster.startsWith(home));
      await ask(embedded.url, (sql) => sql`create table marks as select 'kept' as mark`);
    }, closed);
    assert.deepEqual(await started(({ url }) => marks(url), closed), ['kept']);
  } finally {
    rmSync(home, { recursive: true, force: true });
    if (cluster !== '') rmSync(dirname(cluster), { recursive: true, force: true });
  }
});
