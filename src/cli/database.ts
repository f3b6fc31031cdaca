import { type Db, openDb } from '../db/client.ts';
import { openDatabase } from '../db/open.ts';
import { type Env, processEnv } from '../env.ts';
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

/** Opens the database for a command, migrated, and closes it again whatever happens. */
export async function withDatabase<T>(work: (place: Workplace) => Promise<T>): Promise<T> {
  const env = processEnv();
  const log = makeLog({ mode: env.mode, logLevel: env.logLevel ?? 'warn' });
  const ring = await openKeyRing(env);
  const database = await openDatabase({ env, log, holder: 'command', say: (line) => console.error(line) });
  try {
    const db = openDb({ url: database.url, max: env.databasePool, prepare: env.databasePrepare, isPatient: true });
    try {
      return await work({ env, db, vault: openVault(ring), log });
    } finally {
      await db.close();
    }
  } finally {
    await database.stop();
  }
}
