import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../failure.ts';
import type { Binaries } from './binaries.ts';
import { clusterOf, type Place } from './place.ts';
import type { SystemUser } from './user.ts';

const major = '18';

/** Runs a program to its end with a bare environment, and tells whether it went well and what it complained about. */
function run(program: string, args: string[], user: SystemUser | null): Promise<{ ok: boolean; complaint: string }> {
  return new Promise((resolve, reject) => {
    // No LANG, LC_* or PG*: the cluster must not depend on who makes it.
    const child = spawn(program, args, {
      ...user,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, complaint: complaint.trim() }));
  });
}

async function initdb(
  binaries: Binaries,
  directory: string,
  place: Place,
  user: SystemUser | null,
  locale: string,
  isThrowaway: boolean,
) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
  const passwordFile = `${directory}.password`;
  try {
    await rm(passwordFile, { force: true });
    await writeFile(passwordFile, place.password, { mode: 0o600, flag: 'wx' });
    if (user !== null) {
      await chown(directory, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    const args = [
      '--username=clientele',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--data-checksums',
      '--no-instructions',
    ];
    args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--locale=${locale}`);
    args.push(`--pgdata=${directory}`, `--pwfile=${passwordFile}`);
    if (isThrowaway) args.push('--no-sync');
    return await run(binaries.initdb, args, user);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Makes the cluster when there is none, whole or not at all: UTF-8, PostgreSQL's own C.UTF-8 order (the same on every
 * system), checksums, passwords asked for. Throws a failure.
 */
export async function makeCluster(
  binaries: Binaries,
  place: Place,
  user: SystemUser | null,
  isThrowaway: boolean,
): Promise<void> {
  const cluster = clusterOf(place);
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
    if (version === major) return;
    throw failure(
      `The database in ${cluster} was made by PostgreSQL ${version}; this Clientele brings PostgreSQL ${major}.`,
      'Export it with the Clientele that made it, and import it into a new data folder.',
    );
  }
  const draft = `${cluster}.new`;
  // The system's character classes decide which letters trigram search sees; not every system knows C.UTF-8.
  let result = await initdb(binaries, draft, place, user, 'C.UTF-8', isThrowaway);
  if (!result.ok) result = await initdb(binaries, draft, place, user, 'C', isThrowaway);
  if (!result.ok) {
    await rm(draft, { recursive: true, force: true });
    throw failure(`The database could not be made in ${place.home}.`, result.complaint);
  }
  await rename(draft, cluster);
}
