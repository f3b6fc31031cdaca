import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** The system user that PostgreSQL runs as, when it cannot be our own: it refuses to run as root. */
export interface SystemUser {
  uid: number;
  gid: number;
}

function namedUser(name: string): SystemUser | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/**
 * As root: the owner of an existing cluster, else `postgres`, else `nobody`. As anybody else: null, which is ourselves.
 */
export function databaseUser(cluster: string): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return namedUser('postgres') ?? namedUser('nobody') ?? { uid: 65534, gid: 65534 };
}

/** Whether the user can enter the folder, through every folder above it. */
export function canEnter(user: SystemUser | null, directory: string): boolean {
  const shell = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', directory], { ...user, cwd: '/', stdio: 'ignore' });
  return shell.status === 0;
}

/** Whether the user can run the program. */
export function canRun(user: SystemUser | null, program: string): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore', env: {} }).status === 0;
}
