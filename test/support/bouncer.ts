import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { databaseUser } from '../../src/db/embedded/user.ts';

/** Debian's PgBouncer in transaction mode in front of a database: its URL, and how to end it. Throws when it is not installed. */
export async function startBouncer(databaseUrl: string): Promise<{ url: string; stop(): void }> {
  if (spawnSync('pgbouncer', ['--version']).error) throw new Error('Install pgbouncer: apt-get install pgbouncer');
  const folder = mkdtempSync(join(tmpdir(), 'clientele-bouncer-'));
  const port = await freePort(0);
  const url = new URL(databaseUrl);
  const [name, password] = [url.username, url.password].map(decodeURIComponent);
  const users = join(folder, 'users');
  writeFileSync(users, `"${name}" "${password}"\n`);
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', pool_mode: 'transaction' },
    ...{ auth_type: 'scram-sha-256', auth_file: users, default_pool_size: 12, max_client_conn: 500 },
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  const place = `host=${url.hostname} port=${url.port} dbname=${url.pathname.slice(1)}`;
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, ['[databases]', `* = ${place}`, '[pgbouncer]', ...lines, ''].join('\n'));
  // It does not run as root.
  const user = databaseUser(folder);
  for (const path of user ? [folder, users, file] : []) chownSync(path, user?.uid ?? 0, user?.gid ?? 0);
  chmodSync(folder, 0o711);
  const child = spawn('pgbouncer', ['-q', file], { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error('PgBouncer did not start.');
    await sleep(50);
  }
  url.port = String(port);
  return { url: url.href, stop };
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.once('error', () => resolve(false));
  });
