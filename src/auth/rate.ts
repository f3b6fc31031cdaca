import type { Db } from '../db/client.ts';
import { ask } from './store.ts';

/** How many at once, and how many more a second. */
export interface Bucket {
  capacity: number;
  refillPerSecond: number;
}

/** What a bucket said. */
export interface Taken {
  allowed: boolean;
  /** Whole tokens that are left. */
  remaining: number;
  /** Seconds until what was asked for can be had; 0 when it was given. */
  retryAfter: number;
  /** Seconds until the bucket is full again. */
  resetAfter: number;
}

/**
 * Takes `cost` tokens from a bucket that all processes share, by the database's clock; a cost below zero gives back, 0 only looks.
 * Never inside a request's transaction: other takers would wait for its end, and a rollback would undo it.
 */
export function take(db: Db, key: string, { capacity, refillPerSecond }: Bucket, cost = 1): Promise<Taken> {
  return ask(db, (sql) => sql`select clientele_take(${key}, ${capacity}, ${refillPerSecond}, ${cost}) as value`);
}
