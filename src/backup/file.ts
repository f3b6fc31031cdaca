import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { failure, refusalOf } from '../failure.ts';

/** The first line of every backup; the number rises when older programs could not read it. */
export const formatLine = 'clientele backup 1';

/** The second line: what the backup was made of. */
export interface BackupHeader {
  madeAt: string;
  /** Hashes of the migrations that the database had, in order. */
  migrations: string[];
  /** A word sealed with the newest key of the ring, in base64: a ring that does not open it opens nothing in here. */
  canary: string;
}

/** Before the rows of a table. They follow in COPY's text form, and a line `\.` ends them. */
export interface TableHeader {
  table: string;
  columns: string[];
}

/** The line before the last one. */
export interface BackupEnd {
  rows: Record<string, number>;
  /** The last value that each sequence gave; null when it gave none. */
  sequences: Record<string, string | null>;
}

const isThere = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * Writes a backup to a file that only its owner can read, under its name only when it is whole. The last line is the SHA-256 of all
 * before it. Throws a failure when the file is there already.
 */
export async function writeBackup(
  file: string,
  write: (put: (chunk: string | Buffer) => Promise<void>) => Promise<void>,
) {
  const draft = `${file}.part`;
  const handle = await open(draft, 'w', 0o600);
  try {
    const hash = createHash('sha256');
    const zip = createGzip({ level: 6 });
    // Closes the file, after it has reached the disk.
    const done = pipeline(zip, handle.createWriteStream({ flush: true }));
    done.catch(() => {});
    const send = async (chunk: string | Buffer) => {
      if (!zip.write(chunk)) await Promise.race([done, once(zip, 'drain')]);
    };
    try {
      await write(async (chunk) => {
        hash.update(chunk);
        await send(chunk);
      });
    } catch (error) {
      // A file that takes no more ends the reading too, with an error that tells less.
      const refusal: unknown = zip.destroyed ? await done.catch((reason: unknown) => reason) : undefined;
      zip.destroy();
      throw refusal ?? error;
    }
    zip.end(`${hash.digest('hex')}\n`);
    await done;
    // A link and not a rename: it does not replace a backup of before.
    await link(draft, file).catch((error: unknown) => {
      throw isThere(error) ? failure(`${file} is there already.`, 'Name another file, or move that one away.') : error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/** The lines of a backup, each with its end, one after the other. */
export interface BackupLines {
  next(): Promise<Buffer>;
  /** The next line, which is JSON. */
  said(): Promise<unknown>;
  /** Reads the last line and compares. */
  verify(): Promise<void>;
  close(): void;
}

/** A backup that cannot be read to its end. */
export const damaged = (file: string) =>
  failure(
    `${file} is no backup of Clientele, or it is damaged or not whole.`,
    'Nothing was restored. Use another copy.',
  );

/** Opens a backup and reads its first line. Throws a failure when it is none, or of a later form. */
export async function readBackup(file: string): Promise<BackupLines> {
  const source = createReadStream(file);
  const unzipped = new PassThrough();
  const zip = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  zip.on('error', (error) => unzipped.destroy(error));
  source.pipe(zip).pipe(unzipped);
  const lines = linesOf(unzipped, file);
  const hash: Hash = createHash('sha256');
  const raw = async () => {
    const { value, done } = await lines.next();
    if (done) throw damaged(file);
    return value;
  };
  const next = async () => {
    const line = await raw();
    hash.update(line);
    return line;
  };
  const first = (await next()).toString().trimEnd();
  if (first !== formatLine) {
    unzipped.destroy();
    throw first.startsWith('clientele backup ')
      ? failure(`${file} was written by a later version of Clientele.`, 'Restore it with that version.')
      : damaged(file);
  }
  return {
    next,
    async said() {
      const line = await next();
      try {
        return JSON.parse(line.toString());
      } catch {
        throw damaged(file);
      }
    },
    async verify() {
      const told = (await raw()).toString().trim();
      if (told !== hash.digest('hex')) throw damaged(file);
    },
    close: () => {
      source.destroy();
      unzipped.destroy();
    },
  };
}

async function* linesOf(stream: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer, undefined> {
  let begun: Buffer[] = [];
  try {
    for await (const chunk of stream) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        const end = chunk.subarray(from, at + 1);
        yield begun.length > 0 ? Buffer.concat([...begun, end]) : end;
        begun = [];
        from = at + 1;
      }
      if (from < chunk.length) begun.push(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw failure(`There is no file ${file}.`);
    const reason = refusalOf(error);
    throw reason === null ? damaged(file) : failure(`${file} cannot be read: ${reason}.`);
  }
  return undefined;
}
