import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { failure } from '../../failure.ts';

const attempt = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

/** Whether the process is a PostgreSQL on this cluster: by how it was called, or by where it works. */
function isOurs(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.includes('/postgres ') && stdout.includes(` -D ${cluster} `);
  }
  const owner = attempt(() => statSync(`/proc/${pid}`).uid);
  if (owner === null || owner !== attempt(() => statSync(cluster).uid)) return false;
  const call = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? [];
  if (basename(call[0] ?? '') === 'postgres' && call[1] === '-D' && call[2] === cluster) return true;
  // Its helpers rename themselves, and a container may forbid root to look where others work.
  const program = attempt(() => readlinkSync(`/proc/${pid}/exe`)) ?? '';
  return (
    basename(program.replace(/ \(deleted\)$/, '')) === 'postgres' &&
    attempt(() => readlinkSync(`/proc/${pid}/cwd`)) === cluster
  );
}

/** The process that the cluster's lock file names, or null when there is no file or nothing sensible in it. */
function namedByFile(cluster: string): number | null {
  const first = attempt(() => readFileSync(join(cluster, 'postmaster.pid'), 'utf8'))?.split('\n')[0] ?? '';
  return /^\d{1,9}$/.test(first) && Number(first) > 1 ? Number(first) : null;
}

/** Every PostgreSQL process on the cluster. A number that was only read from a file is never among them. */
function findProcesses(cluster: string): number[] {
  if (process.platform !== 'linux') {
    const pid = namedByFile(cluster);
    return pid !== null && isOurs(pid, cluster) ? [pid] : [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOurs(pid, cluster));
}

/** A helper ends with its postmaster; only those whose parent is not among them are to be asked. */
function heads(pids: number[]): number[] {
  if (process.platform !== 'linux') return pids;
  const parent = (pid: number) =>
    Number(/^PPid:\s+(\d+)$/m.exec(attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '')?.[1] ?? 0);
  return pids.filter((pid) => !pids.includes(parent(pid)));
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * Ends a PostgreSQL that a killed server left behind on this cluster, in good order, so that ours can start; the
 * caller holds the folder's lock, so nobody else is using it. Then removes a lock file that would stop PostgreSQL
 * although it means nothing: empty, garbage, or naming a living stranger, who is left alone. Throws a failure.
 */
export async function clearOrphan(cluster: string, log: Logger): Promise<void> {
  const begin = Date.now();
  let sent: NodeJS.Signals | null = null;
  for (let pids = findProcesses(cluster); pids.length > 0; pids = findProcesses(cluster)) {
    const waited = Date.now() - begin;
    if (waited > 30_000) {
      throw failure(
        `A PostgreSQL (process ${pids.join(', ')}) is using ${cluster} and does not end.`,
        'End it, then start again.',
      );
    }
    // Fast first; without waiting for a checkpoint when that takes long. Both lose nothing.
    const signal = waited > 15_000 ? 'SIGQUIT' : 'SIGINT';
    if (sent !== signal) {
      log.warn({ pids: heads(pids), signal }, 'a PostgreSQL left behind by a killed server is ended first');
      for (const pid of heads(pids)) attempt(() => process.kill(pid, signal));
      sent = signal;
    }
    await sleep(20);
  }
  const file = join(cluster, 'postmaster.pid');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return;
  const pid = namedByFile(cluster);
  if (pid === null || isAlive(pid)) {
    log.warn({ file }, 'a meaningless lock file is removed');
    await rm(file, { force: true });
  }
}
