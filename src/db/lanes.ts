import { ApiError } from '../errors.ts';
import { openTurns } from '../turns.ts';
import { behindClusterWall } from './cluster.ts';
import { behindWall, giveUpSilent, poolOptions, postgres, type Sql, type Statement } from './driver.ts';
import { openPrepared } from './prepared.ts';
import { commentOf, type Trace, watching } from './trace.ts';
import { asApp } from './wall.ts';

/** How a statement finds its rows. */
export interface Way {
  /** A search may take long: it goes down lanes of its own, so that nobody waits behind it. */
  isSearch?: boolean;
  /** When PostgreSQL thinks of it: once, where pages of all that there is are shown; anew each time, where values decide. */
  thought?: 'once' | 'anew';
}

/** One statement that reads, behind the wall of an organization. */
export interface Reading extends Statement, Way {
  organizationId: number;
  /** When nobody waits for it any more, by `performance.now()`: a search whose turn comes later is not sent. */
  endsAt?: number | undefined;
  /** Its `traceparent` stands in the wall, which is then not prepared. */
  trace?: Trace | null | undefined;
}

/** Connections for single statements. Each takes one after the other, without waiting in between. */
export interface Lanes {
  /** The rows' values, in the statement's order: the caller's own. UNAVAILABLE when too many searches wait, or one waited too long. */
  read(reading: Reading): Promise<(string | null)[][]>;
  /** The same for a short statement of no organization: for what is asked before anybody is believed. */
  ask(statement: Statement): Promise<readonly (string | null)[][]>;
  /** The same for one that changes something, behind its wall: it is a transaction by itself. */
  write(wall: readonly Statement[], statement: Statement): Promise<readonly (string | null)[][]>;
  close(): Promise<void>;
}

export interface LaneOptions {
  url: string;
  /** Connections for short statements, as many for changes, and two more for searches. */
  count?: number;
  prepare?: boolean;
  inCluster?: () => Promise<boolean>;
  /** Milliseconds after which a connection that does not answer is given up. */
  patience?: number;
  /** Told of every statement that is read, for tests that count them. The driver's own hook costs a stack trace each. */
  watch?: (text: string) => void;
}

/** Milliseconds for which a lane may be silent before the next one is taken. */
const silence = 5;
/** Statements that may be under way on a lane. */
const mostUnderWay = 50;

/** Searches of one organization that may wait. */
const mostWaiting = 200;

/** One connection, and what is under way on it. */
interface Lane {
  sql: Sql;
  underWay: number;
  /** When it began to be used or answered last, by `performance.now()`. */
  heard: number;
  stopWatching(): void;
}

/**
 * The lane for the next statement: the first one that gets on, as statements that leave together go in one message. One that lies behind
 * a slow statement is passed by.
 */
const choose = (lanes: readonly Lane[]): Lane => gettingOn(lanes)[0] ?? freest(lanes);

function gettingOn(lanes: readonly Lane[]): Lane[] {
  const now = performance.now();
  return lanes.filter(({ underWay, heard }) => underWay === 0 || (underWay < mostUnderWay && now - heard < silence));
}

/** The lane with the fewest statements: for searches and changes, which take longer than their messages. */
const freest = (lanes: readonly Lane[]): Lane =>
  lanes.reduce((least, lane) => (lane.underWay < least.underWay ? lane : least));

/** The freest of those that get on: a lane whose change waits for somebody else’s to end is passed by. */
function passing(lanes: readonly Lane[]): Lane {
  const free = gettingOn(lanes);
  return freest(free.length > 0 ? free : lanes);
}

async function on<T>(lane: Lane, statement: (sql: Sql) => Promise<T>): Promise<T> {
  if (lane.underWay === 0) lane.heard = performance.now();
  lane.underWay++;
  try {
    return await statement(lane.sql);
  } finally {
    lane.underWay--;
    lane.heard = performance.now();
  }
}

/** Values go as they are: drizzle has written them as Postgres reads them. */
const asItIs = (value: unknown) => value;
const written = [114, 3802, 1082, 1083, 1114, 1115, 1182, 1184, 1185, 1231];

/** What the statement may see and do, and how long it may take. */
const enter = `select set_config('role', 'clientele_app', true), set_config('clientele.organization_id', $1, true),
  set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '5s', true),
  set_config('lock_timeout', '2s', true)`;
const entering = {
  // Along an index in the order that is asked for: a page may be one of many, and a bitmap is made of all of them.
  once: `${enter}, set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_bitmapscan', 'off', true)`,
  anew: `${enter}, set_config('plan_cache_mode', 'force_custom_plan', true)`,
};

/**
 * Opens lanes. Each statement travels with its wall in one message, as one transaction: nothing can run without a wall or
 * under the last caller's, whichever connection it goes over.
 */
export function openLanes({ url, count = 2, prepare = true, patience = 7_000, inCluster, watch }: LaneOptions): Lanes {
  const open = (): Lane => {
    const sql = postgres(url, {
      ...poolOptions,
      max: 1,
      prepare,
      connection: { application_name: 'clientele lane', TimeZone: 'UTC' },
    });
    Object.assign(sql.options.serializers, Object.fromEntries(written.map((type) => [type, asItIs])));
    return { sql, underWay: 0, heard: 0, stopWatching: giveUpSilent(sql, patience) };
  };
  const several = (lanes = count) => Array.from({ length: lanes }, open);
  const [short, searches, changes] = [several(), several(count + 2), several()];
  const prepared = openPrepared();
  // One search at once on each lane, and a lane is kept for others: nobody waits for what one organization asks.
  const turns = openTurns({ running: searches.length, runningEach: searches.length - 1, waitingEach: mostWaiting });

  async function run(sql: Sql, reading: Reading) {
    const { organizationId, text, parameters, prepare: keep, trace, isSearch, thought } = reading;
    const comment = commentOf(trace?.parent);
    watch?.(text + comment);
    if (await inCluster?.())
      return behindClusterWall(sql, { organizationId, text, parameters, prepare: prepare && keep, comment });
    // A comment makes the wall another text each time: such a one is not kept.
    const wall = {
      text: (thought && !isSearch ? entering[thought] : enter) + comment,
      parameters: [String(Math.trunc(organizationId))],
      prepare: prepare && comment === '',
    };
    return behindWall(sql, [wall], { text, parameters, prepare: prepare && keep });
  }

  async function search(reading: Reading) {
    const turn = turns.take(reading.organizationId);
    const leave = turn instanceof Promise ? await turn : turn;
    try {
      if (reading.endsAt !== undefined && performance.now() > reading.endsAt) throw new ApiError('UNAVAILABLE');
      return await on(freest(searches), (sql) => run(sql, reading));
    } finally {
      leave();
    }
  }

  return {
    read: (reading) =>
      watching(reading.trace, { sql: reading.text }, () =>
        reading.isSearch ? search(reading) : on(choose(short), (sql) => run(sql, reading)),
      ),
    ask: (statement) => on(choose(short), (sql) => behindWall(sql, [asApp], statement)),
    write(wall, { text, parameters }) {
      watch?.(text);
      const keep = prepare && (prepared(text) ?? false);
      return on(passing(changes), (sql) => behindWall(sql, wall, { text, parameters, prepare: keep }));
    },
    async close() {
      await Promise.all(
        [...short, ...searches, ...changes].map(({ sql, stopWatching }) => {
          stopWatching();
          return sql.end({ timeout: 5 });
        }),
      );
    },
  };
}
