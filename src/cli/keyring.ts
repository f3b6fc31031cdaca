import { holderOf } from '../db/embedded/lock.ts';
import { mustOpen } from '../doctor.ts';
import { dataFile, type Env, processEnv } from '../env.ts';
import { failure } from '../failure.ts';
import { writePrivate } from '../private-file.ts';
import { rotate } from '../rotation.ts';
import { openKeyRing } from '../start/keyring.ts';
import { type KeyRing, makeKeys, parseKeys } from '../vault.ts';
import type { Command, Said } from './command.ts';
import { withDatabase } from './database.ts';

/** `keyring create`: what CLIENTELE_KEYS needs. */
export const keyringCreate: Command = {
  words: 'keyring create',
  summary: 'Print a new key ring for CLIENTELE_KEYS, or the present one with a new key before it.',
  options: [{ name: 'extend', value: null, description: 'Begin a rotation: the present ring, a new key before it.' }],
  run: async (given) => {
    const keys = given.isOn('extend') ? makeKeys(await openKeyRing(processEnv())) : makeKeys();
    return { json: { CLIENTELE_KEYS: keys }, text: keys };
  },
};

const named = (ring: KeyRing) => ring.map(({ id }) => `k${id}`);

/** `keyring rotate`: seals everything under the newest key and says which keys can go. */
export const keyringRotate: Command = {
  words: 'keyring rotate',
  summary: 'Seal everything anew under the newest key of the ring; goes on where it was interrupted.',
  options: [],
  examples: ['keyring create --extend', 'keyring rotate'],
  run: async () => {
    const env = processEnv();
    return env.keys === null ? rotateOwn(env) : rotateGiven(env.keys);
  },
};

/** The ring of CLIENTELE_KEYS is whoever runs the servers' to change. */
async function rotateGiven(keys: string): Promise<Said> {
  const ring = parseKeys(keys);
  const [newest, ...older] = named(ring);
  const resealed = await reseal();
  const next =
    older.length > 0
      ? `Take ${older.join(', ')} out of CLIENTELE_KEYS and restart the servers. Backups of before still need it.`
      : 'To begin another rotation: keyring create --extend; set CLIENTELE_KEYS to it, restart the servers, then run this again.';
  return told(newest ?? '', older, resealed, next);
}

/** The ring in the data folder: a new key is added first, and the old ones are taken out when nothing needs them. */
async function rotateOwn(env: Env): Promise<Said> {
  let ring = await openKeyRing(env);
  const file = dataFile(env, 'keys');
  if (ring.length === 1) {
    if ((await holderOf(env.dataDir))?.holder === 'server')
      throw failure(
        'A server runs with this key ring and would not know a new key.',
        'Stop the server, then run this again.',
      );
    await withDatabase(({ db, vault }) => mustOpen(vault, db));
    await writePrivate(file, `${makeKeys(ring)}\n`);
    ring = await openKeyRing(env);
  }
  const resealed = await reseal();
  const [newest, ...older] = named(ring);
  const [first = ''] = makeText(ring).split(',');
  await writePrivate(file, `${first}\n`);
  return told(newest ?? '', older, resealed, `${older.join(', ')} is out of ${file}. Backups of before still need it.`);
}

const makeText = (ring: KeyRing) => ring.map(({ id, key }) => `k${id}:${key.toString('base64')}`).join(',');

const reseal = () =>
  withDatabase(async ({ db, vault }) => {
    // Values tell by which number of key they were sealed, not by which key.
    await mustOpen(vault, db);
    return rotate(db, vault, { progress: (done) => console.error(`${done} values sealed anew`) });
  });

function told(newest: string, older: string[], resealed: Awaited<ReturnType<typeof rotate>>, next: string): Said {
  const count = Object.values(resealed).reduce((sum, one) => sum + one, 0);
  return {
    json: { newest, unused: older, resealed },
    text: `${count} values sealed anew. All are under ${newest}${older.length > 0 ? `; nothing needs ${older.join(', ')} any more` : ''}.\n${next}`,
  };
}
