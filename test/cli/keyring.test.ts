import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { asAll, asOrganization, type Db, openDb } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { identityPlace } from '../../src/domain/sealed-identity.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of several commands
type Json = any;

// The key ring of a server that made its own: a file beside its embedded database.

const number = '31129956715';

describe('the key ring in a data folder', { timeout: 180_000 }, () => {
  let folder: string;
  const file = () => join(folder, 'data', 'keys');
  const ring = () => parseKeys(readFileSync(file(), 'utf8').trim());
  const ids = () => ring().map(({ id }) => id);

  /** Not waited for in one go: whoever holds the folder answers who it is meanwhile. */
  function clientele(...words: string[]): Promise<{ code: number; json: Json; err: string }> {
    const env = {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME },
      ...{ CLIENTELE_DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' },
    };
    const args = ['--import', 'tsx', 'src/cli/main.ts', ...words, '--json'];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { env }, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, json: out ? JSON.parse(out) : null, err }),
      );
    });
  }

  /** Work on the embedded database, as a server has it. */
  async function withServer<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const embedded = await startEmbedded({ dataDir: join(folder, 'data'), log: pino({ level: 'silent' }) });
    const db = openDb({ url: embedded.url });
    try {
      return await work(db);
    } finally {
      await db.close();
      await embedded.stop();
    }
  }

  const organizationOf = async (db: Db) =>
    Number((await asAll(db, (tx) => tx.execute<{ id: string }>(sql`select id::text from organizations`)))[0]?.id);

  /** The customer's number as the ring of this moment opens it, and how many a look-up by the number finds. */
  const found = () =>
    withServer(async (db) => {
      const organizationId = await organizationOf(db);
      const vault = openVault(ring());
      const rows = await asAll(db, (tx) =>
        tx.execute<{ id: string; sealed: string; index: string }>(
          sql`select id::text, encode(identity_sealed, 'hex') as sealed, encode(identity_index, 'hex') as index from customers`,
        ),
      );
      const indexes = vault.indexes(organizationId, number).map((index) => index.toString('hex'));
      return rows.map(({ id, sealed, index }) => [
        vault.open(identityPlace(organizationId, 'customers', Number(id)), Buffer.from(sealed, 'hex')),
        indexes.includes(index),
      ]);
    });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clientele-keyring-'));
    chmodSync(folder, 0o711);
    const made = await clientele(
      'organizations',
      'create',
      '--reference',
      'own',
      '--name',
      'Own',
      '--country',
      'NO',
      '--currency',
      'NOK',
    );
    assert.equal(made.code, 0, made.err);
    await withServer(async (db) => {
      const organizationId = await organizationOf(db);
      const vault = openVault(ring());
      const [sealed, index] = [
        vault.seal(identityPlace(organizationId, 'customers', 7), number),
        vault.index(organizationId, number),
      ];
      await asOrganization(db, { organizationId }, 'write', (tx) =>
        tx.execute(sql`insert into customers (id, reference, name, currency, category_id, identity_sealed, identity_index)
          select 7, 'c', 'C', 'NOK', id, ${sealed}, ${index} from categories limit 1`),
      );
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

  it('1: not while a server runs that would not know the new key', async () => {
    const told = await withServer(() => clientele('keyring', 'rotate'));
    assert.equal(told.code, 1);
    assert.match(JSON.parse(told.err).error.message, /A server runs with this key ring/);
    assert.deepEqual(ids(), [1]);
  });

  it('0: turned by one command: a new key in the file, the old one out of it, everything under the new one', async () => {
    const told = await clientele('keyring', 'rotate');
    assert.equal(told.code, 0, told.err);
    assert.deepEqual([told.json.newest, told.json.unused, told.json.resealed.customers], ['k2', ['k1'], 1]);
    assert.deepEqual(ids(), [2]);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    assert.deepEqual(await found(), [[number, true]]);
  });

  it('0: a command that was killed after it wrote the new key is taken up with the same key', async () => {
    writeFileSync(file(), `${makeKeys(ring())}\n`);
    assert.deepEqual(ids(), [3, 2]);
    assert.deepEqual(await found(), [[number, true]], 'a server that starts in between knows both');
    const told = await clientele('keyring', 'rotate');
    assert.equal(told.code, 0, told.err);
    assert.deepEqual([told.json.newest, told.json.unused], ['k3', ['k2']]);
    assert.deepEqual(ids(), [3]);
    assert.deepEqual(await found(), [[number, true]]);
  });
});
