import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, refusalOf } from './failure.ts';

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

/** What the system refused, as a failure that says why; anything else as it is. */
function refused(error: unknown, what: string): unknown {
  const reason = refusalOf(error);
  if (reason === null) return error;
  const isFull = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
  const advice = isFull ? 'Make room there.' : 'Set CLIENTELE_DATA_DIR to a folder that this user may write to.';
  return failure(`${what}: ${reason}.`, advice);
}

/**
 * Writes a file that only its owner can read (0600), whole or not at all. Written by root it belongs to whom its
 * folder belongs to, so that a start with sudo does not lock out the ordinary user.
 */
export async function writePrivate(file: string, text: string): Promise<void> {
  await write(file, text, rename);
}

/** Writes a private file unless there is one: of several processes at once, one writes. */
export async function writePrivateOnce(file: string, text: string): Promise<void> {
  await write(file, text, async (draft) => {
    await link(draft, file).catch((error) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
    await rm(draft);
  });
}

async function write(
  file: string,
  text: string,
  settle: (draft: string, file: string) => Promise<void>,
): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (process.getuid?.() === 0) {
      const folder = await stat(dirname(file));
      await chown(draft, folder.uid, folder.gid);
    }
    await settle(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw refused(error, `${file} cannot be written`);
  }
}

/** The text of a file, or null when there is none. Throws a failure when it cannot be read. */
export async function readPrivate(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    if (hasCode(error, 'EACCES')) {
      throw failure(`${file} cannot be read by this user.`, 'Start Clientele as the user who started it first.');
    }
    throw refused(error, `${file} cannot be read`);
  }
}

/** Makes the data folder: files in it are private, and a database that runs as another user can pass through it. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    // Parents as usual; the last one tight. An existing folder keeps the mode its owner gave it.
    await mkdir(dirname(dataDir), { recursive: true });
    await mkdir(dataDir, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw failure(
      `The data folder ${dataDir} cannot be made: ${error instanceof Error ? error.message : 'unknown reason'}.`,
      'Set CLIENTELE_DATA_DIR to a folder that this user may write to.',
    );
  }
}
