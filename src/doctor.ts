import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { sealedAt } from './auth/signature.ts';
import { asAll, type Db } from './db/client.ts';
import { isRefused } from './db/login.ts';
import { identityPlace } from './domain/sealed-identity.ts';
import { failure } from './failure.ts';
import type { Vault } from './vault.ts';

/** One thing that was looked at. */
export interface Check {
  name: string;
  state: 'good' | 'warning' | 'bad';
  /** What was found, in a few words. */
  said: string;
  /** What to do; null when all is well. */
  advice: string | null;
}

const check = (
  name: string,
  isWell: boolean,
  said: string,
  advice: string,
  state: 'warning' | 'bad' = 'bad',
): Check => ({
  name,
  state: isWell ? 'good' : state,
  said,
  advice: isWell ? null : advice,
});

/** Least minor releases without holes in row security (server_version_num). */
const leastVersions: Record<number, number> = { 15: 150_014, 16: 160_010, 17: 170_006, 18: 180_000 };
/** Read by definer functions alone: they carry no organization. */
const globalTables = ['credentials', 'oauth_state', 'rate_buckets'];
/** Where Clientele keeps the database itself, requests come under this login; commands come as the owner. */
const servingLogin = 'clientele_server';
const migrations = fileURLToPath(new URL('../drizzle', import.meta.url));

/** Looks at a database and the keys that go with it. Throws when the database does not answer. */
export async function checkDatabase(db: Db, vault: Vault): Promise<Check[]> {
  const looks = [versionOf, settingsOf, extensionsOf, rolesOf, wallsOf, migrationsOf, clockOf];
  const checks: Check[] = [];
  for (const look of looks) checks.push(...(await look(db)));
  const isMade = checks.some(({ name, state }) => name === 'row security' && state === 'good');
  return isMade ? [...checks, await keysOf(db, vault)] : checks;
}

async function versionOf(db: Db): Promise<Check[]> {
  const [row] =
    await db.sql`select current_setting('server_version_num')::int as number, current_setting('server_version') as text`;
  const number = Number(row?.number);
  const least = leastVersions[Math.floor(number / 10_000)] ?? (number > 180_000 ? 0 : Number.POSITIVE_INFINITY);
  return [
    check(
      'PostgreSQL',
      number >= least,
      String(row?.text),
      'Use PostgreSQL 15.14, 16.10, 17.6 or 18, or a later release of these.',
    ),
  ];
}

async function settingsOf(db: Db): Promise<Check[]> {
  const rows =
    await db.sql`select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')`;
  const off = rows.filter(({ setting }) => setting === 'off').map(({ name }) => String(name));
  const mayLose = off.filter((name) => name !== 'data_checksums');
  return [
    check(
      'durability',
      mayLose.length === 0,
      mayLose.length === 0 ? 'commits are kept' : `off: ${mayLose.join(', ')}`,
      `Turn on ${mayLose.join(', ')}: what was answered may be lost in a crash.`,
    ),
    check(
      'checksums',
      !off.includes('data_checksums'),
      off.includes('data_checksums') ? 'off' : 'on',
      'Enable data checksums (pg_checksums): a rotten disk goes unseen without.',
      'warning',
    ),
  ];
}

async function extensionsOf(db: Db): Promise<Check[]> {
  const rows = await db.sql`select extname from pg_extension`;
  const have = new Set(rows.map(({ extname }) => String(extname)));
  const missing = ['pg_trgm', 'unaccent'].filter((name) => !have.has(name));
  const said = missing.length === 0 ? 'pg_trgm, unaccent' : `missing: ${missing.join(', ')}`;
  return [
    check(
      'extensions',
      missing.length === 0,
      said,
      `As a superuser: CREATE EXTENSION ${missing.join('; CREATE EXTENSION ')};`,
    ),
  ];
}

async function rolesOf(db: Db): Promise<Check[]> {
  const [login] = await db.sql`select rolname, rolsuper, rolbypassrls, rolinherit,
    exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relowner = r.oid and c.relkind = 'r') as owns
    from pg_roles r where rolname = coalesce((select s.rolname from pg_roles s where s.rolname = ${servingLogin}), current_user)`;
  const strong =
    await db.sql`select rolname from pg_roles where rolname in ('clientele_app', 'clientele_all') and (rolsuper or rolbypassrls or rolinherit or rolcanlogin and not ${await db.inCluster()})`;
  const [{ count } = { count: 0 }] =
    await db.sql`select count(*)::int as count from pg_roles where rolname in ('clientele_app', 'clientele_all')`;
  const isStrong = Boolean(login?.rolsuper || login?.rolbypassrls || login?.owns);
  const inherits = Boolean(login?.rolinherit) && !login?.rolsuper;
  return [
    check(
      'roles',
      count === 2 && strong.length === 0,
      strong.length === 0
        ? 'clientele_app, clientele_all'
        : `too strong: ${strong.map(({ rolname }) => rolname).join(', ')}`,
      'Run `clientele migrate`; these roles must be NOLOGIN, NOINHERIT, without SUPERUSER and BYPASSRLS.',
    ),
    check(
      'login',
      !isStrong && !inherits,
      `${login?.rolname}${isStrong ? ': owner or superuser' : inherits ? ': inherits' : ''}`,
      'Serve with a login of its own: NOINHERIT, owner of nothing, member of clientele_app and clientele_all. See docs/operations.md.',
      'warning',
    ),
  ];
}

async function wallsOf(db: Db): Promise<Check[]> {
  const open =
    await db.sql`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`;
  const bare =
    await db.sql`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and c.relname <> 'organizations' and c.relname not in ${db.sql(globalTables)}
    and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')`;
  const wrong = [...open, ...bare].map(({ name }) => String(name));
  const [{ count } = { count: 0 }] =
    await db.sql`select count(*)::int as count from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;
  const isWell = wrong.length === 0 && count > 0;
  const said = isWell ? `forced on all ${count} tables` : `not on ${wrong.join(', ') || 'any table'}`;
  return [
    check(
      'row security',
      isWell,
      said,
      'Run `clientele migrate`. A table that is not ours belongs in a schema or a database of its own.',
    ),
  ];
}

async function migrationsOf(db: Db): Promise<Check[]> {
  const files = (await readdir(migrations)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).length;
  const [row] = await db.sql`select count(*)::int as count from drizzle.__drizzle_migrations`.catch(
    (error: unknown) => [{ count: isRefused(error) ? -1 : 0 }],
  );
  const done = Number(row?.count);
  if (done < 0)
    return [
      { name: 'migrations', state: 'good', said: `${files}, seen by the login that migrates alone`, advice: null },
    ];
  const advice =
    done < files ? 'Run `clientele migrate`.' : 'The database is newer than this program: install the newer one.';
  return [check('migrations', done === files, `${done} of ${files}`, advice)];
}

async function clockOf(db: Db): Promise<Check[]> {
  const before = Date.now();
  const [row] = await db.sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  const off = Math.round(Math.abs(Number(row?.ms) - (before + Date.now()) / 2));
  return [
    check(
      'clock',
      off < 2_000,
      `${off} ms from the database’s`,
      'Set the clocks by NTP: tokens are judged by this machine’s, with 60 seconds of leeway.',
    ),
  ];
}

function isOpened(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}

/** How many of some sealed numbers and merchants' secrets the ring opens: those of the customers that were changed last. */
export async function openedBy(vault: Vault, db: Db): Promise<{ sealed: number; opened: number }> {
  const rows = await asAll(db, (tx) =>
    tx.execute<{ organization_id: string; id: string; sealed: Buffer }>(
      sql`select organization_id, id, identity_sealed as sealed from customers where identity_index is not null order by updated_at desc limit 3`,
    ),
  );
  const opened = rows.filter(({ organization_id, id, sealed }) =>
    isOpened(() => vault.open(identityPlace(Number(organization_id), 'customers', Number(id)), sealed)),
  );
  const keys = await asAll(db, (tx) =>
    tx.execute<{ organization_id: string; id: string; sealed: Buffer }>(
      sql`select organization_id, id, secret_sealed as sealed from credentials where secret_sealed is not null limit 3`,
    ),
  );
  const openedKeys = keys.filter(({ organization_id, id, sealed }) =>
    isOpened(() => vault.openSecret(sealedAt(Number(organization_id), id), sealed)),
  );
  return { sealed: rows.length + keys.length, opened: opened.length + openedKeys.length };
}

/** What to do when the ring does not open what was sealed: without it these numbers are gone. */
export const ringAdvice =
  'Put the lost key back into CLIENTELE_KEYS (or the data folder’s ring): without it these numbers are gone.';

/** Throws a failure when the ring opens nothing of what is sealed: what is sealed or kept with it would be lost to the right one. */
export async function mustOpen(vault: Vault, db: Db): Promise<void> {
  const { sealed, opened } = await openedBy(vault, db);
  if (sealed > 0 && opened === 0)
    throw failure('The key ring opens nothing of what is sealed in this database.', ringAdvice);
}

async function keysOf(db: Db, vault: Vault): Promise<Check> {
  const name = 'key ring';
  const { sealed, opened } = await openedBy(vault, db);
  if (sealed === 0) return { name, state: 'good', said: 'nothing is sealed yet', advice: null };
  const said = opened === sealed ? 'opens what was sealed last' : 'does not open what was sealed';
  return check(name, opened === sealed, said, ringAdvice);
}
