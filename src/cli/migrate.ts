import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

/** `migrate`: brings the database to the newest tables; a start does so too. */
export const migrate: Command = {
  words: 'migrate',
  summary: 'Bring the database to the newest tables (a start does so too).',
  options: [],
  run: async () => {
    const where = await withDatabase(async ({ env }) => (env.databaseUrl === null ? env.dataDir : 'DATABASE_URL'));
    return { json: { migrated: true, where }, text: `The database (${where}) is up to date.` };
  },
};
