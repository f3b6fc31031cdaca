import { readPlace } from '../db/embedded/place.ts';
import { dataFile, type Env } from '../env.ts';
import { failure } from '../failure.ts';
import { makeDataDir, readPrivate, writePrivateOnce } from '../private-file.ts';
import { type KeyRing, makeKeys, parseKeys } from '../vault.ts';

/**
 * The key ring: CLIENTELE_KEYS, or in demo mode the file `keys` of the data folder, made at the first start. A lost
 * ring is not replaced: what it sealed would be lost in silence. Throws a failure.
 */
export async function openKeyRing(env: Pick<Env, 'keys' | 'dataDir'>): Promise<KeyRing> {
  if (env.keys !== null) return parseKeys(env.keys);
  const file = dataFile(env, 'keys');
  await makeDataDir(env.dataDir);
  const found = await readPrivate(file);
  if (found !== null) return parseKeys(found.trim());
  if ((await readPlace(env.dataDir))?.made) {
    throw failure(
      `The key ring ${file} is missing, and the database of ${env.dataDir} has values sealed with it.`,
      `Restore the file, or set CLIENTELE_KEYS. To begin anew, remove ${env.dataDir}.`,
    );
  }
  await writePrivateOnce(file, `${makeKeys()}\n`);
  return parseKeys((await readPrivate(file))?.trim() ?? '');
}
