import { styleText } from 'node:util';
import type { DemoFacts } from '../demo.ts';
import { program } from '../env.ts';

/** What the start screen tells. */
export interface ScreenFacts {
  demo: DemoFacts;
  /** Where the rows are. */
  where: string;
  dataDir: string;
  /** Milliseconds from the beginning of the process. */
  tookMs: number;
  inColor: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Where each documented API begins on this server, and which folder of its vendor's words it speaks. */
export const dialects = [
  { name: 'Valomnia', base: '/api/v1.0', example: '/customers' },
  { name: 'Riverty', base: '/v1/clients/{clientId}', example: '/customers/{number}' },
  { name: 'Connect', base: '/v1', example: '/client/customer/search' },
  { name: 'Worldline', base: '/v1/{merchantId}', example: '/products/{id}/customerDetails' },
] as const;

/** Three calls that work when pasted into a shell. */
export function curls({ baseUrl, organizations }: DemoFacts): { what: string; line: string }[] {
  const key = organizations[0]?.apiKey ?? '';
  const bearer = `-H 'Authorization: Bearer ${key}'`;
  const ask = (query: string) =>
    `curl -s '${baseUrl}/graphql' ${bearer} -H 'Content-Type: application/json' -d '${JSON.stringify({ query })}'`;
  return [
    {
      what: 'GraphQL: three customers, each with its category, in one call',
      line: ask('{ customers(first: 3) { nodes { reference name category { name } } } }'),
    },
    { what: 'GraphQL: the tree that sorts them', line: ask('{ categories(first: 5) { nodes { reference name } } }') },
    { what: 'REST as Valomnia documents it', line: `curl -s '${baseUrl}/api/v1.0/customers?max=2' ${bearer}` },
  ];
}

/** The screen that a demo shows when it is ready; plain text where there is no terminal. */
export function startScreen({ demo, where, dataDir, tookMs, inColor }: ScreenFacts): string {
  const paint = (style: Style, text: string) => (inColor ? styleText(style, text, { validateStream: false }) : text);
  const title = (text: string) => paint('bold', text);
  const row = (name: string, text: string) => `    ${paint('dim', name.padEnd(11))} ${text}`;
  const link = (text: string) => paint(['cyan', 'underline'], text);
  const { baseUrl, organizations } = demo;
  return [
    '',
    `  ${paint(['bold', 'green'], '●')} ${title('Clientele')} is running, with demo data.  ${paint('dim', `Ready in ${(tookMs / 1000).toFixed(1)} s.`)}`,
    '',
    `  ${title('Open in a browser')}`,
    row('First page', link(`${baseUrl}/`)),
    row('Playground', link(`${baseUrl}/graphql`)),
    '',
    `  ${title('Point a client at')}`,
    row('GraphQL', `${baseUrl}/graphql`),
    ...dialects.map(({ name, base, example }) => row(name, `${baseUrl}${base}${paint('dim', example)}`)),
    '',
    ...organizations.flatMap((one) => [
      `  ${title(one.name)} ${paint('dim', `(${one.reference})`)}`,
      row('API key', one.apiKey),
      row('Valomnia', `${one.valomnia.user}  /  ${one.valomnia.password}`),
      row('Riverty', `client ${one.riverty.clientId}, OAuth ${one.riverty.oauthId}  /  ${one.riverty.oauthSecret}`),
      row('Connect', `OAuth ${one.connect.oauthId}  /  ${one.connect.oauthSecret}`),
      row(
        'Worldline',
        `merchant ${one.worldline.merchantId}, key ${one.worldline.apiKeyId}  /  ${one.worldline.secretApiKey}`,
      ),
      '',
    ]),
    `  ${title('Try it: paste a line into another terminal')}`,
    ...curls(demo).flatMap(({ what, line }) => [`    ${paint('dim', `# ${what}`)}`, `    ${line}`]),
    '',
    row('Data', where.startsWith(dataDir) ? dataDir : `${dataDir} (rows in ${where})`),
    row('For scripts', `${program} demo --json`),
    row('Stop', 'Ctrl-C; the data stays'),
    '',
  ].join('\n');
}
