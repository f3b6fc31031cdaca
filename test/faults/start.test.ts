import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { makeKeys } from '../../src/vault.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { figures } from './faulty.ts';

test('a database that is away at the start: the process lives, says why it is not ready, and is ready by itself', async () => {
  const url = new URL(await ownerDatabaseUrl());
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  proxy.refuse(true);
  const port = await freePort(0);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: packageRoot,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), LOG_LEVEL: 'fatal' },
      ...{ DATABASE_URL: url.href, CLIENTELE_KEYS: makeKeys() },
    },
    stdio: 'ignore',
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
  try {
    while ((await ask('/livez'))?.status !== 200) await sleep(50);
    const ready = await ask('/readyz');
    assert.equal(ready?.status, 503);
    assert.equal(ready?.headers.get('retry-after'), '2');
    assert.match((await ready?.text()) ?? '', /it waits for its database/);
    const told = await ask('/graphql?query={__typename}');
    assert.equal(told?.status, 503);
    assert.equal(child.exitCode, null);
    proxy.refuse(false);
    const back = performance.now();
    while ((await ask('/readyz'))?.status !== 200) await sleep(50);
    const ms = Math.round(performance.now() - back);
    figures('database came later', { ms });
    assert.ok(ms < 10_000);
  } finally {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    await proxy.close();
    assert.equal(code, 0);
  }
});
