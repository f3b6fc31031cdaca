import { type Logger, pino } from 'pino';
import type { Env } from './env.ts';

/** Names under which secrets and personal data could reach a log line, at its top or one level below. */
const secrets = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'apiKey',
  'key',
  'token',
  'url',
  'parameters',
  'params',
  'args',
  'variables',
  'body',
  'nationalNumber',
  'email',
  'phone',
];

/**
 * The log: JSON lines on standard error, so that standard output stays free for what a command prints. Quiet for a
 * demo in a terminal, where the start screen speaks.
 */
export function makeLog(
  env: Pick<Env, 'mode' | 'logLevel'>,
  isTerminal: boolean = process.stderr.isTTY === true,
): Logger {
  const level = env.logLevel ?? (env.mode === 'demo' && isTerminal ? 'warn' : 'info');
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
      // A library's error text may quote a statement and its parameters; its code tells what kind it was.
      serializers: { err: errorFacts, error: errorFacts },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** What may be logged of an error: its kind, its code, its stack without the message. */
export function errorFacts(error: unknown): { name: string; code: string | null; at: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, code: null, at: [] };
  const inner = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : null;
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .map((line) => line.trim());
  return { name: error.name, code, at };
}
