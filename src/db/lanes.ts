import { postgres, type Sql } from './driver.ts';

/** One statement that reads, behind the wall of an organization. */
export interface Reading {
  organizationId: number;
  text: string;
  parameters: readonly (string | number | null)[];
  /** False for texts that will hardly come again: they would fill the connection's memory. */
  prepare: boolean;
  /** A search may take long: it goes down lanes of its own, so that nobody waits behind it. */
  isSearch?: boolean;
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
  /** Told of every statement, for tests that count them. */
  watch?: (connection: number, text: string) => void;
}

/** Values go as they are: drizzle has written them as Postgres reads them. */
const asItIs = (value: unknown) => value;
const written = [114, 3802, 1082, 1083, 1114, 1115, 1182, 1184, 1185, 1231];

interface Lane {
  sql: Sql;
  waiting: number;
}

/** What the transaction may see and how long it may take, by one prepared statement: cheaper than a row of SET LOCAL. */
const enter = `select set_config('role', 'clientele_app', true), set_config('clientele.organization_id', $1, true),
  set_config('statement_timeout', '5s', true), set_config('lock_timeout', '2s', true)`;

/**
 * Opens lanes. BEGIN, the wall, the statement and COMMIT are queued in one tick on a connection of their own (`max: 1`),
 * so that they travel together. If the wall fails, the transaction is aborted and the statement fails with it: nothing
 * can run under the last caller's organization, which ended with its transaction.
 */
export function openLanes({ url, count = 2, prepare = true, watch }: LaneOptions): Lanes {
  const open = (): Lane => {
    const sql = postgres(url, {
      max: 1,
      prepare,
      fetch_types: false,
      connect_timeout: 3,
      idle_timeout: 60,
      onnotice() {},
      ...(watch && { debug: watch }),
      connection: { application_name: 'clientele lane', TimeZone: 'UTC' },
    });
    Object.assign(sql.options.serializers, Object.fromEntries(written.map((type) => [type, asItIs])));
    return { waiting: 0, sql };
  };
  const short = Array.from({ length: count }, open);
  const searches = Array.from({ length: Math.max(1, count >> 1) }, open);
  const free = (lanes: readonly Lane[]) => lanes.reduce((best, lane) => (lane.waiting < best.waiting ? lane : best));

  async function run({ sql }: Lane, { organizationId, text, parameters, prepare: keep }: Reading) {
    const organization = String(Math.trunc(organizationId));
    const steps = [
      sql.unsafe('begin read only'),
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
        return await run(lane, reading);
      } finally {
        lane.waiting--;
      }
    },
    async close() {
      await Promise.all([...short, ...searches].map(({ sql }) => sql.end({ timeout: 5 })));
    },
  };
}
