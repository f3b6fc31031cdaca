import { giveUpSilent, poolOptions, postgres, type ReservedSql, reserve, type Sql } from './driver.ts';
import { type Trace, watching } from './trace.ts';

/** One statement that reads, behind the wall of an organization. */
export interface Reading {
  organizationId: number;
  text: string;
  parameters: readonly (string | number | null)[];
  /** False for texts that will hardly come again: they would fill the connection's memory. */
  prepare: boolean;
  /** A search may take long: it goes down lanes of its own, so that nobody waits behind it. */
  isSearch?: boolean;
  /** Its `traceparent` stands in the one statement that is never prepared. */
  trace?: Trace | null | undefined;
}

/** Connections for single statements. Each takes one transaction after the other, without waiting in between. */
export interface Lanes {
  /** The rows' values, in the statement's order. Has no deadline of its own. */
  read(reading: Reading): Promise<readonly (string | null)[][]>;
  close(): Promise<void>;
}

export interface LaneOptions {
  url: string;
  /** Connections for short statements; searches have half as many. */
  count?: number;
  prepare?: boolean;
  /** Milliseconds after which a connection that does not answer is given up. */
  patience?: number;
  /** Told of every statement that is read, for tests that count them. The driver's own hook costs a stack trace each. */
  watch?: (text: string) => void;
}

/** Values go as they are: drizzle has written them as Postgres reads them. */
const asItIs = (value: unknown) => value;
const written = [114, 3802, 1082, 1083, 1114, 1115, 1182, 1184, 1185, 1231];

interface Lane {
  sql: Sql;
  /** The lane's one connection, held for as long as it lives: what is queued on it never goes on over the next one. */
  held: Promise<ReservedSql> | null;
  waiting: number;
}

/** The trace as a comment; nothing but its own characters gets into a statement. */
export const commentOf = (traceparent: string | null | undefined): string =>
  traceparent ? ` /*traceparent='${traceparent.replaceAll(/[^0-9a-f-]/g, '')}'*/` : '';

/** What the transaction may see and how long it may take, by one prepared statement: cheaper than a row of SET LOCAL. */
const enter = `select set_config('role', 'clientele_app', true), set_config('clientele.organization_id', $1, true),
  set_config('statement_timeout', '5s', true), set_config('lock_timeout', '2s', true)`;

/**
 * Opens lanes. BEGIN, the wall, the statement and COMMIT are queued in one tick on a connection of their own (`max: 1`),
 * so that they travel together and, when the connection is lost, fail together. If the wall fails, the transaction is
 * aborted and the statement fails with it: nothing can run under the last caller's organization, which ended with its
 * transaction.
 */
export function openLanes({ url, count = 2, prepare = true, patience = 7_000, watch }: LaneOptions): Lanes {
  const watches: (() => void)[] = [];
  const open = (): Lane => {
    const sql = postgres(url, {
      ...poolOptions,
      max: 1,
      prepare,
      connection: { application_name: 'clientele lane', TimeZone: 'UTC' },
    });
    Object.assign(sql.options.serializers, Object.fromEntries(written.map((type) => [type, asItIs])));
    watches.push(giveUpSilent(sql, patience));
    return { waiting: 0, sql, held: null };
  };
  const short = Array.from({ length: count }, open);
  const searches = Array.from({ length: Math.max(1, count >> 1) }, open);
  const free = (lanes: readonly Lane[]) => lanes.reduce((best, lane) => (lane.waiting < best.waiting ? lane : best));

  async function hold(lane: Lane): Promise<ReservedSql> {
    const held = lane.held;
    const sql = await (held ?? take(lane));
    if (!sql.isLost()) return sql;
    // Of several that found it lost, one takes the next.
    return await (lane.held !== null && lane.held !== held ? lane.held : take(lane));
  }

  function take(lane: Lane): Promise<ReservedSql> {
    const taking = reserve(lane.sql);
    lane.held = taking;
    taking.catch(() => {
      if (lane.held === taking) lane.held = null;
    });
    return taking;
  }

  async function run(lane: Lane, { organizationId, text, parameters, prepare: keep, trace }: Reading) {
    const organization = String(Math.trunc(organizationId));
    const sql = await hold(lane);
    watch?.(text + commentOf(trace?.parent));
    const steps = [
      sql.unsafe(`begin read only${commentOf(trace?.parent)}`),
      sql.unsafe(enter, [organization], { prepare }),
      sql.unsafe(text, [...parameters], { prepare: prepare && keep }).values(),
      sql.unsafe('commit'),
    ] as const;
    const [begun, entered, read, ended] = await Promise.allSettled(steps);
    // The first failure is the cause; what follows it only says that the transaction is aborted.
    for (const step of [begun, entered, read, ended]) if (step.status === 'rejected') throw step.reason;
    return read.status === 'fulfilled' ? (read.value as unknown as (string | null)[][]) : [];
  }

  return {
    async read(reading) {
      const lane = free(reading.isSearch ? searches : short);
      lane.waiting++;
      try {
        return await watching(reading.trace, { sql: reading.text }, () => run(lane, reading));
      } finally {
        lane.waiting--;
      }
    },
    async close() {
      for (const stop of watches) stop();
      await Promise.all(
        [...short, ...searches].map(async ({ sql, held }) => {
          const release = async () => (await held)?.release();
          await release().catch(() => {});
          await sql.end({ timeout: 5 });
        }),
      );
    },
  };
}
