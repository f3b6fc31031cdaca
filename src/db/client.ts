import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js/session';
import { ApiError } from '../errors.ts';
import { isCluster } from './cluster.ts';
import {
  abandon,
  beginWith,
  giveUpSilent,
  isCut,
  poolOptions,
  postgres,
  prepareWhere,
  type Sql,
  type Statement,
  type TransactionSql,
} from './driver.ts';
import { readJsonb } from './jsonb.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { connectionOf, nameOrganization } from './own.ts';
import { openPrepared } from './prepared.ts';
import { openSeats, type Seats } from './seats.ts';
import { commit, type Watch, watchStatements } from './trace.ts';
import { type Actor, walled } from './wall.ts';

/** The pool of connections. `sql` is postgres.js itself, for statements that are built once and run prepared. */
export interface Db {
  sql: Sql;
  orm: PostgresJsDatabase;
  /** A transaction that begins with these statements in one message; `work` is told the values of the last one's row. */
  begin<T>(
    statements: readonly Statement[],
    work: (tx: Tx, told: readonly (string | null)[]) => Promise<T>,
  ): Promise<T>;
  /** Whether the database is the coordinator of a cluster: asked once. */
  inCluster(): Promise<boolean>;
  /** Where single statements go. */
  lanes: Lanes;
  /** Transactions that may be open at once, one for each connection of the pool. */
  seats: Seats;
  close(): Promise<void>;
}

/** One open transaction under row security. */
export type Tx = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0];

export interface DbOptions {
  url: string;
  /** Connections in the pool. */
  max?: number;
  /** False behind a pooler that hands out connections per transaction. */
  prepare?: boolean;
  /** For commands whose statements may take minutes: a connection that is silent for long is not given up. */
  isPatient?: boolean;
}

/** Milliseconds after which a unit of work is given up, whatever the database does. */
export const deadlineMs = 8_000;
/** Milliseconds for which a COMMIT that was sent in time is waited for: what the database says of it is the truth. */
export const commitMs = 2_000;

/** Milliseconds after which a silent connection is given up: a statement may take 5 seconds. */
const silenceMs = 7_000;
/** Who may wait for a connection, and how long, before being told to come again. */
export const waiting = { line: 200, ms: 5_000 };

/** Opens a pool; no connection is made before the first statement. */
export function openDb({ url, max = 4, prepare = true, isPatient = false }: DbOptions): Db {
  const client = postgres(url, {
    ...poolOptions,
    max,
    prepare,
    connection: { application_name: 'clientele', TimeZone: 'UTC' },
  });
  prepareWhere(client, openPrepared());
  Object.assign(client.options.parsers, { 3802: readJsonb });
  const stopWatching = isPatient ? () => {} : giveUpSilent(client, silenceMs);
  let asked: Promise<boolean> | undefined;
  const inCluster = () => {
    asked ??= isCluster(client).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
  const lanes = openLanes({
    url,
    count: Math.min(max, 2),
    prepare,
    inCluster,
    patience: silenceMs,
    watch: (text) => {
      const { debug } = client.options;
      if (typeof debug === 'function') debug(0, text, [], []);
    },
  });
  const close = async () => {
    await Promise.all([client.end({ timeout: 5 }), lanes.close()]);
    stopWatching();
  };
  const begin: Db['begin'] = (statements, work) =>
    beginWith(client, statements, (sql, [told]) => work(transactionOn(sql), told ?? []));
  const seats = openSeats(max, waiting.line);
  return { sql: client, orm: drizzle(client), begin, inCluster, lanes, seats, close };
}

/** Ends a wait that would be endless: the driver itself has no deadline when the database falls silent. */
export async function withDeadline<T>(work: Promise<T>, ms = deadlineMs, onLate?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ApiError('UNAVAILABLE', [], { retryAfter: 1 }));
      onLate?.();
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

/**
 * Runs `work` in one transaction that sees and writes rows of one organization only. A read is one snapshot. The transaction begins
 * behind its wall, in one message; `asks` is a question that travels along, whose answer is `told`.
 */
export async function asOrganization<T>(
  db: Db,
  actor: Actor,
  mode: 'read' | 'write',
  work: (tx: Tx, told: readonly (string | null)[]) => Promise<T>,
  asks?: Statement,
): Promise<T> {
  const opening = walled(actor, mode, await db.inCluster());
  return await behind(db, asks ? [...opening, asks] : opening, actor, work);
}

/** Runs `work` as clientele_all, which sees every organization: seed, sweepers, the command line. Never a request. */
export function asAll<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.orm.transaction(async (tx) => {
    await tx.execute(sql.raw("SET LOCAL ROLE clientele_all; SET LOCAL clientele.organization_id = '0'"));
    return await work(tx);
  });
}

/**
 * One transaction, with a deadline that counts from here, or is the caller's own. After it the connection is given up, and the
 * transaction with it: what is told as not done is not done later, and no connection stays behind.
 */
async function behind<T>(
  db: Db,
  opening: readonly Statement[],
  { organizationId, endsAt = Number.POSITIVE_INFINITY, trace }: Actor,
  work: (tx: Tx, told: readonly (string | null)[]) => Promise<T>,
): Promise<T> {
  const end = Math.min(performance.now() + deadlineMs, endsAt);
  let isLate = false;
  let giveUp = () => {};
  const leave = await db.seats.take(waiting.ms);
  let hasBegun = false;
  let isEnding = false;
  let committed: ReturnType<Watch> = () => {};
  const inTime = () => {
    if (isLate || performance.now() >= end) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
  };
  const transaction = () =>
    db.begin(opening, async (tx, told) => {
      hasBegun = true;
      // Its turn may come after the deadline: nobody waits any more.
      inTime();
      giveUp = () => abandon(connectionOf(tx));
      if (trace?.watch) watchStatements(connectionOf(tx), trace.watch);
      nameOrganization(tx, organizationId);
      const result = await work(tx, told);
      inTime();
      isEnding = true;
      committed = trace?.watch?.({ sql: commit }) ?? committed;
      return result;
    });
  // A connection that was cut while it lay idle shows it at the first use: nothing was done yet, another one serves.
  const again = (error: unknown) => {
    if (hasBegun || isLate || !isCut(error)) throw error;
    return transaction();
  };
  const running = transaction().catch(again).finally(leave);
  if (trace?.watch) running.then(() => committed(), committed);
  const late = () => {
    if (isEnding) return;
    isLate = true;
    giveUp();
    leave();
  };
  return await withDeadline(running, end - performance.now(), late).catch((error: unknown) => {
    if (!isEnding) throw error;
    return withDeadline(running, commitMs, giveUp);
  });
}

const dialect = new PgDialect();

/** Drizzle's side of a transaction that the driver has begun. */
export function transactionOn(sql: Pick<TransactionSql, 'unsafe'>): Tx {
  return new PostgresJsTransaction(dialect, new PostgresJsSession(sql as never, dialect, undefined), undefined) as Tx;
}
