import { type Command, columns } from './command.ts';

/** How this program was called: from the sources of a clone, or as it is installed. */
const call = process.argv[1]?.endsWith('.ts') ? 'npm run --silent clientele --' : 'clientele';
const indent = (text: string) => text.replace(/^(?=.)/gm, '  ');

const exitCodes =
  '0  done\n1  failed; the reason is on standard error\n2  wrong usage, or a wrong environment\n3  done, but some rows of a file were refused';
const everywhere = [
  ['--json', 'Print the result as JSON, for scripts; errors too.'],
  ['--help', 'Print this.'],
];

/** Help for the whole program. */
export function help(commands: readonly Command[]): string {
  return [
    'Clientele: a multi-tenant customer API over Postgres.',
    '',
    `Usage:  ${call} <command> [options]`,
    '',
    'Commands',
    indent(columns(commands.map(({ words, summary }) => [words, summary]))),
    '',
    'Everywhere',
    indent(columns(everywhere)),
    '',
    'The database is the one of DATABASE_URL. Without it, the embedded one of CLIENTELE_DATA_DIR: that of the running',
    'server, or, when none runs, started for the command and stopped again.',
    '',
    'Exit codes',
    indent(exitCodes),
  ].join('\n');
}

/** Help for one command. */
export function commandHelp({ words, summary, options, rest, examples = [] }: Command): string {
  const shown = options.map(({ name, value, description, isRequired = false }) => [
    value === null ? `--${name}` : `--${name} ${value}`,
    `${description}${isRequired ? ' Required.' : ''}`,
  ]);
  return [
    summary,
    '',
    `Usage:  ${call} ${words}${rest === undefined ? '' : ` ${rest}`}${options.length > 0 ? ' [options]' : ''}`,
    '',
    'Options',
    indent(columns([...shown, ...everywhere])),
    ...(examples.length > 0 ? ['', 'Examples', ...examples.map((line) => `  ${call} ${line}`)] : []),
  ].join('\n');
}
