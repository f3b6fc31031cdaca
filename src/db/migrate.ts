import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import { failure } from '../failure.ts';
import { isCluster } from './cluster.ts';
import { postgres } from './driver.ts';
import { isRefused } from './login.ts';
import { spread } from './spread.ts';

const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));
/** Any number, the same in every process: who holds it migrates, the others wait. */
const lock = 7_236_112;

/**
 * Brings a database to the newest tables: roles, then every migration not yet run, all of them or none.
 * Several starting at once are let in one after the other. Takes a direct connection, not a pooler's. Throws a failure
 * that says what to do when the login may not.
 */
export async function migrate(
  url: string,
  log: { debug(message: string): void; warn(message: string): void },
): Promise<void> {
  const client = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice() {},
    connection: { application_name: 'clientele migrate' },
  });
  try {
    log.debug('waiting to migrate');
    await client`select pg_advisory_lock(${lock})`;
    if (await isBehindFor(client)) {
      await client.unsafe(roles(true)).simple();
      await runMigrations(drizzle(client), { migrationsFolder }).finally(() => client.unsafe(roles(false)).simple());
      // What came with them is spread like the rest.
      if (await isCluster(client)) await client.begin(spread);
    }
    if (await isAhead(client).catch(() => false))
      log.warn('The database is newer than this program: install the newer one.');
    await client`select pg_advisory_unlock(${lock})`;
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw failure(
      'The login of the database may not bring it to the newest tables.',
      'Give the owner’s login as DATABASE_DIRECT_URL, or run clientele migrate with it: docs/operations.md, “Deploy”.',
    );
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** The same for a login that may only serve: what it cannot see itself, the role that it takes can. */
async function isBehindFor(client: ReturnType<typeof postgres>): Promise<boolean> {
  const own = await isBehind(client).catch((error: unknown) => {
    if (isRefused(error)) return true;
    throw error;
  });
  const [served] = own
    ? await client`select 1 from pg_roles where rolname = 'clientele_app' and pg_has_role(current_user, oid, 'member')`
    : [];
  if (!served) return own;
  await client`set role clientele_app`;
  return await isBehind(client)
    .catch(() => true)
    .finally(() => client`reset role`);
}

/** Whether there are migrations that were not run here yet. */
async function isBehind(client: ReturnType<typeof postgres>): Promise<boolean> {
  const [known] = await client`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`;
  if (!known?.is_there) return true;
  const [last] = await client`select max(created_at)::text as at from drizzle.__drizzle_migrations`;
  return readMigrationFiles({ migrationsFolder }).some(({ folderMillis }) => folderMillis > Number(last?.at ?? 0));
}

/** Whether a newer program was here. */
async function isAhead(client: ReturnType<typeof postgres>): Promise<boolean> {
  const [{ count } = { count: 0 }] = await client`select count(*)::int as count from drizzle.__drizzle_migrations`;
  return count > readMigrationFiles({ migrationsFolder }).length;
}

/**
 * Roles are the cluster's: another database of it may have made them, perhaps at this very moment. An owner who is no
 * superuser has the rights of what it gives to `clientele_all` for as long as it migrates, and never besides: policies
 * reach whoever inherits a role.
 */
const roles = (inherits: boolean) => `DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['clientele_app', 'clientele_all'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', r); END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      IF current_setting('server_version_num')::int >= 160000
        THEN EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT ${inherits ? 'TRUE' : 'FALSE'}, SET TRUE', r);
        ELSE
          EXECUTE format('GRANT %I TO CURRENT_USER', r);
          ALTER ROLE CURRENT_USER ${inherits ? 'INHERIT' : 'NOINHERIT'};
      END IF;
    END IF;
  END LOOP;
END $$`;
