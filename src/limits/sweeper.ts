import { sql } from 'drizzle-orm';
import { sweepExpired } from '../auth/state.ts';
import { asAll, type Db } from '../db/client.ts';
import { sweepAnswers } from '../db/idempotency.ts';

/** Any number, the same in every process: who holds it sweeps, the others pass by. */
const lock = 7_236_114;
const everyMs = 5 * 60_000;

/** Deletes what has expired, unless another process is at it. Returns how many rows went. */
export function sweep(db: Db): Promise<number> {
  return asAll(db, async (tx) => {
    const [row] = await tx.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${lock}) as mine`);
    return row?.mine ? (await sweepExpired(tx)) + (await sweepAnswers(tx)) : 0;
  });
}

/** Sweeps now and then until it is stopped; keeps no process alive. A sweep that fails is tried again the next time. */
export function openSweeper(db: Db, log: { error(fields: object, message: string): void }): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = sweep(db).catch((error: unknown) => log.error({ err: error }, 'the sweeper failed'));
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
