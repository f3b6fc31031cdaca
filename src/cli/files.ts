import { access, chmod, chown, constants, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { failure } from '../failure.ts';
import { type Given, wrongUsage } from './command.ts';

/** The format of a file: as said, else as its name tells. Throws a failure of usage. */
export function formatOf(file: string, given: string | null): 'csv' | 'ndjson' {
  const format = given ?? (/\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : /\.csv$/i.test(file) ? 'csv' : null);
  if (format === 'csv' || format === 'ndjson') return format;
  throw wrongUsage('--format: write csv or ndjson; the name of the file does not tell.');
}

/** The one file that a command takes: after its words, or with --file. Throws a failure of usage. */
export function fileOf(given: Given): string {
  const [file = given.text('file'), ...more] = given.rest;
  if (file === null) throw wrongUsage('Name the file; - reads standard input.');
  if (more.length > 0) throw wrongUsage(`One file at a time: ${more.join(', ')} is too much.`);
  return file;
}

/** Throws a failure when a file cannot be written: its folder is looked at, and the file itself where it is there. */
export async function mustBeWritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  await access(there ? file : dirname(resolve(file)), constants.W_OK).catch(() => {
    throw failure(`${file} cannot be written.`, 'Name a file in a folder that is there and may be written.');
  });
  if (there?.isDirectory()) throw failure(`${file} is a folder.`, 'Name a file.');
}

/** A file that stands under its name only when it is whole. */
export interface Draft {
  /** Where to write. */
  path: string;
  /** Not so what is no file, such as a pipe: it is written as it is. */
  isFile: boolean;
  /** Puts it in place of what was there, whose mode and owner it takes over. */
  settle(): Promise<void>;
  /** Takes it away. */
  drop(): Promise<void>;
}

/** Where to write what shall stand at `file`. Throws a failure when nothing can be written there. */
export async function openDraft(file: string): Promise<Draft> {
  await mustBeWritable(file);
  const before = await stat(file).catch(() => null);
  const nothing = async () => {};
  if (before !== null && !before.isFile()) return { path: file, isFile: false, settle: nothing, drop: nothing };
  const target = before === null ? file : await realpath(file);
  const path = `${target}.part`;
  await mustBeWritable(path);
  return {
    path,
    isFile: true,
    async settle() {
      if (before !== null) {
        await chmod(path, before.mode);
        // Only root may give a file away.
        await chown(path, before.uid, before.gid).catch(() => {});
      }
      await rename(path, target);
    },
    drop: () => rm(path, { force: true }),
  };
}

/** Throws a failure of usage when two of these are one file: what is read must not be written over. */
export async function mustDiffer(files: readonly string[]): Promise<void> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => resolve(file))));
  const twice = files.find((_, at) => real.indexOf(real[at] ?? '') !== at);
  if (twice !== undefined) throw wrongUsage(`${twice} is named twice: what is read would be written over.`);
}

/** Throws a failure when a file cannot be read. */
export async function mustBeReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw failure(`${file} cannot be read.`, 'Name a file that is there and may be read.');
  });
  if ((await stat(file)).isDirectory()) throw failure(`${file} is a folder.`, 'Name a file.');
}
