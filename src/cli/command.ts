import { failure } from '../failure.ts';

/** One option of a command: `--name <value>`, or `--name` alone when `value` is null. */
export interface Option {
  name: string;
  /** What stands after it in the help, such as `<text>`; null for a switch. */
  value: string | null;
  description: string;
  isRequired?: boolean;
  /** One line of so many characters at most; any text when absent. */
  most?: number;
}

/** What was given on the command line, as typed. */
export interface Given {
  text(name: string): string | null;
  /** Throws a failure of usage when absent. */
  required(name: string): string;
  isOn(name: string): boolean;
  /** What stood on the command line without a name. */
  rest: readonly string[];
}

/** What a command has to say: to people, and to scripts. */
export interface Said {
  text: string;
  json: unknown;
  /** 0 unless said: what was asked was done, and found something wrong. */
  exitCode?: number;
}

/** A command of `clientele`. `run` returns null when it has printed for itself. Throws failures. */
export interface Command {
  /** One or two words: `keys create`. */
  words: string;
  summary: string;
  options: readonly Option[];
  /** What stands without a name, such as `<file>`. */
  rest?: string;
  /** Command lines without `clientele`. */
  examples?: readonly string[];
  run(given: Given): Promise<Said | null>;
}

/** Wrong usage: exit code 2. */
export const wrongUsage = (message: string) => failure(message, 'See the same command with --help.', 2);

/** Columns of words, each as wide as its widest. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((word, at) => word.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
