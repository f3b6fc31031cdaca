import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../failure.ts';

/** Who holds a data folder: a server that stays, or a command that is done soon. */
export type Holder = 'server' | 'command';

/** A folder that is ours until `release` or the end of the process, however it ends. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * The name that only one process at a time can listen on. On Linux it lives in the kernel alone (an abstract socket)
 * and is gone with its process. It is not seen from another container: two containers must not share a data folder.
 */
async function socketName(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `clientele-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(name: string, holder: Holder): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(JSON.stringify({ holder, pid: process.pid }));
    });
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen({ path: name }, () => resolve(server.unref()));
  });
}

/** Asks who listens: the answer, or null when nobody does (a socket file left behind, or just gone). */
function ask(name: string): Promise<{ holder: Holder; pid: number } | null> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ path: name });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const found = /^\{"holder":"(server|command)","pid":(\d+)\}$/.exec(text);
      resolve(found ? { holder: found[1] === 'command' ? 'command' : 'server', pid: Number(found[2]) } : null);
    });
  });
}

/** Who holds the folder now, or null. */
export async function holderOf(directory: string): Promise<{ holder: Holder; pid: number } | null> {
  return ask(await socketName(directory));
}

/**
 * Takes a folder. A command that holds it is waited for, at most `patience` milliseconds; a server is not.
 * Throws a failure that names the holder.
 */
export async function takeLock(directory: string, holder: Holder, patience = 15_000): Promise<Lock> {
  const name = await socketName(directory);
  const end = Date.now() + patience;
  for (;;) {
    const server = await listen(name, holder);
    if (server !== null) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    const other = await ask(name);
    if (other === null && process.platform !== 'linux') await rm(name, { force: true });
    if (other?.holder === 'server' || Date.now() > end) {
      const who = other === null ? 'Another process' : `Another Clientele ${other.holder} (process ${other.pid})`;
      throw failure(
        `${who} is using the data folder ${directory}.`,
        'It is left as it is. Stop it first, or give this one a folder of its own: CLIENTELE_DATA_DIR=<folder>.',
      );
    }
    await sleep(100);
  }
}
