import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { openDb } from '../../src/db/client.ts';
import { postgres } from '../../src/db/driver.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { checkDatabase } from '../../src/doctor.ts';
import { failureOf } from '../../src/failure.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';

// The two logins of docs/operations.md, in a cluster that has never seen Clientele: its roles belong to the cluster.

const dataDir = mkdtempSync(join(tmpdir(), 'clientele-logins-'));
chmodSync(dataDir, 0o711);
const log = pino({ level: 'silent' });
let cluster: Embedded;

/** The database `clientele_own`, as this login. */
function as(login: string): string {
  const url = new URL(cluster.url);
  url.username = login;
  url.password = login;
  url.pathname = '/clientele_own';
  return url.href;
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = postgres(url, { max: 1, onnotice() {} });
  for (const statement of statements) await client.unsafe(statement);
  await client.end();
}

before(async () => {
  cluster = await startEmbedded({ dataDir, log, isThrowaway: true });
  await run(
    cluster.url,
    "create role clientele_owner login createrole password 'clientele_owner'",
    'create database clientele_own owner clientele_owner',
  );
  const own = new URL(cluster.url);
  own.pathname = '/clientele_own';
  await run(own.href, 'create extension if not exists pg_trgm', 'create extension if not exists unaccent');
});
after(async () => {
  await cluster.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

test('an owner who is no superuser migrates; another login serves, owns nothing, and doctor finds all well', async () => {
  await migrate(as('clientele_owner'), log);
  await run(
    cluster.url,
    "create role clientele_serve login noinherit password 'clientele_serve'",
    'grant clientele_app, clientele_all to clientele_serve',
    'grant connect on database clientele_own to clientele_serve',
  );
  const db = openDb({ url: as('clientele_serve') });
  const checks = await checkDatabase(db, openVault(parseKeys(makeKeys())));
  assert.deepEqual(
    checks.filter(({ state, name }) => state !== 'good' && name !== 'durability' && name !== 'checksums'),
    [],
  );
  await db.close();
});

test('after migrating the owner inherits nothing: it sees no organization’s rows', async () => {
  const client = postgres(as('clientele_owner'), { max: 1 });
  const [member] = await client`select bool_or(pg_has_role(role, 'usage')) as inherits
    from unnest(array['clientele_app', 'clientele_all']) role`;
  assert.equal(member?.inherits, false);
  await client.end();
});

test('a login that serves finds by itself that there is nothing to migrate', async () => {
  await migrate(as('clientele_serve'), log);
});

test('a login that may not migrate is told whose login does', async () => {
  await run(as('clientele_owner'), 'delete from drizzle.__drizzle_migrations where id > 1');
  const refused = await migrate(as('clientele_serve'), log).then(() => null, failureOf);
  assert.match(refused?.message ?? '', /may not bring it to the newest tables/);
  assert.match(refused?.advice ?? '', /DATABASE_DIRECT_URL/);
});
