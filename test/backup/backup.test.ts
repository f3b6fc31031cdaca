import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { createSigningKey } from '../../src/auth/signature.ts';
import { backup } from '../../src/backup/backup.ts';
import { restore } from '../../src/backup/restore.ts';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, type Db, openDb } from '../../src/db/client.ts';
import { keep } from '../../src/db/idempotency.ts';
import { migrate } from '../../src/db/migrate.ts';
import { mustOpen } from '../../src/doctor.ts';
import { failureOf } from '../../src/failure.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway, type ThrowawayDatabase } from '../support/database.ts';

const ring = parseKeys(makeKeys());
const vault = openVault(ring);
const log = { debug: () => undefined, warn: () => undefined };
/** Backups are the whole installation's, so these tests have an installation of their own. */
let database: ThrowawayDatabase;
let db: Db;
let folder: string;
let file: string;

before(async () => {
  database = await startThrowaway();
  db = openDb({ url: database.url, isPatient: true });
  folder = await mkdtemp(join(tmpdir(), 'clientele-backup-'));
  file = join(folder, 'monday.clientele');
  await fillWithEverything();
  await backup(db, vault, file);
});
after(async () => {
  await db.close();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Rows in every table, with all that a text can hold. */
async function fillWithEverything() {
  for (const reference of ['one', 'two']) {
    const made = await asAll(db, (tx) =>
      createOrganization(tx, { reference, name: 'Æ\t"\\.\n\\N 北', country: 'NO', currencies: ['NOK', 'EUR'] }),
    );
    const organizationId = made?.id ?? 0;
    await asOrganization(db, { organizationId }, 'write', async (tx) => {
      const place = { organizationId, table: 'customers', column: 'identity_sealed', rowId: 1 };
      const sealed = vault.seal(place, '01018912345').toString('hex');
      await tx.execute(sql`insert into pictures (stamp, file_name, content_type, width, height, original, small, medium)
        select 1, 'a.png', 'image/png', 1, 1, decode(repeat('00ff0a5c', 50000), 'hex'), '\\x0a', ''`);
      await tx.execute(sql`insert into customers (reference, name, currency, category_id, phones, other_emails, comment, identity_sealed, identity_index)
        select 'r' || n, E'line\nline\t\\ ' || n, 'NOK', (select id from categories limit 1), '[{"number": "1\\n"}]', '{a@b.no,"c,d"}', '\\.',
          decode(${sealed}::text, 'hex'), '\\x00' from generate_series(1, 300) n`);
      await tx.execute(sql`update customers set parent_id = (select min(id) from customers) where reference = 'r2'`);
      await tx.execute(
        sql`insert into contacts (reference, customer_id, first_name, last_name) select 'c', min(id), '', 'L' from customers`,
      );
      await tx.execute(sql`insert into logins (customer_id, unique_id) select min(id), 'u' from customers`);
      await tx.execute(sql`insert into login_credentials (login_id, credential, credential_key, credential_type, verification_level)
        select id, 'a', 'a', 'A', 'N' from logins`);
      await tx.execute(sql`insert into payment_types (reference, name) values ('cash', 'Cash')`);
      await tx.execute(sql`insert into segmentations (reference, name) values ('s', 'S')`);
      await tx.execute(sql`insert into regions (reference, name) values ('s', 'S')`);
      await tx.execute(
        sql`insert into customer_payment_types (customer_id, payment_type_id) select min(c.id), min(p.id) from customers c, payment_types p`,
      );
      await tx.execute(sql`insert into directory_entries (reference, kind) values ('d', 'PERSON')`);
      await createSigningKey(tx, vault, { organizationId, name: 'shop', merchantId: reference });
      await keep(tx, vault, { organizationId, credentialId: 'c', key: 'k', fingerprint: 'f' }, { data: 1 });
    });
  }
  await asAll(db, (tx) =>
    tx.execute(sql`insert into oauth_state (model, id, payload) values ('Grant', 'g', '{"a": null}')`),
  );
}

/** Every table's rows as one hash, every sequence's place, and what guards the tables. */
async function faceOf(of: Db): Promise<object> {
  const tables = await of.sql<{ name: string }[]>`select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'rate_buckets' order by 1`;
  const rows = await Promise.all(
    tables.map(({ name }) =>
      of.sql.unsafe(
        `select '${name}' as name, count(*)::int as count, md5(string_agg(t::text, '' order by t::text collate "C")) as hash from ${name} t`,
      ),
    ),
  );
  const sequences =
    await of.sql`select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public' order by 1`;
  const guards = await of.sql`select relname, relrowsecurity, relforcerowsecurity,
    (select string_agg(tgname || tgenabled::text, ' ' order by tgname) from pg_trigger where tgrelid = c.oid and not tgisinternal) as triggers
    from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`;
  return { rows: rows.map(([row]) => ({ ...row })), sequences: [...sequences], guards: [...guards] };
}

/** A new, migrated database beside the first. */
async function emptyDatabase(name: string): Promise<Db> {
  await db.sql.unsafe(`create database ${name}`);
  const url = new URL(database.url);
  url.pathname = `/${name}`;
  await migrate(url.href, log);
  return openDb({ url: url.href, isPatient: true });
}

const failsWith = (words: RegExp) => (error: unknown) => words.test(failureOf(error)?.message ?? '');

test('what was restored is what was there: every row of every table, every sequence, every guard', async () => {
  const restored = await emptyDatabase('restored');
  try {
    const counts = await restore(restored, vault, file);
    assert.equal(counts.customers, 600);
    for (const name of ['history', 'idempotency', 'pictures', 'logins']) assert.ok((counts[name] ?? 0) > 0, name);
    assert.deepEqual(await faceOf(restored), await faceOf(db));
    await assert.rejects(restore(restored, vault, file), failsWith(/not empty/));
  } finally {
    await restored.close();
  }
});

test('the file is its owner’s alone, has no number in plain, and no backup of before is overwritten', async () => {
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.doesNotMatch(gunzipSync(await readFile(file)).toString('latin1'), /01018912345/);
  await assert.rejects(backup(db, vault, file), failsWith(/there already/));
});

test('a ring that opens nothing is found out before anything is written with it', async () => {
  await mustOpen(vault, db);
  await assert.rejects(mustOpen(openVault(parseKeys(makeKeys())), db), failsWith(/opens nothing/));
});

test('a backup is one moment: what is written meanwhile is not half in it', async () => {
  const second = join(folder, 'second.clientele');
  const organizationId = 1;
  let isDone = false;
  const writing = (async () => {
    for (let n = 0; !isDone; n++) {
      await asOrganization(db, { organizationId }, 'write', (tx) =>
        tx.execute(sql`with p as (insert into payment_types (reference, name) values (${`w${n}`}, 'W') returning id)
          insert into customer_payment_types (customer_id, payment_type_id) select (select min(id) from customers), id from p`),
      );
    }
  })();
  await backup(db, vault, second);
  isDone = true;
  await writing;
  const restored = await emptyDatabase('moment');
  try {
    const counts = await restore(restored, vault, second);
    assert.equal(counts.payment_types, counts.customer_payment_types);
  } finally {
    await restored.close();
  }
});

test('refused, and nothing is left behind: another ring, a damaged file, half a file, another version, no file', async () => {
  const empty = await emptyDatabase('refused');
  const untouched = await faceOf(empty);
  const plain = gunzipSync(await readFile(file));
  const spoilt = async (name: string, bytes: Buffer) => {
    const path = join(folder, name);
    await writeFile(path, gzipSync(bytes));
    return path;
  };
  try {
    await assert.rejects(restore(empty, openVault(parseKeys(makeKeys())), file), failsWith(/key ring/));
    const flipped = Buffer.from(plain.toString('latin1').replace('cash', 'gold'), 'latin1');
    await assert.rejects(restore(empty, vault, await spoilt('flipped', flipped)), failsWith(/damaged/));
    await assert.rejects(
      restore(empty, vault, await spoilt('half', plain.subarray(0, plain.length / 2))),
      failsWith(/damaged/),
    );
    const torn = join(folder, 'torn');
    await writeFile(torn, (await readFile(file)).subarray(0, 5000));
    await assert.rejects(restore(empty, vault, torn), failsWith(/damaged/));
    const older = Buffer.from(plain.toString('latin1').replace(/"migrations":\["\w+",/, '"migrations":['), 'latin1');
    await assert.rejects(restore(empty, vault, await spoilt('older', older)), failsWith(/older version/));
    const later = Buffer.from(plain.toString('latin1').replace('backup 1', 'backup 2'), 'latin1');
    await assert.rejects(restore(empty, vault, await spoilt('later', later)), failsWith(/later version/));
    await assert.rejects(restore(empty, vault, join(folder, 'none')), failsWith(/no file/));
    const broken = Buffer.from(plain.toString('latin1').replace(/(\{"table":"payment_types".*\n)\d+/, '$1x'), 'latin1');
    await assert.rejects(restore(empty, vault, await spoilt('broken', broken)), failsWith(/damaged/));
    const unquoted = Buffer.from(
      plain.toString('latin1').replace('{"table":"customers"', '{"table":"customers'),
      'latin1',
    );
    await assert.rejects(restore(empty, vault, await spoilt('json', unquoted)), failsWith(/damaged/));
    assert.deepEqual(await faceOf(empty), untouched);
  } finally {
    await empty.close();
  }
});
