import { sql } from 'drizzle-orm';
import { pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytea, organizationId, safeInt, time } from './columns.ts';

/** How far the import of a file has come: written in the transaction of the rows, so that a run can be taken up where it ended. */
export const importRuns = pgTable(
  'import_runs',
  {
    organizationId: organizationId(),
    /** SHA-256 of the file and of the way in which it is read. */
    fingerprint: bytea('fingerprint').notNull(),
    /** Rows of the file that are done, good or bad. */
    rows: safeInt('rows').notNull().default(0),
    created: safeInt('created').notNull().default(0),
    updated: safeInt('updated').notNull().default(0),
    unchanged: safeInt('unchanged').notNull().default(0),
    refused: safeInt('refused').notNull().default(0),
    /** Bytes of the files of refused rows and of outcomes that belong to these rows; what stands behind them is written again. */
    refusedBytes: safeInt('refused_bytes').notNull().default(0),
    outcomeBytes: safeInt('outcome_bytes').notNull().default(0),
    startedAt: time('started_at').notNull().default(sql`now()`),
    finishedAt: time('finished_at'),
  },
  (t) => [primaryKey({ name: 'import_runs_pkey', columns: [t.organizationId, t.fingerprint] })],
);
