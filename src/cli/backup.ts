import { backup } from '../backup/backup.ts';
import { restore } from '../backup/restore.ts';
import { mustOpen } from '../doctor.ts';
import { type Command, columns, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';

const fileOf = (rest: readonly string[]) => {
  const [file, ...more] = rest;
  if (file === undefined || more.length > 0) throw wrongUsage('Name one file.');
  if (file === '-') throw wrongUsage('Name a file: a backup is neither written to a pipe nor read from one.');
  return file;
};

const table = (rows: Record<string, number>) =>
  columns(Object.entries(rows).map(([name, count]) => [name, String(count)]));

/** `backup FILE`: all data of the installation, without its keys. */
export const backupCommand: Command = {
  words: 'backup',
  rest: '<file>',
  summary: 'Write all data to a file, while servers go on. The key ring is not in it: keep it elsewhere.',
  options: [
    {
      name: 'anyway',
      value: null,
      description: 'Also with a ring that opens nothing: for who has lost the right one.',
    },
  ],
  examples: ['backup monday.clientele'],
  run: async ({ rest, isOn }) => {
    const file = fileOf(rest);
    const rows = await withDatabase(
      async ({ db, vault }) => {
        if (!isOn('anyway')) await mustOpen(vault, db);
        return backup(db, vault, file);
      },
      { isOwner: true },
    );
    return {
      json: { file, rows },
      text: `${table(rows)}\n\nWritten to ${file}. It is unreadable without the key ring: keep that elsewhere, and keep it.`,
    };
  },
};

/** `restore FILE`: a backup into an empty database. */
export const restoreCommand: Command = {
  words: 'restore',
  rest: '<file>',
  summary: 'Lay a backup into an empty database: all of it or nothing.',
  options: [],
  examples: ['restore monday.clientele'],
  run: async ({ rest }) => {
    const file = fileOf(rest);
    const rows = await withDatabase(({ db, vault }) => restore(db, vault, file), { isOwner: true });
    return { json: { file, rows }, text: `${table(rows)}\n\nRestored from ${file}.` };
  },
};
