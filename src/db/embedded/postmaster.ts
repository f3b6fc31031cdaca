import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../failure.ts';
import type { Binaries } from './binaries.ts';
import { clusterOf, type Place } from './place.ts';
import type { SystemUser } from './user.ts';

/** A running PostgreSQL that is our child. */
export interface Postmaster {
  child: ChildProcess;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
}

const settings = (port: number, isThrowaway: boolean) => [
  'listen_addresses=127.0.0.1',
  `port=${port}`,
  'unix_socket_directories=',
  'max_connections=100',
  // What a customer is called must not get into a log: no statements, no details.
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_parameter_max_length=0',
  ...(isThrowaway ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : []),
];

/** A TCP port on 127.0.0.1: `wanted` when it is free, else any free one. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    server.listen({ host: '127.0.0.1', port: wanted }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** PostgreSQL's own log, beside the cluster; the one before is kept when it has grown beyond 1 MB. */
function openLogFile(file: string): { fd: number; start: number } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 1_000_000) renameSync(file, `${file}.1`);
  return { fd: openSync(file, 'a', 0o600), start: size > 1_000_000 ? 0 : size };
}

/** PostgreSQL itself says when it is ready, in the last line of its lock file. */
function isReady(cluster: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/**
 * Starts PostgreSQL on the place's port and waits until it takes connections. It gets a session of its own, so that
 * Ctrl-C in the terminal reaches us alone and we end it last. Throws a failure with what PostgreSQL said.
 */
export async function startPostmaster(
  binaries: Binaries,
  place: Place,
  user: SystemUser | null,
  isThrowaway: boolean,
): Promise<Postmaster> {
  const cluster = clusterOf(place);
  const logFile = join(place.home, 'postgres.log');
  const { fd, start } = openLogFile(logFile);
  const args = ['-D', cluster, ...settings(place.port, isThrowaway).flatMap((setting) => ['-c', setting])];
  const child = spawn(binaries.postgres, args, {
    ...user,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', fd, fd],
    detached: true,
  });
  closeSync(fd);
  child.unref();
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      hasEnded = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  // Recovery after a crash may take long; as long as the process lives it is getting there.
  while (!isReady(cluster, child.pid)) {
    if (hasEnded) {
      const said = readFileSync(logFile).subarray(start).toString().trim().split('\n').slice(-6).join('\n');
      throw failure(`PostgreSQL did not start (its log: ${logFile}).`, said);
    }
    await sleep(15);
  }
  return { child, ended };
}

/** Ends PostgreSQL in good order (connections are cut, everything is written) and waits for it. */
export async function stopPostmaster({ child, ended }: Postmaster): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), 20_000);
  child.ref();
  await ended;
  clearTimeout(timer);
}
