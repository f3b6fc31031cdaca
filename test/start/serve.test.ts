import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { makeKeys } from '../../src/vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'clientele-start-'));
const dataDir = join(folder, 'data');
const children: ChildProcess[] = [];
let port = 0;

const environment = (changes: Record<string, string>) => ({
  ...{ PATH: process.env.PATH, HOME: process.env.HOME, CLIENTELE_DATA_DIR: dataDir, PORT: String(port) },
  ...changes,
});

interface Started {
  child: ChildProcess;
  screen: string;
  complaint: string;
  tookMs: number;
}

/** Runs `npm start`'s program from the sources until its screen is there, or until it gave up. */
async function start(changes: Record<string, string> = {}): Promise<Started> {
  const begin = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: packageRoot,
    env: environment(changes),
  });
  children.push(child);
  const started: Started = { child, screen: '', complaint: '', tookMs: 0 };
  child.stdout.on('data', (chunk) => {
    started.screen += chunk;
  });
  child.stderr.on('data', (chunk) => {
    started.complaint += chunk;
  });
  while (started.screen === '' && child.exitCode === null) await sleep(20);
  if (child.exitCode !== null) await sleep(50);
  started.tookMs = performance.now() - begin;
  return started;
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code;
}

/** `npm run clientele -- …`, from the sources. */
async function clientele(...args: string[]) {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: packageRoot,
    env: environment({}),
  });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

before(async () => {
  chmodSync(folder, 0o711);
  port = await freePort(0);
});
after(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await end(child);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

test('before any start there is no demo to tell of', async () => {
  const { code, stderr } = await clientele('demo', '--json');
  assert.equal(code, 1);
  assert.match(stderr, /No demo was started .* clientele -- start"$/ms);
});

test('one line starts it: the screen, curl lines that work, the same facts for scripts', async (t) => {
  const { child, screen, complaint, tookMs } = await start();
  t.diagnostic(`first start: ${Math.round(tookMs)} ms`);
  assert.match(screen, new RegExp(`Playground +http://127\\.0\\.0\\.1:${port}/graphql`), complaint);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no colours where there is no terminal.
  assert.doesNotMatch(screen, /\u001b/);
  const lines = screen.split('\n').filter((line) => line.includes('curl -s '));
  assert.equal(lines.length, 3);
  for (const line of lines) {
    const { stdout } = await promisify(execFile)('bash', ['-c', line]);
    const answer = JSON.parse(stdout);
    assert.ok(answer.errors === undefined && answer.error === undefined, `${line}\n${stdout}`);
  }

  const { stdout } = await clientele('demo', '--json');
  const facts = JSON.parse(stdout);
  assert.equal(facts.baseUrl, `http://127.0.0.1:${port}`);
  assert.equal(facts.organizations.length, 2);
  for (const { apiKey } of facts.organizations) assert.ok(screen.includes(apiKey));
  assert.equal(statSync(join(dataDir, 'demo.json')).mode & 0o777, 0o600);

  const made = await clientele(
    'organizations',
    'create',
    '--reference',
    '007',
    '--name',
    'New',
    '--country',
    'France',
    '--currency',
    'eur',
    '--json',
  );
  assert.equal(made.code, 0, made.stderr);
  assert.equal(JSON.parse(made.stdout).organization.reference, '007');
  const answer = await fetch(`${facts.baseUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${JSON.parse(made.stdout).apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ categories(first: 5) { nodes { reference } } }' }),
  });
  assert.deepEqual((await answer.json()).data, { categories: { nodes: [{ reference: 'root' }] } });

  const second = await start({ PORT: '0' });
  assert.equal(second.child.exitCode, 1);
  assert.match(second.complaint, /Another Clientele server \(process \d+\) is using the data folder/);
  assert.equal((await fetch(`${facts.baseUrl}/livez`)).status, 200);
  assert.equal(await end(child), 0);
});

test('the next start is quick; a taken port is said aloud and the next one used; in production it is an error', async (t) => {
  const squatter = createServer().listen({ host: '127.0.0.1', port });
  await once(squatter, 'listening');
  try {
    const refused = await start({
      CLIENTELE_MODE: 'production',
      CLIENTELE_KEYS: readFileSync(join(dataDir, 'keys'), 'utf8'),
    });
    assert.equal(refused.child.exitCode, 1);
    assert.match(refused.complaint, new RegExp(`Port ${port} is in use`));

    const { child, complaint, tookMs } = await start();
    t.diagnostic(`second start: ${Math.round(tookMs)} ms`);
    assert.match(complaint, new RegExp(`Port ${port} is in use: listening on \\d+ instead`));
    assert.notEqual(JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')).baseUrl, `http://127.0.0.1:${port}`);
    assert.equal(await end(child, 'SIGINT'), 0);
  } finally {
    squatter.close();
  }
});

test('killed and started again: the same data', async () => {
  const killed = await start();
  await end(killed.child, 'SIGKILL');
  const { child } = await start();
  const { stdout } = await clientele('organizations', 'list', '--json');
  assert.ok(JSON.parse(stdout).some((one: { reference: string }) => one.reference === '007'));
  assert.equal(await end(child), 0);
});

test('when no server runs, a command starts the database itself and stops it again', async () => {
  const { code, stdout } = await clientele(
    'keys',
    'create',
    '--organization',
    '007',
    '--name',
    'x',
    '--scopes',
    'customers:read',
    '--expires',
    '1d',
    '--json',
  );
  assert.equal(code, 0);
  const { id, key } = JSON.parse(stdout);
  assert.match(key, new RegExp(`^clk_${id}_`));
  const client = 'oauth-clients create --organization 007 --name shop --riverty-clients 7 --json';
  const other = JSON.parse((await clientele(...client.split(' '))).stdout).id;
  assert.equal((await clientele('keys', 'revoke', '--id', other)).code, 1, 'that is no key');
  assert.equal((await clientele('keys', 'revoke', '--id', id)).code, 0);
  assert.match((await clientele('keys', 'list', '--organization', '007')).stdout, new RegExp(`${id} .*revoked`));
  assert.equal(statSync(join(dataDir, 'postgres', 'postmaster.pid'), { throwIfNoEntry: false }), undefined);
});

test('a start with a ring that opens nothing of what is sealed goes on, and says so as an error', async () => {
  const started = await start({ CLIENTELE_KEYS: makeKeys() });
  assert.equal(started.child.exitCode, null, started.complaint);
  for (let tries = 0; !/key ring opens nothing/.test(started.complaint); tries++) {
    assert.ok(tries < 200, started.complaint);
    await sleep(50);
  }
  assert.equal(await end(started.child), 0);
});

test('a wrong environment is exit code 2', async () => {
  const { child, complaint } = await start({ PORT: 'high' });
  assert.equal(child.exitCode, 2);
  assert.match(complaint, /PORT: Write a whole number/);
});
