import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../failure.ts';
import { readPrivate, writePrivate } from '../../private-file.ts';
import { canEnter, databaseUser } from './user.ts';

/** What `database.json` in the data folder remembers of the embedded database. */
export interface Place {
  /** The folder that holds the cluster, and PostgreSQL's programs where they had to be copied. */
  home: string;
  port: number;
  password: string;
  /** Whether the cluster was finished once. */
  made: boolean;
}

function parsePlace(text: string): Place | null {
  try {
    const { home, port, password, made } = JSON.parse(text);
    const isWhole =
      typeof home === 'string' && Number.isInteger(port) && typeof password === 'string' && password !== '';
    return isWhole && typeof made === 'boolean' ? { home, port, password, made } : null;
  } catch {
    return null;
  }
}

const fileOf = (dataDir: string) => join(dataDir, 'database.json');

/** Where the cluster of a place lies. */
export const clusterOf = (place: Place) => join(place.home, 'postgres');

/** The address for the owner's login. */
export const urlOf = (place: Place, database = 'clientele') =>
  `postgres://clientele:${place.password}@127.0.0.1:${place.port}/${database}`;

/** A folder outside the data folder for a database user that cannot enter it; only root ever needs one. */
async function makeShelter(): Promise<string> {
  for (const base of ['/var/lib/clientele', '/var/tmp']) {
    try {
      await mkdir(base, { recursive: true, mode: 0o755 });
      const shelter = await mkdtemp(join(base, 'clientele-'));
      await chmod(shelter, 0o711);
      return shelter;
    } catch {}
  }
  throw failure(
    'PostgreSQL does not run as root, and no folder was found that its user may enter.',
    'Set CLIENTELE_DATA_DIR to a folder outside of root’s home, for example /srv/clientele.',
  );
}

/** What the data folder remembers, or null when no database was ever started in it. */
export async function readPlace(dataDir: string): Promise<Place | null> {
  const text = await readPrivate(fileOf(dataDir));
  if (text === null) return null;
  const place = parsePlace(text);
  if (place !== null) return place;
  throw failure(`${fileOf(dataDir)} is damaged.`, 'Restore it from a backup: it has the password of the database.');
}

/** Remembers. */
export async function writePlace(dataDir: string, place: Place): Promise<void> {
  await writePrivate(fileOf(dataDir), `${JSON.stringify(place, null, 2)}\n`);
}

/**
 * The remembered place, or a new one: the data folder itself, or, when PostgreSQL has to run as a user that cannot
 * enter it (root's 0700 home), a folder in /var/lib/clientele that the data folder remembers, so that the data is
 * there again at the next start. Throws a failure when the remembered cluster has gone.
 */
export async function openPlace(dataDir: string): Promise<Place> {
  const known = await readPlace(dataDir);
  if (known?.made && !existsSync(join(clusterOf(known), 'PG_VERSION'))) {
    throw failure(
      `The database of ${dataDir} is missing: it was in ${clusterOf(known)}.`,
      `Restore that folder, or remove ${fileOf(dataDir)} to begin with an empty database.`,
    );
  }
  if (known !== null && existsSync(known.home)) return known;
  const user = databaseUser(join(dataDir, 'postgres'));
  const home = canEnter(user, dataDir) ? dataDir : await makeShelter();
  const place: Place = { home, port: 0, password: randomBytes(24).toString('base64url'), made: false };
  await writePlace(dataDir, place);
  return place;
}
