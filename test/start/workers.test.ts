import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { after, before, describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { makeKeys } from '../../src/vault.ts';
import { ownerDatabaseUrl, testDatabaseUrl } from '../support/database.ts';

// Two processes that share a port, as `clientele start --workers 2` makes them.

const origin = `http://127.0.0.1:${await freePort(0)}`;
const env = {
  ...{ PATH: process.env.PATH, HOME: process.env.HOME, PORT: new URL(origin).port, CLIENTELE_KEYS: makeKeys() },
  ...{ DATABASE_URL: await testDatabaseUrl(), DATABASE_DIRECT_URL: await ownerDatabaseUrl() },
};
let child: ChildProcess;
let said = '';

/** One request on a connection of its own, so that either worker may get it. */
const ask = (path: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = get(origin + path, { agent: false, timeout: 2_000 }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
    });
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
  });

/** The processes that run the same program as the one that made them. */
const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('src/cli/main.ts'));

before(async () => {
  child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'start', '--workers', '2'], {
    cwd: packageRoot,
    env,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  for (let tries = 0; (said.match(/"msg":"ready"/g) ?? []).length < 2; tries++) {
    assert.ok(tries < 600 && child.exitCode === null, said);
    await sleep(100);
  }
});
after(() => {
  // Its workers end when they lose it.
  child.kill('SIGKILL');
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
});

test('workers that cannot start end with the reason and code 1', async () => {
  const other = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'start', '--workers', '2'], {
    cwd: packageRoot,
    env,
  });
  let told = '';
  for (const stream of [other.stdout, other.stderr])
    stream?.on('data', (chunk) => {
      told += chunk;
    });
  const [code] = await once(other, 'exit');
  assert.equal(code, 1, told);
  assert.match(told, /Port \d+ is in use/);
  assert.doesNotMatch(told, /another takes its place/);
});

test('a worker that dies before any other serves is replaced when one does', async (t) => {
  const port = String(await freePort(0));
  const other = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'start', '--workers', '2'], {
    cwd: packageRoot,
    env: { ...env, PORT: port },
  });
  t.after(() => other.kill('SIGKILL'));
  let told = '';
  for (const stream of [other.stdout, other.stderr])
    stream?.on('data', (chunk) => {
      told += chunk;
    });
  const until = async <T>(what: () => T | undefined | false): Promise<T> => {
    for (let tries = 0; ; tries++) {
      const found = what();
      if (found) return found;
      assert.ok(tries < 3_000 && other.exitCode === null, told);
      await sleep(10);
    }
  };
  // The first fork stands before anything of its program runs.
  const first = await until(() => workersOf(other.pid ?? 0)[0]);
  process.kill(first, 'SIGKILL');
  const ready = () => new Set([...told.matchAll(/"pid":(\d+)[^\n]*"msg":"ready"/g)].map(([, pid]) => Number(pid)));
  await until(() => ready().size === 2);
  assert.ok(!ready().has(first), told);
});

describe('workers', () => {
  it('tell the metrics of all of them together, whichever is asked', async () => {
    for (let n = 0; n < 20; n++) assert.equal((await ask('/api/v1.0/customers')).status, 401);
    const told = () => [...said.matchAll(/"pid":(\d+)[^\n]*"route":"\/api\/v1.0\/customers"/g)].map(([, pid]) => pid);
    // Lines of the log are written together, a moment later.
    for (let tries = 0; told().length < 20 && tries < 100; tries++) await sleep(50);
    const pids = new Set(told());
    for (let n = 0; n < 6; n++) {
      const { status, text } = await ask('/metrics');
      assert.equal(status, 200);
      const counted = /clientele_request_duration_seconds_count\{route="\/api\/v1\.0\/customers".* (\d+)/.exec(
        text,
      )?.[1];
      assert.equal(counted, '20', `of ${pids.size} workers`);
    }
    assert.equal(pids.size, 2);
  });

  it('are replaced when one is killed, and the port answers meanwhile', async () => {
    const ready = () => [...said.matchAll(/"pid":(\d+)[^\n]*"msg":"ready"/g)].map(([, pid]) => Number(pid));
    const [killed = 0] = ready();
    process.kill(killed, 'SIGKILL');
    for (let tries = 0; ready().length < 3; tries++) {
      assert.ok(tries < 600 && child.exitCode === null, said);
      // What had been given to the killed one is lost with it.
      const answer = await ask('/livez').catch(() => null);
      assert.ok(answer === null || answer.status === 200);
      await sleep(50);
    }
    assert.match(said, /a worker ended; another takes its place/);
    assert.equal(new Set(ready()).size, 3);
    assert.equal((await ask('/livez')).status, 200);
  });

  it('are replaced when all of them are killed at once', async () => {
    const ready = () => [...said.matchAll(/"pid":(\d+)[^\n]*"msg":"ready"/g)].map(([, pid]) => Number(pid));
    const before = ready().length;
    for (const pid of ready().slice(-2)) process.kill(pid, 'SIGKILL');
    for (let tries = 0; ready().length < before + 2; tries++) {
      assert.ok(tries < 600 && child.exitCode === null, said);
      await sleep(50);
    }
    assert.equal((await ask('/livez')).status, 200);
  });

  it('end together after SIGTERM', async () => {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, said);
  });
});
