import { type Logger, pino } from 'pino';
import type { Env } from './env.ts';

/** Names under which secrets and personal data could reach a log line, at its top or one level below. */
const secrets = new Set([
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
]);

/** Milliseconds that a line may wait for others to be written with it; what is lost then is lost with a killed process alone. */
const waitMs = 200;

/**
 * The log: JSON lines on standard error, so that standard output stays free for what a command prints. Quiet for a
 * demo in a terminal, where the start screen speaks.
 */
export function makeLog(
  env: Pick<Env, 'mode' | 'logLevel'>,
  isTerminal: boolean = process.stderr.isTTY === true,
): Logger {
  const level = env.logLevel ?? (env.mode === 'demo' && isTerminal ? 'warn' : 'info');
  const out = pino.destination({ dest: 2, sync: true, minLength: isTerminal ? 0 : 4_096 });
  // To wait for the disk, as flushSync does, would hold everybody up.
  setInterval(() => out.flush(), waitMs).unref();
  process.on('exit', () => out.flushSync());
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino's own redaction takes five times as long as the rest of the line.
      formatters: { level: (label) => ({ level: label }), log: (facts) => hidden(facts, 1) },
      // A library's error text may quote a statement and its parameters; its code tells what kind it was.
      serializers: { err: errorFacts, error: errorFacts },
      hooks: {
        logMethod(args, write, number) {
          write.apply(this, args);
          if (number >= levels.error) out.flush();
        },
      },
    },
    out,
  );
}

const levels = { error: 50 };

/** The same facts with what stands under a secret's name hidden, so many levels down. */
function hidden(facts: Record<string, unknown>, below: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (secrets.has(name)) shown[name] = '[hidden]';
    else shown[name] = below > 0 && isPlain(value) ? hidden(value, below - 1) : value;
  }
  return shown;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

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
