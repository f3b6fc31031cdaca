import type { Db } from '../db/client.ts';
import type { Caller } from './caller.ts';
import { take } from './rate.ts';

/** Ten wrong guesses in a client session's life of two hours: what comes back of them in that time is less than one more. */
const misses = { capacity: 10, refillPerSecond: 1 / 8_000 };

/** Counts a client session's wrong guesses in the database, for all processes (contracts, 5.9.10). Others may guess freely. */
export function openGuesses(db: Db): {
  take(caller: Caller): Promise<boolean>;
  giveBack(caller: Caller): Promise<void>;
} {
  const change = (id: string, cost: number) => take(db, `misses:${id}`, misses, cost);
  return {
    take: async ({ clientSession }) => clientSession === null || (await change(clientSession.id, 1)).allowed,
    async giveBack({ clientSession }) {
      if (clientSession !== null) await change(clientSession.id, -1);
    },
  };
}
