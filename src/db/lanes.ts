import { behindClusterWall, isCluster } from './cluster.ts';
import { behindWall, giveUpSilent, poolOptions, postgres } from './driver.ts';
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
  /** Its `traceparent` stands in the wall, which is then not prepared. */
  trace?: Trace | null | undefined;
}

/** Connections for single statements. Each takes one after the other, without waiting in between. */
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

/** The trace as a comment; nothing but its own characters gets into a statement. */
export const commentOf = (traceparent: string | null | undefined): string =>
  traceparent ? ` /*traceparent='${traceparent.replaceAll(/[^0-9a-f-]/g, '')}'*/` : '';

/** What the statement may see and do, and how long it may take. */
const enter = `select set_config('role', 'clientele_app', true), set_config('clientele.organization_id', $1, true),
  set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '5s', true),
  set_config('lock_timeout', '2s', true)`;

/**
 * Opens lanes. Each statement travels with its wall in one message, as one transaction: nothing can run without a wall or
 * under the last caller's, whichever connection it goes over.
 */
export function openLanes({ url, count = 2, prepare = true, patience = 7_000, watch }: LaneOptions): Lanes {
  const open = (max: number) => {
    const sql = postgres(url, {
      ...poolOptions,
      max,
      prepare,
      connection: { application_name: 'clientele lane', TimeZone: 'UTC' },
    });
    Object.assign(sql.options.serializers, Object.fromEntries(written.map((type) => [type, asItIs])));
    return { sql, stopWatching: giveUpSilent(sql, patience) };
  };
  const short = open(count);
  const searches = open(Math.max(1, count >> 1));

  let inCluster: boolean | undefined;

  async function run({ organizationId, text, parameters, prepare: keep, isSearch, trace }: Reading) {
    const comment = commentOf(trace?.parent);
    const { sql } = isSearch ? searches : short;
    inCluster ??= await isCluster(sql);
    watch?.(text + comment);
    if (inCluster)
      return behindClusterWall(sql, { organizationId, text, parameters, prepare: prepare && keep, comment });
    // A comment makes the wall another text each time: such a one is not kept.
    const wall = {
      text: enter + comment,
      parameters: [String(Math.trunc(organizationId))],
      prepare: prepare && comment === '',
    };
    return behindWall(sql, wall, { text, parameters, prepare: prepare && keep });
  }

  return {
    read: (reading) => watching(reading.trace, { sql: reading.text }, () => run(reading)),
    async close() {
      await Promise.all(
        [short, searches].map(({ sql, stopWatching }) => {
          stopWatching();
          return sql.end({ timeout: 5 });
        }),
      );
    },
  };
}
