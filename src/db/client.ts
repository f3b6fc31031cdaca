import { sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { ApiError } from '../errors.ts';
import { postgres, type Sql } from './driver.ts';
import { type Lanes, openLanes } from './lanes.ts';

/** The pool of connections. `sql` is postgres.js itself, for statements that are built once and run prepared. */
export interface Db {
  sql: Sql;
  orm: PostgresJsDatabase;
  /** Where single statements that read go. */
  lanes: Lanes;
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
}

/** Whose rows a transaction sees, and who is named for its changes. */
export interface Actor {
  organizationId: number;
  credentialId?: string;
  dialect?: string;
  requestId?: string;
  /** Checked `traceparent` of the request. */
  traceparent?: string | null | undefined;
}

/** Milliseconds after which a unit of work is given up, whatever the database does. */
export const deadlineMs = 8_000;

/** Opens a pool; no connection is made before the first statement. */
export function openDb({ url, max = 4, prepare = true }: DbOptions): Db {
  const client = postgres(url, {
    max,
    prepare,
    // Types are known; asking for them raises unhandled rejections whenever a connection is reset.
    fetch_types: false,
    connect_timeout: 3,
    idle_timeout: 60,
    onnotice() {},
    connection: { application_name: 'clientele', TimeZone: 'UTC' },
  });
  const lanes = openLanes({
    url,
    count: Math.min(max, 2),
    prepare,
    watch: (connection, text) => {
      const { debug } = client.options;
      if (typeof debug === 'function') debug(connection, text, [], []);
    },
  });
  const close = async () => void (await Promise.all([client.end({ timeout: 5 }), lanes.close()]));
  return { sql: client, orm: drizzle(client), lanes, close };
}

/** Ends a wait that would be endless: the driver itself has no deadline when the database falls silent. */
export async function withDeadline<T>(work: Promise<T>, ms = deadlineMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError('UNAVAILABLE', [], { retryAfter: 1 })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
const limits =
  "SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/** The statements that put a transaction behind the wall: role, organization, limits, and who acts. */
export function wall(actor: Actor, mode: 'read' | 'write'): string {
  // In this statement it costs nothing: it is the only one that is never prepared.
  const trace = actor.traceparent ? ` /*traceparent='${actor.traceparent.replaceAll(/[^0-9a-f-]/g, '')}'*/` : '';
  return [
    mode === 'read' ? 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY' : 'SET TRANSACTION READ WRITE',
    'SET LOCAL ROLE clientele_app',
    `SET LOCAL clientele.organization_id = '${Math.trunc(actor.organizationId)}'`,
    `SET LOCAL clientele.credential_id = ${quoted(actor.credentialId ?? '')}`,
    `SET LOCAL clientele.dialect = ${quoted(actor.dialect ?? '')}`,
    `SET LOCAL clientele.request_id = ${quoted(actor.requestId ?? '')}`,
    limits + trace,
  ].join('; ');
}

/**
 * Runs `work` in one transaction that sees and writes rows of one organization only. A read is one snapshot.
 * The first statement is not waited for: if it fails, the transaction is aborted and nothing after it can run.
 */
export function asOrganization<T>(
  db: Db,
  actor: Actor,
  mode: 'read' | 'write',
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return behind(db, wall(actor, mode), work);
}

/** Runs `work` as clientele_all, which sees every organization: seed, sweepers, the command line. Never a request. */
export function asAll<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.orm.transaction(async (tx) => {
    await tx.execute(sql.raw('SET LOCAL ROLE clientele_all'));
    return await work(tx);
  });
}

function behind<T>(db: Db, first: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withDeadline(
    db.orm.transaction(async (tx) => {
      // `then` sends it, once; a statement of Drizzle's is sent anew each time that somebody waits for it.
      const opened = tx.execute(sql.raw(first)).then(() => undefined);
      opened.catch(() => {});
      const result = await work(tx);
      await opened;
      return result;
    }),
  );
}
