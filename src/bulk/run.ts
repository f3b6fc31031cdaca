import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { importRuns } from '../db/tables/imports.ts';
import { failure } from '../failure.ts';
import type { Outcome } from './one.ts';

/** How far the import of one file has come. */
export interface Run {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  refusedBytes: number;
  outcomeBytes: number;
  finishedAt: Date | null;
}

/** Before the first row. */
export const unbegun: Run = {
  ...{ rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0, refusedBytes: 0, outcomeBytes: 0, finishedAt: null },
};

/** SHA-256 of a file and of the way in which it is read: the same again is the same run. */
export async function fingerprintOf(file: string, way: object): Promise<Buffer> {
  const hash = createHash('sha256').update(`${JSON.stringify(way)}\n`);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest();
}

/** The run of this file, begun when there is none. `again` begins a finished one anew. */
export async function beginRun(tx: Tx, fingerprint: Buffer, again: boolean): Promise<Run> {
  await tx.insert(importRuns).values({ fingerprint }).onConflictDoNothing();
  const [run] = await tx.select().from(importRuns).where(eq(importRuns.fingerprint, fingerprint)).for('update');
  if (run === undefined) throw new Error('The run that was begun is not there.');
  if (!again || run.finishedAt === null) return run;
  await tx
    .update(importRuns)
    .set({ ...unbegun, startedAt: sql`now()` })
    .where(eq(importRuns.fingerprint, fingerprint));
  return unbegun;
}

/** Holds the run until the transaction ends. Throws a failure when another process has carried it on. */
export async function holdRun(tx: Tx, fingerprint: Buffer, known: Run): Promise<void> {
  const [run] = await tx
    .select({ rows: importRuns.rows })
    .from(importRuns)
    .where(eq(importRuns.fingerprint, fingerprint))
    .for('update');
  if (run?.rows === known.rows) return;
  throw failure('Another process imports this very file at this moment.', 'Wait for its end, then run this again.');
}

/** Keeps how far the run has come, in the transaction of the rows. */
export async function keepRun(tx: Tx, fingerprint: Buffer, run: Run): Promise<void> {
  await tx.update(importRuns).set(run).where(eq(importRuns.fingerprint, fingerprint));
}

/** The run after these outcomes. */
export function counted(run: Run, outcomes: readonly Outcome[]): Run {
  const count = (word: string) =>
    outcomes.filter((one) => ('outcome' in one ? one.outcome : 'REFUSED') === word).length;
  return {
    ...run,
    rows: run.rows + outcomes.length,
    created: run.created + count('CREATED'),
    updated: run.updated + count('UPDATED'),
    unchanged: run.unchanged + count('UNCHANGED'),
    refused: run.refused + count('REFUSED'),
  };
}
