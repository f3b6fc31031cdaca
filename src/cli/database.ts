import { type Db, openDb } from '../db/client.ts';
import { isRefused } from '../db/login.ts';
import { openDatabase } from '../db/open.ts';
import { type Env, processEnv } from '../env.ts';
import { failure } from '../failure.ts';
import { makeLog } from '../log.ts';
import { openKeyRing } from '../start/keyring.ts';
import { openVault, type Vault } from '../vault.ts';

/** What a command has to work with. */
export interface Workplace {
  env: Env;
  db: Db;
  vault: Vault;
  log: ReturnType<typeof makeLog>;
}

/**
 * Opens the database for a command, migrated, and closes it again whatever happens. `isOwner`: by the login that migrates,
 * for what the serving one may not do. `isLook`: the tables are taken as they are.
 */
export async function withDatabase<T>(
  work: (place: Workplace) => Promise<T>,
  { isOwner = false, isLook = false }: { isOwner?: boolean; isLook?: boolean } = {},
): Promise<T> {
  const env = processEnv();
  const log = makeLog({ mode: env.mode, logLevel: env.logLevel ?? 'warn' });
  const ring = await openKeyRing(env);
  const database = await openDatabase({ env, log, holder: 'command', isLook, say: (line) => console.error(line) });
  try {
    const url = isOwner ? database.ownerUrl : database.url;
    const db = openDb({ url, max: env.databasePool, prepare: env.databasePrepare, isPatient: true });
    try {
      return await work({ env, db, vault: openVault(ring), log });
    } finally {
      await db.close();
    }
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw failure(
      'The database refuses its login the rights that this needs.',
      'Grant the serving login both roles: grant clientele_app, clientele_all to …; docs/operations.md, “Deploy”.',
    );
  } finally {
    await database.stop();
  }
}
