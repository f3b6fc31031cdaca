import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { makeDataDir } from '../private-file.ts';
import { postgres } from './driver.ts';
import { type Binaries, findBinaries } from './embedded/binaries.ts';
import { makeCluster } from './embedded/cluster.ts';
import { type Holder, takeLock } from './embedded/lock.ts';
import { clearOrphan } from './embedded/orphan.ts';
import { clusterOf, openPlace, type Place, urlOf, writePlace } from './embedded/place.ts';
import { freePort, type Postmaster, startPostmaster, stopPostmaster } from './embedded/postmaster.ts';
import { databaseUser, type SystemUser } from './embedded/user.ts';

/** What the embedded database needs to know. */
export interface EmbeddedOptions {
  /** The folder that holds everything; made when absent. */
  dataDir: string;
  log: Logger;
  /** A command waits for another command, and a server for a command; nobody waits for a server. */
  holder?: Holder;
  /** For tests: faster, and gone after a power cut. */
  isThrowaway?: boolean;
}

/** The PostgreSQL that started itself. */
export interface Embedded {
  /** Connects as the owner of the database, which may do anything: for migrations and for taking lesser roles. */
  url: string;
  /** Where the rows are: in the data folder, or where the user that PostgreSQL runs as can reach them. */
  cluster: string;
  /** Ends PostgreSQL in good order and gives the folder back. */
  stop(): Promise<void>;
  /** Ends it at once, for a process that cannot wait any more; the next start recovers. */
  kill(): void;
}

/**
 * Starts. What a server killed before us left behind needs a moment to vanish (helpers, shared memory), and a port
 * that was free may be gone: tried again for 10 seconds. Throws the last failure.
 */
async function start(
  options: EmbeddedOptions,
  dataDir: string,
  binaries: Binaries,
  place: Place,
  user: SystemUser | null,
): Promise<Postmaster> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      await clearOrphan(clusterOf(place), options.log);
      const port = await freePort(place.port);
      if (port !== place.port) {
        place.port = port;
        await writePlace(dataDir, place);
      }
      return await startPostmaster(binaries, place, user, options.isThrowaway ?? false);
    } catch (error) {
      if (Date.now() > end) throw error;
      options.log.warn('PostgreSQL did not start; trying again');
      await sleep(250);
    }
  }
}

async function makeDatabase(place: Place): Promise<void> {
  const sql = postgres(urlOf(place, 'postgres'), { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const found = await sql`select 1 from pg_database where datname = 'clientele'`;
    if (found.length === 0) await sql`create database clientele`;
  } finally {
    await sql.end();
  }
}

/**
 * Starts the PostgreSQL 18 that comes with Clientele on the data folder, and keeps it running until `stop`: when it
 * dies it is started again on the same port. One process at a time holds a data folder; the hold ends with the
 * process, however it ends. Throws a failure that says what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  await makeDataDir(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const holder = options.holder ?? 'server';
  const locks = [await takeLock(dataDir, holder)];
  try {
    const place = await openPlace(dataDir);
    // A copy of the data folder remembers the same outside place.
    if (place.home !== dataDir) locks.push(await takeLock(place.home, holder));
    const cluster = clusterOf(place);
    const user = databaseUser(cluster);
    const binaries = await findBinaries(place.home, user);
    await makeCluster(binaries, place, user, options.isThrowaway ?? false);
    let postmaster = await start(options, dataDir, binaries, place, user);
    let isStopping = false;
    if (!place.made) {
      await makeDatabase(place);
      place.made = true;
      await writePlace(dataDir, place);
    }

    const watch = async () => {
      for (;;) {
        await postmaster.ended;
        if (isStopping) return;
        options.log.error('PostgreSQL ended unexpectedly; it is started again');
        try {
          postmaster = await start(options, dataDir, binaries, place, user);
          options.log.info('PostgreSQL is running again');
        } catch (error) {
          options.log.error(
            { reason: error instanceof Error ? error.message : 'unknown' },
            'PostgreSQL does not start',
          );
          await sleep(5000, undefined, { ref: false });
        }
        if (isStopping) await stopPostmaster(postmaster);
      }
    };
    const watching = watch();

    return {
      url: urlOf(place),
      cluster,
      stop: async () => {
        isStopping = true;
        await stopPostmaster(postmaster);
        await watching;
        for (const lock of locks.reverse()) await lock.release();
      },
      kill: () => {
        isStopping = true;
        postmaster.child.kill('SIGQUIT');
      },
    };
  } catch (error) {
    for (const lock of locks.reverse()) await lock.release();
    throw error;
  }
}
