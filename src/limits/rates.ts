import { LRUCache } from 'lru-cache';
import { type Bucket, type Taken, take } from '../auth/rate.ts';
import type { Db } from '../db/client.ts';

/** A bucket and the name that callers are told. */
export interface Quota extends Bucket {
  name: string;
  /** In which it fills: told beside the capacity. */
  seconds: number;
}

/** What a bucket said of one request. */
export interface Verdict extends Taken {
  quota: Quota;
}

/** Tokens that this process has taken from a bucket ahead of need. */
interface Lease {
  left: number;
  asking: Promise<void> | null;
  /** As the database said last. */
  last: Taken;
  /** Until when, by `performance.now()`, so many are not asked for again. */
  refusedUntil: number;
  refusedCost: number;
}

/** A lease is forgotten after so long: what is left of it comes back by the bucket's own filling. */
const leaseMs = 30_000;

/**
 * How many tokens are taken at once: a twentieth of the bucket, at most a thousand. A process sits on one and a half such blocks at most, so
 * a caller who is served by several processes may be refused that much too early for each of the others, and never too late: the
 * bucket itself is the database's, and gives no token twice.
 */
const blockOf = ({ capacity }: Bucket) => Math.max(1, Math.min(1_000, Math.floor(capacity / 20)));

export interface Rates {
  /** Takes `cost` tokens: at once from the lease as a rule, else after asking the database. UNAVAILABLE when that is away. */
  take(key: string, quota: Quota, cost: number): Verdict | Promise<Verdict>;
  /** Gives back to this process's lease what was taken a moment ago. */
  giveBack(key: string, cost: number): void;
}

/** Token buckets that all processes share through the database, without a round trip for each request. */
export function openRates(db: Db): Rates {
  const leases = new LRUCache<string, Lease>({ max: 20_000, ttl: leaseMs });

  function leaseOf(key: string, quota: Quota): Lease {
    const known = leases.get(key);
    if (known) return known;
    const last = { allowed: true, remaining: quota.capacity, retryAfter: 0, resetAfter: 0 };
    const fresh: Lease = { left: 0, asking: null, last, refusedUntil: 0, refusedCost: 0 };
    leases.set(key, fresh);
    return fresh;
  }

  /** Takes a block, or what is there of it when that is enough; notes a refusal otherwise. */
  async function ask(lease: Lease, key: string, quota: Quota, need: number): Promise<void> {
    const block = Math.max(need, blockOf(quota));
    let given = block;
    let taken = await take(db, key, quota, block);
    if (!taken.allowed && taken.remaining >= need && block > need) {
      given = Math.max(need, Math.min(block, Math.floor(taken.remaining / 2)));
      taken = await take(db, key, quota, given);
    }
    lease.last = taken;
    if (taken.allowed) {
      lease.left += given;
      return;
    }
    const missing = need - taken.remaining;
    const wait = Math.max(0.05, missing / quota.refillPerSecond);
    lease.last = { ...taken, retryAfter: Math.ceil(wait) };
    lease.refusedCost = need;
    lease.refusedUntil = performance.now() + Math.min(1, wait) * 1_000;
  }

  function askOnce(lease: Lease, key: string, quota: Quota, need: number): Promise<void> {
    lease.asking ??= ask(lease, key, quota, need).finally(() => {
      lease.asking = null;
    });
    return lease.asking;
  }

  function verdict(lease: Lease, quota: Quota, allowed: boolean): Verdict {
    const { remaining, retryAfter, resetAfter } = lease.last;
    return {
      quota,
      allowed,
      remaining: Math.min(quota.capacity, remaining + lease.left),
      retryAfter: allowed ? 0 : Math.max(1, retryAfter),
      resetAfter,
    };
  }

  function fromLease(lease: Lease, key: string, quota: Quota, cost: number): Verdict | null {
    if (lease.left >= cost) {
      lease.left -= cost;
      // The next block is fetched while this one lasts.
      if (lease.left * 2 < blockOf(quota) && performance.now() >= lease.refusedUntil) {
        askOnce(lease, key, quota, 1).catch(() => {});
      }
      return verdict(lease, quota, true);
    }
    return cost >= lease.refusedCost && performance.now() < lease.refusedUntil ? verdict(lease, quota, false) : null;
  }

  async function wait(lease: Lease, key: string, quota: Quota, cost: number): Promise<Verdict> {
    for (;;) {
      await askOnce(lease, key, quota, cost - lease.left);
      const answer = fromLease(lease, key, quota, cost);
      if (answer) return answer;
    }
  }

  return {
    take(key, quota, asked) {
      // What costs more than the bucket holds would never be given.
      const cost = Math.min(asked, quota.capacity);
      const lease = leaseOf(key, quota);
      return fromLease(lease, key, quota, cost) ?? wait(lease, key, quota, cost);
    },
    giveBack(key, cost) {
      const lease = leases.get(key);
      if (lease) lease.left += cost;
    },
  };
}
