import { program } from '../env.ts';
import type { Command } from './command.ts';

const screen = 80;
const indent = (text: string) => text.replace(/^(?=.)/gm, '  ');

/** Pieces in lines that fit the width; a piece longer than that has a line of its own. */
function folded(pieces: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = `${lines.at(-1)} ${piece}`;
    if (lines.length > 0 && longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(piece);
  }
  return lines;
}
const sentence = (text: string, width: number) => folded(text.split(' '), width);

/** Names at the left, and beside each what it means, folded at the screen's edge. */
function explained(rows: readonly (readonly [name: string, meaning: string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .flatMap(([name, meaning]) =>
      sentence(meaning, screen - left).map(
        (line, at) => (at === 0 ? `  ${name}`.padEnd(left) : ' '.repeat(left)) + line,
      ),
    )
    .join('\n');
}

const exitCodes =
  '0  done\n1  failed; the reason is on standard error\n2  wrong usage, or a wrong environment\n3  done, but some rows of a file were refused';
const everywhere = [
  ['--json', 'Print the result as JSON, for scripts; errors too.'],
  ['--help', 'Print this.'],
] as const;

/** A line to paste, broken before its options where it is longer than the screen. */
function example(words: string): string {
  const [command = '', ...options] = words.split(/ (?=--)/);
  return `  ${folded([`${program} ${command}`, ...options], screen - 6).join(' \\\n    ')}`;
}

/** Help for the whole program. */
export function help(commands: readonly Command[]): string {
  return [
    'Clientele: a multi-tenant customer API over Postgres.',
    '',
    `Usage:  ${program} <command> [options]`,
    '',
    'Commands',
    explained(commands.map(({ words, summary }) => [words, summary])),
    '',
    'Everywhere',
    explained(everywhere),
    '',
    ...sentence(
      'The database is the one of DATABASE_URL. Without it, the embedded one of CLIENTELE_DATA_DIR: that of the running server, or, when none runs, started for the command and stopped again.',
      screen,
    ),
    '',
    'Exit codes',
    indent(exitCodes),
  ].join('\n');
}

/** Help for one command. */
export function commandHelp({ words, summary, options, rest, examples = [] }: Command): string {
  const shown = options.map(
    ({ name, value, description, isRequired = false }) =>
      [value === null ? `--${name}` : `--${name} ${value}`, `${description}${isRequired ? ' Required.' : ''}`] as const,
  );
  return [
    ...sentence(summary, screen),
    '',
    `Usage:  ${program} ${words}${rest === undefined ? '' : ` ${rest}`}${options.length > 0 ? ' [options]' : ''}`,
    '',
    'Options',
    explained([...shown, ...everywhere]),
    ...(examples.length > 0 ? ['', 'Examples', ...examples.map(example)] : []),
  ].join('\n');
}
