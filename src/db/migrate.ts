import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import { postgres } from './driver.ts';

const folder = fileURLToPath(new URL('../../drizzle', import.meta.url));
/** Any number, the same in every process: who holds it migrates, the others wait. */
const lock = 7_236_112;

/**
 * Brings a database to the newest tables: roles, then every migration not yet run, all of them or none.
 * Several starting at once are let in one after the other. Takes a direct connection, not a pooler's.
 */
export async function migrate(url: string, log: { debug(message: string): void }): Promise<void> {
  const client = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice() {},
    connection: { application_name: 'clientele migrate' },
  });
  try {
    log.debug('waiting to migrate');
    await client`select pg_advisory_lock(${lock})`;
    await client.unsafe(roles).simple();
    await runMigrations(drizzle(client), { migrationsFolder: folder });
    await client`select pg_advisory_unlock(${lock})`;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Roles are the cluster's: another database of it may have made them, perhaps at this very moment. */
const roles = `DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['clientele_app', 'clientele_all'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', r); END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      IF current_setting('server_version_num')::int >= 160000
        THEN EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', r);
        ELSE EXECUTE format('GRANT %I TO CURRENT_USER', r);
      END IF;
    END IF;
  END LOOP;
END $$`;
