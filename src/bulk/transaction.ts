import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { lostRace, worded } from '../db/constraints.ts';
import { nameOrganization } from '../db/own.ts';
import { walled } from '../db/wall.ts';
import { ApiError } from '../errors.ts';

/** Whose rows a file speaks of, and what history says of the changes. */
export interface BulkActor {
  organizationId: number;
  /** One for each run: it stands beside every change in history. */
  requestId: string;
}

const patience =
  "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL synchronous_commit = off";

/**
 * Runs `work` in one transaction behind the organization's wall, with minutes where a request has seconds. When another writer was
 * first or the database is away for a moment, it is done again from the beginning.
 * Nobody waits for the disk: what a crash takes it takes whole, rows together with how far they had come.
 */
export async function inBulk<T>(db: Db, actor: BulkActor, work: (tx: Tx) => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const opening = walled({ ...actor, dialect: 'COMMAND_LINE' }, 'write', await db.inCluster());
      return await db.begin(opening, async (tx) => {
        await tx.execute(sql.raw(patience));
        nameOrganization(tx, actor.organizationId);
        return await work(tx);
      });
    } catch (error) {
      const mayPass = lostRace(error) || worded(error).code === 'UNAVAILABLE';
      if (!mayPass || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

/** What went wrong with one row, when it is the row's own fault. Throws everything else. */
export function faultOfRow(error: unknown): ApiError {
  const told = worded(error);
  if (told.kind === 'UNAVAILABLE' || told.kind === 'INTERNAL' || !(told instanceof ApiError)) throw error;
  return told;
}

/** Makes the end of this transaction wait until it, and all before it, is on the disk. */
export async function settle(tx: Tx): Promise<void> {
  await tx.execute(sql.raw('SET LOCAL synchronous_commit TO DEFAULT'));
}
