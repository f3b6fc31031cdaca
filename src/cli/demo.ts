import { readDemoFacts } from '../demo.ts';
import { processEnv } from '../env.ts';
import { failure } from '../failure.ts';
import { curls } from '../screen.ts';
import { type Command, columns } from './command.ts';

/** `demo`: the address and the credentials of the demo, for scripts. */
export const demo: Command = {
  words: 'demo',
  summary: 'Print the demo’s address and credentials.',
  options: [],
  examples: ['demo --json'],
  run: async () => {
    const env = processEnv();
    const facts = await readDemoFacts(env);
    if (facts === null) {
      throw failure(`No demo was started on ${env.dataDir} yet.`, 'Start it: npm start');
    }
    const keys = facts.organizations.map((one) => [one.reference, one.name, one.apiKey]);
    return {
      json: facts,
      text: [
        facts.baseUrl,
        '',
        columns([['ORGANIZATION', 'NAME', 'API KEY'], ...keys]),
        '',
        ...curls(facts).map(({ line }) => line),
      ].join('\n'),
    };
  },
};
