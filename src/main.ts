import { processEnv, wantsColor } from './env.ts';
import { failureOf } from './failure.ts';
import { makeLog } from './log.ts';
import { serve } from './start/serve.ts';

// `npm start`. Exit codes: 0 stopped by a signal, 1 failed, 2 the environment is wrong.

const say = (line: string) => process.stderr.write(`${line}\n`);

// A statement's error may quote its parameters; at the start of a server anything else is the program's own words.
const reasonOf = (error: unknown) =>
  error instanceof Error && !('query' in error) && !('severity' in error) ? error.message : 'an error of the database';

async function main(): Promise<number> {
  try {
    const env = processEnv();
    const log = makeLog(env);
    try {
      return await serve(env, log, { show: (text) => process.stdout.write(`${text}\n`), say, inColor: wantsColor() });
    } catch (error) {
      if (failureOf(error) === null) log.fatal({ err: error, reason: reasonOf(error) }, 'Clientele could not start');
      throw error;
    }
  } catch (error) {
    const known = failureOf(error);
    say(
      known === null
        ? 'Clientele could not start because of a fault in it; the log line above tells more.'
        : known.message,
    );
    if (known !== null && known.advice !== null) say(known.advice);
    return known?.exitCode ?? 1;
  }
}

process.exit(await main());
