import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../db/client.ts';
import { openTelling } from './metrics-together.ts';

/** One answered request, as it is counted. */
export interface Counted {
  /** The documented path, `/graphql`, or `other`: never one as it was sent. */
  route: string;
  dialect: string;
  /** The operation's name, or ''. */
  operation: string;
  status: number;
  /** By how many customers the organization has: `small`, `medium`, `large`, `unknown` before it was counted, or `none`. */
  organizationClass: string;
  seconds: number;
}

export interface Metrics {
  count(counted: Counted): void;
  /** The same pool, with its transactions timed. */
  timed(db: Db): Db;
  /** Prometheus' text form; null when it cannot be had at the moment. */
  text(): Promise<{ contentType: string; text: string } | null>;
}

/** Callers of GraphQL choose the names of their operations: so many are told apart, the others are `other`. */
const namesAtMost = 200;
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Opens the metrics of one server; `turns` tells how many operations run and wait. */
export function openMetrics(turns: () => { running: number; waiting: number }): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'clientele_' });
  const requests = new Histogram({
    name: 'clientele_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['route', 'dialect', 'operation', 'status', 'organization_class'] as const,
    buckets,
    registers: [register],
  });
  const refused = new Counter({
    name: 'clientele_requests_refused_total',
    help: 'Answers of 429 and 503.',
    labelNames: ['dialect', 'status'] as const,
    registers: [register],
  });
  const transactions = new Histogram({
    name: 'clientele_sql_transaction_seconds',
    help: 'Time in a transaction, from its connection to its end.',
    buckets,
    registers: [register],
  });
  const waits = new Histogram({
    name: 'clientele_sql_pool_wait_seconds',
    help: 'Time until a transaction had a connection.',
    buckets,
    registers: [register],
  });
  let open = 0;
  let queued = () => 0;
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(value());
      },
    });
  gauge('clientele_sql_transactions_open', 'Transactions that hold a connection.', () => open);
  gauge('clientele_sql_transactions_waiting', 'Transactions that wait for a connection.', () => queued());
  gauge('clientele_operations_running', 'Operations that have their turn.', () => turns().running);
  gauge('clientele_operations_waiting', 'Operations that wait for their turn.', () => turns().waiting);

  const tell = openTelling(register);
  const names = new Set<string>();
  const bounded = (name: string) => {
    if (names.has(name)) return name;
    if (names.size >= namesAtMost) return 'other';
    names.add(name);
    return name;
  };

  return {
    count({ route, dialect, operation, status, organizationClass, seconds }) {
      const statusClass = `${Math.floor(status / 100)}xx`;
      const name = dialect === 'GRAPHQL' ? bounded(operation) : operation;
      const labels = { route, dialect, operation: name, status: statusClass };
      requests.observe({ ...labels, organization_class: organizationClass }, seconds);
      if (status === 429 || status === 503) refused.inc({ dialect, status: String(status) });
    },
    timed(db) {
      const timing = async <T>(work: () => Promise<T>): Promise<T> => {
        const started = performance.now();
        open++;
        try {
          return await work();
        } finally {
          open--;
          transactions.observe((performance.now() - started) / 1_000);
        }
      };
      const begin: Db['begin'] = (statements, work) => timing(() => db.begin(statements, work));
      const read: Db['lanes']['read'] = (reading) => timing(() => db.lanes.read(reading));
      const write: Db['lanes']['write'] = (wall, statement) => timing(() => db.lanes.write(wall, statement));
      const take: Db['seats']['take'] = async (ms) => {
        const asked = performance.now();
        try {
          return await db.seats.take(ms);
        } finally {
          waits.observe((performance.now() - asked) / 1_000);
        }
      };
      queued = () => db.seats.state().waiting;
      return { ...db, begin, seats: { ...db.seats, take }, lanes: { ...db.lanes, read, write } };
    },
    async text() {
      const text = await tell();
      return text === null ? null : { contentType: register.contentType, text };
    },
  };
}
