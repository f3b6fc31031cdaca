import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import { type Db, withDeadline } from '../db/client.ts';
import { ApiError, fault } from '../errors.ts';
import { openNotes } from '../notes.ts';
import { openTurns } from '../turns.ts';
import { type Cost, openCost } from './cost.ts';
import { openRates, type Quota, type Verdict } from './rates.ts';

/** How much each may; all of it holds for all processes together but the turns, which each process has for itself. */
export interface Limits {
  /** Points a second of a credential; an organization has twice as many. A minute's worth may be used at once. */
  pointsPerSecond: number;
  /** Values a minute by which a credential looks people up; an organization has twice as many. */
  lookupsPerMinute: number;
  /** Operations at once in this process; one organization has three quarters of them. */
  running: number;
}

/** What a caller reads of an operation's cost in `extensions.cost`. */
export interface ToldCost {
  /** Points that the operation costs. */
  requested: number;
  /** Points that one operation may cost. */
  limit: number;
  /** Points that the credential has left. */
  remaining: number;
  /** Points that come back each second. */
  restoreRate: number;
}

/** One operation at the gate. */
export interface Passing {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables: Readonly<Record<string, unknown>>;
}

/** Records that one operation of a caller's own making may ask for. */
export const objectLimit = 10_000;
/** Operations of one organization that may wait in a process. */
export const waitingLimit = 200;

export interface Gate {
  /**
   * A request of a caller's: one point. RATE_LIMITED with the seconds to wait. `dialect` may have a limit of its own. `begun` is
   * when its credential came, by `performance.now()`: what has passed since is taken from the request's time.
   */
  arrive(caller: Caller, dialect: string, begun?: number): Promise<void>;
  /** Refuses what asks for too much at once (QUERY_TOO_COMPLEX): for documents that are not ours. */
  check(passing: Passing): void;
  /**
   * Runs an operation in its organization's turn, when what it costs was there. RATE_LIMITED; UNAVAILABLE when the time is over
   * before its turn. Once begun it is waited for: `work` is told when it must have ended, by `performance.now()`.
   */
  run<T>(caller: Caller, passing: Passing, work: (endsAt: number) => Promise<T>): Promise<T>;
  /** What the caller's buckets said last, the scarcest last. */
  verdicts(caller: Caller): readonly Verdict[];
  /** Values by which the caller's operation looks people up. */
  lookups(caller: Caller): number;
  /** The cost of what the caller runs; null before it ran. */
  cost(caller: Caller): ToldCost | null;
  turns(): { running: number; waiting: number };
}

interface Account {
  verdicts: Map<string, Verdict>;
  cost: Cost | null;
  /** Milliseconds that believing the credential took. */
  spentMs: number;
}

/** Milliseconds within which a request is answered one way or the other, without the time that its body took to come. */
export const requestMs = 9_000;

const quota = (name: string, seconds: number, capacity: number): Quota => ({
  name,
  seconds,
  capacity,
  refillPerSecond: capacity / seconds,
});

/** Connect's documented limits, per client (contracts, 3.1); every answer tells of the first. */
export const connectQuotas = [quota('connect-minute', 60, 2_000), quota('connect-second', 1, 100)];

/** Opens the gate that every operation passes. What a request used is kept under its caller, which is made anew for each request. */
export function openGate({ db, schema, limits }: { db: Db; schema: GraphQLSchema; limits: Limits }): Gate {
  const rates = openRates(db);
  const price = openCost(schema);
  const accounts = openNotes<Caller, Account>();
  const perMinute = limits.pointsPerSecond * 60;
  const quotas = {
    organization: quota('organization', 60, perMinute * 2),
    credential: quota('credential', 60, perMinute),
    organizationLookups: quota('organization-lookups', 60, limits.lookupsPerMinute * 2),
    lookups: quota('lookups', 60, limits.lookupsPerMinute),
  };
  const running = Math.max(2, limits.running);
  const turns = openTurns({ running, runningEach: Math.ceil(running * 0.75), waitingEach: waitingLimit });

  function accountOf(caller: Caller): Account {
    const known = accounts.of(caller);
    if (known) return known;
    const account: Account = { verdicts: new Map(), cost: null, spentMs: 0 };
    accounts.write(caller, account);
    return account;
  }

  /** Takes from all of these buckets or from none. */
  function pay(caller: Caller, bills: readonly { key: string; quota: Quota; cost: number }[]): void | Promise<void> {
    const { verdicts } = accountOf(caller);
    const paid: { key: string; cost: number }[] = [];
    const settle = ({ key, cost }: (typeof bills)[number], verdict: Verdict) => {
      verdicts.set(verdict.quota.name, verdict);
      if (verdict.allowed) return void paid.push({ key, cost });
      for (const one of paid) rates.giveBack(one.key, one.cost);
      throw new ApiError('RATE_LIMITED', [], { retryAfter: verdict.retryAfter });
    };
    for (const [at, bill] of bills.entries()) {
      const verdict = rates.take(bill.key, bill.quota, bill.cost);
      if (verdict instanceof Promise) return slowly(bills.slice(at + 1), bill, verdict, settle);
      settle(bill, verdict);
    }
  }

  async function slowly<Bill extends { key: string; quota: Quota; cost: number }>(
    rest: readonly Bill[],
    first: Bill,
    verdict: Promise<Verdict>,
    settle: (bill: Bill, verdict: Verdict) => void,
  ): Promise<void> {
    settle(first, await verdict);
    for (const bill of rest) settle(bill, await rates.take(bill.key, bill.quota, bill.cost));
  }

  const keysOf = ({ organizationId, credentialId }: Caller) => ({
    organization: `organization:${organizationId}`,
    credential: `credential:${organizationId}:${credentialId}`,
  });

  return {
    async arrive(caller, dialect, begun = performance.now()) {
      const { organization, credential } = keysOf(caller);
      const own = dialect === 'connect' ? connectQuotas : [];
      const paying = pay(caller, [
        ...own.map((one) => ({ key: `${one.name}:${credential}`, quota: one, cost: 1 })),
        { key: organization, quota: quotas.organization, cost: 1 },
        { key: credential, quota: quotas.credential, cost: 1 },
      ]);
      if (paying) await withDeadline(paying, requestMs - (performance.now() - begun));
      accountOf(caller).spentMs = performance.now() - begun;
    },
    check({ document, operationName, variables }) {
      const { objects, lookups } = price(document, operationName, variables);
      if (lookups > quotas.lookups.capacity) {
        const message = `looks up ${lookups} values: at most ${quotas.lookups.capacity} a minute. Ask for some at a time.`;
        throw new ApiError('QUERY_TOO_COMPLEX', [fault('QUERY_TOO_COMPLEX', ['query'], message)]);
      }
      if (objects <= objectLimit) return;
      const message = `asks for up to ${objects} records: at most ${objectLimit}. Ask for shorter pages (first, last) or fewer lists.`;
      throw new ApiError('QUERY_TOO_COMPLEX', [fault('QUERY_TOO_COMPLEX', ['query'], message)]);
    },
    async run(caller, { document, operationName, variables }, work) {
      const cost = price(document, operationName, variables);
      accountOf(caller).cost = cost;
      const { organization, credential } = keysOf(caller);
      const bills: { key: string; quota: Quota; cost: number }[] = [];
      // The first point was paid on arrival.
      if (cost.points > 1) {
        bills.push({ key: organization, quota: quotas.organization, cost: cost.points - 1 });
        bills.push({ key: credential, quota: quotas.credential, cost: cost.points - 1 });
      }
      if (cost.lookups > 0) {
        bills.push({ key: `lookups:${organization}`, quota: quotas.organizationLookups, cost: cost.lookups });
        bills.push({ key: `lookups:${credential}`, quota: quotas.lookups, cost: cost.lookups });
      }
      const endsAt = performance.now() + requestMs - accountOf(caller).spentMs;
      let isLate = false;
      let hasBegun = false;
      const pass = async () => {
        const paying = bills.length > 0 ? pay(caller, bills) : undefined;
        if (paying) await paying;
        const turn = turns.take(caller.organizationId);
        const leave = turn instanceof Promise ? await turn : turn;
        try {
          if (isLate) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
          hasBegun = true;
          return await work(endsAt);
        } finally {
          leave();
        }
      };
      const passed = pass();
      // Nothing was waited for.
      if (hasBegun) return await passed;
      const late = () => {
        isLate = true;
      };
      return await withDeadline(passed, endsAt - performance.now(), late).catch((error: unknown) => {
        if (!hasBegun) throw error;
        return passed;
      });
    },
    verdicts(caller) {
      const told = [...(accounts.of(caller)?.verdicts.values() ?? [])];
      const share = ({ remaining, quota: { capacity } }: Verdict) => remaining / capacity;
      return told.sort((a, b) => share(b) - share(a));
    },
    lookups: (caller) => accounts.of(caller)?.cost?.lookups ?? 0,
    cost(caller) {
      const account = accounts.of(caller);
      if (!account?.cost) return null;
      return {
        requested: account.cost.points,
        limit: objectLimit / 100,
        remaining: account.verdicts.get('credential')?.remaining ?? perMinute,
        restoreRate: limits.pointsPerSecond,
      };
    },
    turns: turns.state,
  };
}
