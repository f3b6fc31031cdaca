import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { failure } from '../failure.ts';
import { addUpMetrics } from '../server/metrics-together.ts';
import { untilSignal } from './life.ts';

/** A worker that ended is replaced after this; one that cannot start would otherwise be made without end. */
const pauseMs = 1_000;
const mostWorkers = 256;

/** How many processes `--workers` asks for: a number, or `auto` for one a core. Throws a failure. */
export function workerCount(text: string | null): number {
  if (text === null) return 1;
  if (text === 'auto') return availableParallelism();
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > mostWorkers)
    throw failure(`--workers ${text} is no number of processes.`, `Write 1 to ${mostWorkers}, or auto.`, 2);
  return count;
}

export const isWorker = () => cluster.isWorker;

/**
 * Keeps so many processes of this same command, which share its port; a worker that ends is replaced. After a signal all
 * of them finish what has begun. Resolves to the exit code: 1 when a worker had to be killed or ended in a fault then.
 */
export async function superviseWorkers(count: number, log: Logger): Promise<0 | 1> {
  let isStopping = false;
  let worst: 0 | 1 = 0;
  let hasServed = false;
  let giveUp = (_code: 1) => {};
  const failed = new Promise<1>((resolve) => {
    giveUp = resolve;
  });
  let missing = 0;
  cluster.on('listening', () => {
    hasServed = true;
    for (; missing > 0; missing--) fork();
  });
  const live = new Set<number>();
  const gone = new Set<() => void>();
  addUpMetrics();
  cluster.setupPrimary({ args: process.argv.slice(2) });
  const fork = () => {
    const worker = cluster.fork();
    live.add(worker.id);
    worker.once('exit', async (code) => {
      live.delete(worker.id);
      if (isStopping) {
        if (code !== 0) worst = 1;
        if (live.size === 0) for (const tell of gone) tell();
        return;
      }
      // What none of them could do when they started, no other will: they have said why.
      if (!hasServed && code !== 0) {
        missing++;
        if (live.size === 0) giveUp(1);
        return;
      }
      log.error({ worker: worker.id, code }, 'a worker ended; another takes its place');
      await sleep(pauseMs);
      if (!isStopping) fork();
    });
  };
  for (let i = 0; i < count; i++) fork();
  const life = untilSignal(async () => {
    isStopping = true;
    if (live.size === 0) return;
    const all = new Promise<void>((resolve) => gone.add(resolve));
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    await all;
  }, log);
  const stopped = await Promise.race([life, failed]);
  return stopped === 1 ? 1 : worst;
}
