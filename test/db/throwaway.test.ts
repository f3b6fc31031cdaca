import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/env.ts';

const program = `
  import { startThrowaway } from './test/support/database.ts';
  import { postgres } from './src/db/driver.ts';
  const { url } = await startThrowaway();
  const sql = postgres(url, { max: 1 });
  console.log((await sql\`show data_directory\`)[0].data_directory);
  setInterval(() => {}, 1000);`;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a test run that is killed leaves no PostgreSQL and no folder behind', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  const cluster = String(said).trim();
  const pid = Number(readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n')[0]);
  assert.ok(isAlive(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (isAlive(pid) || existsSync(dirname(cluster))) await sleep(50);
});
