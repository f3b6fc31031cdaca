import { type DemoFacts, readDemoFacts } from '../demo.ts';
import { processEnv, program } from '../env.ts';
import { failure } from '../failure.ts';
import { curls } from '../start/screen.ts';
import { type Command, columns } from './command.ts';

const quoted = (value: string | number) => `'${String(value).replaceAll("'", "'\\''")}'`;

/** The first organization's credentials as lines that a shell reads. */
function shellLines({ baseUrl, organizations: [first] }: DemoFacts): string {
  if (first === undefined) return '';
  const { apiKey, riverty, connect, worldline } = first;
  const variables = {
    ...{ URL: baseUrl, KEY: apiKey },
    ...{ RIVERTY_CLIENT: riverty.clientId, RIVERTY_ID: riverty.oauthId, RIVERTY_SECRET: riverty.oauthSecret },
    ...{ CONNECT_ID: connect.oauthId, CONNECT_SECRET: connect.oauthSecret, CONNECT_USER_TOKEN: connect.userToken },
    ...{ MERCHANT: worldline.merchantId, MERCHANT_KEY: worldline.apiKeyId, MERCHANT_SECRET: worldline.secretApiKey },
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join('\n');
}

/** `demo`: the address and the credentials of the demo, for scripts. */
export const demo: Command = {
  words: 'demo',
  summary: 'Print the demo’s address and credentials.',
  options: [{ name: 'shell', value: null, description: 'As lines for a shell: eval "$(… demo --shell)".' }],
  examples: ['demo --json'],
  run: async (given) => {
    const env = processEnv();
    const facts = await readDemoFacts(env);
    if (facts === null) {
      throw failure(`No demo was started on ${env.dataDir} yet.`, `Start it: ${program} start`);
    }
    if (given.isOn('shell')) return { json: facts, text: shellLines(facts) };
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
