import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/env.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { newOrganization, ring } from '../support/world.ts';
import { isShort } from './faulty.ts';

const rows = isShort ? 10_000 : 100_000;
/** Each hundredth row, by its number from 0. */
const isBad = (at: number) => at % 100 === 37;
const folder = mkdtempSync(join(tmpdir(), 'clientele-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The most memory that the process has had so far, in MiB; 0 when it is gone. */
function mostMemory(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

test(`${rows} rows with one of a hundred bad, killed in the middle and taken up: all good ones once, all bad ones told`, async (t) => {
  const world = await newOrganization();
  const count = async () =>
    (await world.ok('{ customers(first: 1) { totalCount { value } } }')).customers.totalCount.value;
  const file = join(folder, 'customers.csv');
  const lines = Array.from({ length: rows }, (_, at) =>
    isBad(at) ? `I-${at},PERSON,Ola,Nordmann,no mail` : `I-${at},PERSON,Ola,Nordmann ${at},ola${at}@example.com`,
  );
  writeFileSync(file, ['reference,kind,firstName,lastName,email', ...lines, ''].join('\n'));

  const args = ['--import', 'tsx', 'src/cli/main.ts', 'import', 'customers', file, '--json'];
  const command = [...args, '--organization', world.reference];
  const own = { DATABASE_URL: await ownerDatabaseUrl(), CLIENTELE_KEYS: ring, CLIENTELE_DATA_DIR: folder };
  const options = { cwd: packageRoot, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own } };

  let most = 0;
  const first = spawn(process.execPath, command, { ...options, stdio: 'ignore' });
  while ((await count()) < rows / 3) {
    assert.equal(first.exitCode, null, 'the first run was killed before its end');
    most = Math.max(most, mostMemory(first.pid));
    await sleep(50);
  }
  first.kill('SIGKILL');
  await once(first, 'exit');

  const second = spawn(process.execPath, command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  second.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(second, 'exit');
  while (second.exitCode === null && second.signalCode === null) {
    most = Math.max(most, mostMemory(second.pid));
    await sleep(50);
  }
  const [code] = await ended;
  assert.equal(code, 3, 'done, but some rows were refused');
  const done = JSON.parse(said);
  const bad = lines.filter((_, at) => isBad(at)).length;
  assert.ok(done.resumedAt > 0 && done.resumedAt < rows, `taken up behind row ${done.resumedAt}`);
  assert.deepEqual([done.rows, done.created, done.refused], [rows, rows - bad, bad]);
  assert.equal(await count(), rows - bad);

  const refused = readFileSync(join(folder, 'customers.refused.csv'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    refused.slice(1),
    lines.flatMap((line, at) => (isBad(at) ? [`${line},${at + 2},email: is no email address`] : [])),
  );
  assert.ok(most < 300, `${Math.round(most)} MiB at most`);
  const again = await promisify(execFile)(process.execPath, command, options).catch((error) => error);
  assert.equal(JSON.parse(again.stdout).wasDone, true);
  t.diagnostic(`taken up behind row ${done.resumedAt}, ${done.seconds} s; ${Math.round(most)} MiB at most`);
});
