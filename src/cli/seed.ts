import { originOf } from '../env.ts';
import { type Command, columns } from './command.ts';
import { withDatabase } from './database.ts';

/** `seed`: the demo data, laid in once; a start in demo mode does so too. */
export const seed: Command = {
  words: 'seed',
  summary: 'Lay in the demo data unless it is there (a start in demo mode does so too).',
  options: [],
  run: async () => {
    const { ensureDemo } = await import('../start/demo.ts');
    const facts = await withDatabase(({ env, db, vault, log }) =>
      ensureDemo({ env, db, vault, log, baseUrl: originOf(env, env.port) }),
    );
    const rows = facts.organizations.map((one) => [one.reference, one.name, one.apiKey]);
    return { json: facts, text: columns([['ORGANIZATION', 'NAME', 'API KEY'], ...rows]) };
  },
};
