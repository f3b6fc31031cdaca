import { parseArgs } from 'node:util';
import { failureOf, fileFailureOf } from '../failure.ts';
import { errorFacts } from '../log.ts';
import { badText } from '../values/text.ts';
import { type Command, type Given, wrongUsage } from './command.ts';
import { commandHelp, help } from './help.ts';

/** Where a command line writes. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

function find(commands: readonly Command[], args: readonly string[]): { command: Command; rest: string[] } | null {
  for (const length of [2, 1]) {
    const command = commands.find(({ words }) => words === args.slice(0, length).join(' '));
    if (command !== undefined && args.length >= length) return { command, rest: args.slice(length) };
  }
  return null;
}

// Node's own parser keeps values as typed: a reference 007 stays 007.
function read(command: Command, args: string[]): Given {
  const options = Object.fromEntries(
    command.options.map(({ name, value }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const parsed = (() => {
    try {
      return parseArgs({ args, options: { ...options, json: { type: 'boolean' } }, allowPositionals: true });
    } catch (error) {
      throw wrongUsage(error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'Cannot be read.');
    }
  })();
  const values: Record<string, unknown> = parsed.values;
  const text = (name: string) => {
    const value = values[name];
    if (typeof value !== 'string' || value.trim() === '') return null;
    const most = command.options.find((option) => option.name === name)?.most;
    if (most !== undefined && /[\r\n]/.test(value.trim())) throw wrongUsage(`--${name} is one line.`);
    if (most !== undefined && value.trim().length > most)
      throw wrongUsage(`--${name} has more than ${most} characters.`);
    if (badText(value) !== null) throw wrongUsage(`--${name} has characters that cannot be stored.`);
    return value.trim();
  };
  return {
    text,
    required: (name) => {
      const value = text(name);
      if (value === null) throw wrongUsage(`--${name} is missing.`);
      return value;
    },
    isOn: (name) => values[name] === true,
    rest: parsed.positionals,
  };
}

/** Runs one command line. Resolves to the exit code: 0 done, 1 failed, 2 wrong usage or environment, 3 done in part. */
export async function runCommandLine(
  commands: readonly Command[],
  args: readonly string[],
  output: Output,
): Promise<number> {
  const isJson = args.includes('--json');
  try {
    const found = find(commands, args);
    const wantsHelp = args.some((word) => word === '--help' || word === '-h');
    if (found === null) {
      const first = args.find((word) => !word.startsWith('-')) ?? null;
      if (first === null || first === 'help') {
        output.out(help(commands));
        return 0;
      }
      const near = commands.filter(({ words }) => words.split(' ')[0] === first).map(({ words }) => words);
      if (near.length > 0 && wantsHelp) {
        output.out(
          near
            .flatMap((words) => commands.filter((one) => one.words === words))
            .map(commandHelp)
            .join('\n\n'),
        );
        return 0;
      }
      throw wrongUsage(near.length > 0 ? `Say which: ${near.join(', ')}.` : `There is no command “${first}”.`);
    }
    if (wantsHelp) {
      output.out(commandHelp(found.command));
      return 0;
    }
    const given = read(found.command, found.rest);
    for (const { name, isRequired } of found.command.options) if (isRequired) given.required(name);
    if (found.command.rest === undefined && given.rest.length > 0) {
      throw wrongUsage(`“${given.rest[0]}” stands alone; this command takes options only.`);
    }
    const said = await found.command.run(given);
    if (said !== null) output.out(isJson ? JSON.stringify(said.json, null, 2) : said.text);
    return said?.exitCode ?? 0;
  } catch (error) {
    const known = failureOf(error) ?? fileFailureOf(error);
    const message = known?.message ?? 'The command failed because of a fault in Clientele.';
    const advice = known === null ? JSON.stringify(errorFacts(error)) : known.advice;
    if (isJson) output.err(JSON.stringify({ error: { message, advice } }, null, 2));
    else output.err(advice === null ? message : `${message}\n${advice}`);
    return known?.exitCode ?? 1;
  }
}
