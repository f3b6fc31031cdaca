import { processEnv, wantsColor } from '../env.ts';
import { failure } from '../failure.ts';
import { makeLog } from '../log.ts';
import { isWorker, superviseWorkers, workerCount } from '../start/workers.ts';
import type { Command } from './command.ts';

/** `start`: the server, until a signal ends it. */
export const start: Command = {
  words: 'start',
  summary: 'Start the server, with demo data when there is no DATABASE_URL.',
  options: [
    {
      name: 'workers',
      value: '<number|auto>',
      description: 'Processes that share the port; auto: one a core. They need DATABASE_URL.',
    },
  ],
  run: async (given) => {
    const env = processEnv();
    const count = workerCount(given.text('workers'));
    if (count > 1 && !isWorker()) {
      if (env.databaseUrl === null)
        throw failure('Several workers cannot share the database that comes with Clientele.', 'Set DATABASE_URL.', 2);
      const exitCode = await superviseWorkers(count, makeLog(env));
      if (exitCode !== 0) throw failure('A worker stopped because of a fault.', 'The log tells more.');
      return null;
    }
    const { serve } = await import('../start/serve.ts');
    const exitCode = await serve(env, makeLog(env), {
      show: (text) => process.stdout.write(`${text}\n`),
      say: (line) => process.stderr.write(`${line}\n`),
      inColor: wantsColor(),
    });
    if (exitCode !== 0) throw failure('The server stopped because of a fault.', 'The log tells more.');
    return null;
  },
};
