import { access, constants } from 'node:fs/promises';
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

/** Throws a failure when a file cannot be read. */
export async function mustBeReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw failure(`${file} cannot be read.`, 'Name a file that is there and may be read.');
  });
}
