// The database that is measured: that of DATABASE_URL, or a PostgreSQL of its own in .data, kept for the next run. An empty one is
// migrated and filled first.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { startEmbedded } from '../dist/db/embedded.js';
import { migrate } from '../dist/db/migrate.js';
import { fill } from './data.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const log = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** `size` customers, ready to be asked for: the address, the organizations' API keys, the largest first, and how to end it. */
export async function openData(size) {
  const folder = join(here, '.data', String(size));
  const given = process.env.DATABASE_URL;
  const embedded = given ? null : await startEmbedded({ dataDir: folder, log });
  const url = given ?? embedded.url;
  const keysFile = process.env.BENCH_KEYS ?? join(given ? here : folder, 'keys.json');
  try {
    if (!(await isFilled(url, keysFile))) {
      await migrate(url, log);
      await fill(url, size, keysFile);
    }
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  return {
    url,
    keys: JSON.parse(readFileSync(keysFile, 'utf8')),
    stop: async () => embedded?.stop(),
    kill: () => embedded?.kill(),
  };
}

async function knownKey(sql) {
  await sql`set local role clientele_all`;
  return await sql`select encode(secret_hash, 'hex') as hash from credentials where id = 'bench0000000'`;
}

/** Whether the keys open this database. Throws when it has other data, or half of it. */
async function isFilled(url, keysFile) {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice() {} });
  try {
    const [{ made }] = await sql`select to_regclass('public.credentials') is not null as made`;
    const known = made ? await sql.begin(knownKey) : [];
    if (known.length === 0) return false;
    const secret = existsSync(keysFile) ? JSON.parse(readFileSync(keysFile, 'utf8'))[0].key.split('_').at(-1) : '';
    if (createHash('sha256').update(secret).digest('hex') === known[0].hash) return true;
    throw new Error(
      `${keysFile} does not open this database: it was filled otherwise, or not to its end. Begin with an empty one.`,
    );
  } finally {
    await sql.end();
  }
}
