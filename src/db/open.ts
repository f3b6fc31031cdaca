import type { Logger } from 'pino';
import type { Env } from '../env.ts';
import { volatileSettings } from './durability.ts';
import { type Holder, holderOf } from './embedded/lock.ts';
import { readPlace, urlOf } from './embedded/place.ts';
import { startEmbedded } from './embedded.ts';
import { makeServingLogin, servingUrl } from './login.ts';
import { migrate } from './migrate.ts';
import { checkSameDatabase, waitForDatabase, withoutPassword } from './wait.ts';

/** A database that answers and has the newest tables. */
export interface OpenDatabase {
  /** For commands: as whoever may do anything. */
  url: string;
  /** For what owners alone may do: the login that migrates. */
  ownerUrl: string;
  /** For requests: the same, or a login that may do less where Clientele keeps the database itself. */
  servingUrl: string;
  /** Where the data is, in words for people. */
  where: string;
  /** Gives it back: an embedded one is stopped, any other left alone. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  env: Env;
  log: Logger;
  /** A server keeps the database; a command uses that of a running server when there is one. */
  holder: Holder;
  /** Takes the tables as they are: for who only looks. */
  isLook?: boolean;
  /** Told what is being waited for. */
  say(line: string): void;
}

const isHeldByServer = async (dataDir: string) => {
  try {
    return (await holderOf(dataDir))?.holder === 'server';
  } catch {
    return false;
  }
};

/** Opens the database of DATABASE_URL, else the embedded one, and migrates it. Throws a failure that says what to do. */
export async function openDatabase({ env, log, holder, isLook = false, say }: OpenOptions): Promise<OpenDatabase> {
  const keep = async () => {};
  if (env.databaseUrl !== null) {
    const direct = env.databaseDirectUrl ?? env.databaseUrl;
    // A server stays and waits; a command gives up after a minute.
    await waitForDatabase(direct, say, holder === 'server' ? Number.POSITIVE_INFINITY : undefined);
    const url = env.databaseUrl;
    // The serving login may be made after the tables: it is not waited for before.
    if (direct !== url) await checkSameDatabase(direct, url);
    if (!isLook) await migrate(direct, log);
    if (holder === 'server') {
      for (const warning of await volatileSettings(direct)) log.warn(warning);
    }
    if (direct !== url) {
      await waitForDatabase(url, say);
      await checkSameDatabase(direct, url);
    }
    return { url, ownerUrl: direct, servingUrl: url, where: withoutPassword(url), stop: keep };
  }
  if (holder === 'command' && (await isHeldByServer(env.dataDir))) {
    const place = await readPlace(env.dataDir);
    // A server that starts at this moment has not made its database yet: its folder is waited for below.
    if (place?.made) {
      await waitForDatabase(urlOf(place), say, 20_000);
      const url = urlOf(place);
      return { url, ownerUrl: url, servingUrl: servingUrl(url), where: place.home, stop: keep };
    }
  }
  const embedded = await startEmbedded({ dataDir: env.dataDir, log, holder });
  try {
    await migrate(embedded.url, log);
    await makeServingLogin(embedded.url);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const { url, cluster: where, stop } = embedded;
  return { url, ownerUrl: url, servingUrl: servingUrl(url), where, stop };
}
