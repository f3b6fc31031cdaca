import type { TransactionSql } from './driver.ts';

/** What is waited for: a statement, or a server at an address of which the path says nothing. */
export type Asked = { sql: string } | { host: string };

/** Told that something is asked; what it returns is told that it has ended, with the error when it failed. */
export type Watch = (asked: Asked) => (error?: unknown) => void;

/** What a unit of work belongs to, for whoever looks on. */
export interface Trace {
  /** Checked W3C `traceparent` for what is asked in turn: stands in a comment of the statements. */
  parent: string | null;
  /** Absent where nobody looks on: then it costs nothing. */
  watch?: Watch | undefined;
}

/** The last statement of a transaction, as a watch is told of it: it is no statement of anybody's. */
export const commit = 'COMMIT';

/** The trace as a comment; nothing but its own characters gets into a statement. */
export const commentOf = (traceparent: string | null | undefined): string =>
  traceparent ? ` /*traceparent='${traceparent.replaceAll(/[^0-9a-f-]/g, '')}'*/` : '';

/** Waits for what was asked, and tells the watch how it ended. */
export async function watching<T>(trace: Trace | null | undefined, asked: Asked, work: () => Promise<T>): Promise<T> {
  const ended = trace?.watch?.(asked);
  if (!ended) return await work();
  try {
    const done = await work();
    ended();
    return done;
  } catch (error) {
    ended(error);
    throw error;
  }
}

/** Tells the watch of every statement that Drizzle sends from here on in this transaction, savepoints included. */
export function watchStatements(sql: TransactionSql, watch: Watch): void {
  const { unsafe, savepoint } = sql;
  const watchedUnsafe = (...given: Parameters<typeof unsafe>) => {
    const [text] = given;
    const pending = unsafe(...given);
    const ended = watch({ sql: text });
    pending.then(() => ended(), ended);
    return pending;
  };
  const inside = (work: (inner: TransactionSql) => unknown) => (inner: TransactionSql) => {
    watchStatements(inner, watch);
    return work(inner);
  };
  const watchedSavepoint = (...given: [string, never] | [never]) => {
    const [first, second] = given;
    return typeof first === 'string' ? savepoint(first, inside(second ?? (() => undefined))) : savepoint(inside(first));
  };
  Object.assign(sql, { unsafe: watchedUnsafe, savepoint: watchedSavepoint });
}
