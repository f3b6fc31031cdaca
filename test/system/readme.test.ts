import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openDb } from '../../src/db/client.ts';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { ownerDatabaseUrl } from '../support/database.ts';

// Every block of README.md, in its order, in a copy of the project. Two things differ from what a newcomer types: `npm ci` is
// left out (the packages are linked), and the database of the last chapter is a new one of the tests' PostgreSQL.

const exec = promisify(execFile);
const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
const block = (word: string) => {
  const [found, ...more] = blocks.filter((text) => text.includes(word));
  assert.ok(found !== undefined && more.length === 0, `one block of README.md has ${word}`);
  return found;
};

const folder = mkdtempSync(join(tmpdir(), 'clientele-readme-'));
chmodSync(folder, 0o711);
const project = join(folder, 'clientele');
const left = new Set(['node_modules', '.git', '.clientele', 'dist']);
cpSync(packageRoot, project, { recursive: true, filter: (path) => !left.has(relative(packageRoot, path)) });
symlinkSync(join(packageRoot, 'node_modules'), join(project, 'node_modules'));

const servers: ChildProcess[] = [];
const stop = async (server: ChildProcess) => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
};
after(async () => {
  await Promise.all(servers.map(stop));
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

const plain = { PATH: process.env.PATH ?? '', HOME: folder };
const notes = join(folder, 'shell');
writeFileSync(notes, '');

/** Runs a block as the terminal of a newcomer would: what it exports, and its functions, are there for the next one. */
async function run(text: string, environment: Record<string, string> = {}): Promise<string> {
  const script = `set -euo pipefail; source ${notes}\n${text}\ndeclare -f >${notes}; export -p | grep -v ' PWD\\| OLDPWD' >>${notes}`;
  const { stdout } = await exec('bash', ['-c', script], { cwd: project, env: { ...plain, ...environment } });
  return stdout;
}

/** Runs a line that starts the server, until that says something. */
async function start(line: string, environment: Record<string, string>): Promise<ChildProcess> {
  const server = spawn('bash', ['-c', `source ${notes}; exec ${line}`], {
    cwd: project,
    env: { ...plain, ...environment },
  });
  servers.push(server);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (/"msg":"ready"|is running/.test(said)) resolve();
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.once('exit', () => reject(new Error(`The server ended:\n${said}`)));
  });
  return server;
}

test('README.md is short, and its blocks are those run here', () => {
  assert.ok(readme.split('\n').length <= 250);
  assert.equal(blocks.length, 8);
});

test('from nothing to a first query, a first call in each dialect and a first import', async (t) => {
  const began = performance.now();
  const port = String(await freePort(0));
  const line = block('npm ci && npm start').trim();
  const server = await start(line.replace('npm ci && ', ''), { PORT: port });
  t.diagnostic(`started after ${Math.round((performance.now() - began) / 1000)} s`);

  const found = JSON.parse(await run(block('demo --shell')));
  assert.equal(found.data.customers.nodes[0].name, "Marie's Jewelry");

  const listed = JSON.parse(await run(block('/api/v1.0/customers')));
  assert.equal(listed.data.length, 2);

  const shown = JSON.parse(await run(block('RIVERTY_CLIENT')));
  assert.equal(shown.customerNumber, 'NC-3');

  const [searched, own] = (await run(block('CONNECT_ID'))).split(/(?<=\})(?=\{"customerNumber":563457,"name")/);
  assert.equal(JSON.parse(searched ?? '').customers.length, 1);
  assert.equal(JSON.parse(own ?? '').customerNumber, 563457);

  const details = JSON.parse(await run(block('customerDetails')));
  assert.equal(details.surname, 'Adolfs');

  const imported = await run(block('import customers'));
  assert.match(imported, /Would do: 2 rows: 2 created.*2 rows: 2 created, 0 updated.* customers are in oslo\.csv/s);
  assert.match(readFileSync(join(project, 'oslo.csv'), 'utf8'), /^C-1001,/m);

  await stop(server);
});

test('on your own PostgreSQL', async () => {
  const url = new URL(await ownerDatabaseUrl());
  const name = `readme_${Date.now()}`;
  const db = openDb({ url: url.href, max: 1 });
  await db.sql.unsafe(`create database ${name}`);
  url.pathname = name;
  try {
    const text = block('export DATABASE_URL');
    const [commands = '', rest] = text.split(/^npm start$/m);
    assert.equal(rest?.trim(), '');
    const said = await run(commands.replace(/postgres:\S+/, url.href));
    assert.match(said, /clk_\w+/);
    const port = await freePort(0);
    const server = await start('npm start', { PORT: String(port) });
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${/clk_\w+/.exec(said)?.[0]}`, 'content-type': 'application/json' },
      body: '{"query":"{ categories(first: 1) { nodes { reference } } }"}',
    });
    assert.deepEqual(await answer.json().then(({ data }) => data), { categories: { nodes: [{ reference: 'root' }] } });
    await stop(server);
  } finally {
    await db.sql.unsafe(`drop database ${name} with (force)`);
    await db.close();
  }
});
