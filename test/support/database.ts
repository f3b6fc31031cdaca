import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { makeServingLogin, servingUrl } from '../../src/db/login.ts';
import { migrate } from '../../src/db/migrate.ts';
import { leaveSurvivor } from './survivor.ts';

/** The tests' own PostgreSQL, in a folder that goes with it. */
export interface ThrowawayDatabase {
  /** As its owner. */
  url: string;
  /** As a server comes to it. */
  servingUrl: string;
  stop(): Promise<void>;
}

/** Starts and migrates an empty database that is gone after `stop`, or with the process. */
export async function startThrowaway(): Promise<ThrowawayDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-test-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through.
  chmodSync(dataDir, 0o711);
  leaveSurvivor(dataDir);
  const log = pino({ level: 'error' }, pino.destination(2));
  let embedded: Embedded | null = null;
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  const killAndRemove = () => {
    // The process ends without `stop` (a fault in a test): nothing can be awaited any more.
    embedded?.kill();
    spawnSync('sleep', ['0.2']);
    remove();
  };
  process.once('exit', killAndRemove);
  const stop = async () => {
    await embedded?.stop();
    embedded = null;
    process.off('exit', killAndRemove);
    remove();
  };
  try {
    embedded = await startEmbedded({ dataDir, log, isThrowaway: true });
    await migrate(embedded.url, log);
    await makeServingLogin(embedded.url);
    return { url: embedded.url, servingUrl: servingUrl(embedded.url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

let own: Promise<ThrowawayDatabase> | null = null;

/**
 * A migrated PostgreSQL for tests, as its owner. `npm test` starts one for all files; a file run by hand starts its
 * own, which ends when nothing is left to do: so close what you open in an `after` hook.
 */
export async function ownerDatabaseUrl(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) return given;
  if (own === null) {
    own = startThrowaway();
    process.once('beforeExit', async () => (await own)?.stop());
  }
  return (await own).url;
}

/** The same as a server comes to it: a login that owns nothing and sees nothing outside of a wall. */
export async function testDatabaseUrl(): Promise<string> {
  return servingUrl(await ownerDatabaseUrl());
}
