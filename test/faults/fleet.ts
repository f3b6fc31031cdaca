import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postgres } from '../../src/db/driver.ts';
import { urlOf } from '../../src/db/embedded/place.ts';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { packageRoot } from '../../src/env.ts';
import { makeKeys } from '../../src/vault.ts';

/** A real server with its own embedded database, to be killed. */
export interface Fleet {
  url: string;
  key: string;
  start(): Promise<void>;
  /** Kills the server; its database lives on, as an orphan. */
  killServer(): Promise<void>;
  /** Kills PostgreSQL's first process; its helpers notice. */
  killDatabase(): void;
  /** Resolves when PostgreSQL itself lets somebody in, asked past the server every 20 ms. */
  accepting(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  ready(): Promise<boolean>;
  remove(): Promise<void>;
}

/** Makes the data folder, one organization and its key; nothing runs yet. */
export async function makeFleet(): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-faults-'));
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'data');
  const port = await freePort(0);
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, CLIENTELE_DATA_DIR: dataDir, PORT: String(port) },
    ...{ CLIENTELE_MODE: 'production', CLIENTELE_KEYS: makeKeys(), LOG_LEVEL: 'fatal' },
  };
  const words = ['organizations', 'create', '--reference', 'faults', '--name', 'Faults'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', ...words, '--country', 'NO', '--currency', 'NOK', '--json'],
    { cwd: packageRoot, env },
  );
  const key = /clk_\w+/.exec(stdout)?.[0] ?? '';
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const place = () => JSON.parse(readFileSync(join(dataDir, 'database.json'), 'utf8'));

  const ready = () =>
    fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  return {
    url,
    key,
    ready,
    async start() {
      child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { cwd: packageRoot, env, stdio: 'ignore' });
      const end = Date.now() + 60_000;
      while (!(await ready())) {
        if (Date.now() > end || child.exitCode !== null)
          throw new Error(`The server did not start (${child.exitCode}).`);
        await sleep(50);
      }
    },
    async killServer() {
      const gone = child && once(child, 'exit');
      child?.kill('SIGKILL');
      await gone;
    },
    killDatabase() {
      const pid = Number(readFileSync(join(place().home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
      if (pid > 1) process.kill(pid, 'SIGKILL');
    },
    async accepting() {
      for (;;) {
        const sql = postgres(urlOf(place()), { max: 1, fetch_types: false, connect_timeout: 1, onnotice: () => {} });
        const isIn = await sql`select 1`.then(
          () => true,
          () => false,
        );
        await sql.end({ timeout: 1 });
        if (isIn) return;
        await sleep(20);
      }
    },
    async stop() {
      if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await gone;
      return code;
    },
    async remove() {
      if (child !== null && child.exitCode === null) child.kill('SIGKILL');
      await sleep(100);
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
