import { processEnv, wantsColor } from '../env.ts';
import { failure } from '../failure.ts';
import { makeLog } from '../log.ts';
import type { Command } from './command.ts';

/** `start`: the server, until a signal ends it. */
export const start: Command = {
  words: 'start',
  summary: 'Start the server (npm start does so too, compiled).',
  options: [],
  run: async () => {
    const { serve } = await import('../start.ts');
    const env = processEnv();
    const exitCode = await serve(env, makeLog(env), {
      show: (text) => process.stdout.write(`${text}\n`),
      say: (line) => process.stderr.write(`${line}\n`),
      inColor: wantsColor(),
    });
    if (exitCode !== 0) throw failure('The server stopped because of a fault.', 'The log tells more.');
    return null;
  },
};
