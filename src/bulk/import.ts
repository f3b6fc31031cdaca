import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import { globalId } from '../schema/node.ts';
import type { Vault } from '../vault.ts';
import { writeInOrder } from './in-order.ts';
import { openLookups } from './lookups.ts';
import { writeMany } from './many.ts';
import type { Outcome, Policy } from './one.ts';
import { type CustomerRow, customerReader, type Reading } from './reading.ts';
import { openReport, outcomeHeader, outcomeLines, type Report, refusedHeader, refusedLine, wordsOf } from './report.ts';
import { beginRun, counted, fingerprintOf, holdRun, keepRun, type Run, unbegun } from './run.ts';
import { type FileFormat, openSource, type Source } from './source.ts';
import { inBulk, settle } from './transaction.ts';

const rowsAtOnce = 500;

/** What to import, and how. */
export interface ImportOptions {
  organizationId: number;
  /** A path; null reads `input`, which cannot be taken up after an end. */
  file: string | null;
  input?: Readable;
  format: FileFormat;
  policy: Policy;
  key: 'reference' | 'customerNumber';
  map: ReadonlyMap<string, string>;
  emptyClears: boolean;
  /** Writes nothing, and tells what would be done. */
  isDry: boolean;
  /** Imports a file again that was imported already. */
  again: boolean;
  /** Where refused rows go, and what was done with each row. */
  refusedFile: string | null;
  outcomeFile: string | null;
  /** Told after each part. */
  progress?(run: Run, bytes: { read: number; all: number }): void;
}

/** What an import did. */
export interface Imported extends Run {
  /** Rows of this file that an earlier run had done. */
  resumedAt: number;
  /** Whether there was nothing left to do. */
  wasDone: boolean;
}

/**
 * Imports customers from a file of any length in parts of five hundred rows, each part one transaction together with how far the run has
 * come: whatever ends it, the same call goes on behind the last part that was kept. Bad rows are refused, each with its reasons, and
 * spoil no others. Throws failures.
 */
export async function importCustomers(db: Db, vault: Vault, options: ImportOptions): Promise<Imported> {
  const { organizationId, file, format, policy, key, emptyClears, isDry } = options;
  const actor = { organizationId, requestId: `import-${randomUUID()}` };
  const way = { format, policy, key, emptyClears, map: [...options.map] };
  const fingerprint = file === null || isDry ? null : await fingerprintOf(file, way);
  let run = fingerprint === null ? unbegun : await inBulk(db, actor, (tx) => beginRun(tx, fingerprint, options.again));
  const resumedAt = run.rows;
  if (run.finishedAt !== null) return { ...run, resumedAt, wasDone: true };

  const organization = await inBulk(db, actor, async (tx) => {
    const [row] = await tx.select().from(organizations).limit(1);
    if (row === undefined) throw new Error('The organization is not there.');
    return row;
  });
  const all = file === null ? 0 : (await stat(file)).size;
  const stream = file === null ? undefined : createReadStream(file);
  const input = stream ?? options.input;
  if (input === undefined) throw new Error('There is nothing to read.');
  const source = await openSource(input, format);
  const { header } = source;
  const parts = readParts(source, { header, key, emptyClears, map: options.map, organization }, resumedAt);
  const refused = await openReport(options.refusedFile, run.refusedBytes);
  const outcomes = await openReport(options.outcomeFile, run.outcomeBytes);
  const lookups = openLookups();

  const write = async (tx: Tx, rows: readonly CustomerRow[], kept: () => Promise<Run>): Promise<Run> => {
    const globalIdOf = (id: number) => globalId('Customer', id);
    const writer = { tx, references: null, vault, organization, userId: null, globalId: globalIdOf };
    const done = await writeMany(writer, { policy, key, lookups }, rows);
    const before = await kept();
    if (fingerprint !== null) await holdRun(tx, fingerprint, before);
    await tell({ refused, outcomes }, header, rows, done, before);
    const after = { ...counted(before, done), refusedBytes: refused.bytes, outcomeBytes: outcomes.bytes };
    if (fingerprint !== null) await keepRun(tx, fingerprint, after);
    return after;
  };
  const writeAll = async (keep: <T>(work: (tx: Tx) => Promise<T>, attempts?: number) => Promise<T>) => {
    run = await writeInOrder(parts, run, {
      isOneByOne: isDry,
      write: (rows, before, attempts) => keep((tx) => write(tx, rows, before), attempts),
      told: (kept) => options.progress?.(kept, { read: stream?.bytesRead ?? 0, all }),
    });
  };
  try {
    if (isDry) await dry((keep) => inBulk(db, actor, (tx) => writeAll((work) => work(tx)).then(keep), 1));
    else await writeAll((work, attempts) => inBulk(db, actor, work, attempts));
    const finished = { ...run, finishedAt: new Date() };
    if (!isDry) {
      await inBulk(db, actor, async (tx) => {
        await settle(tx);
        if (fingerprint !== null) await keepRun(tx, fingerprint, finished);
        else await tx.execute(sql`select pg_current_xact_id()`);
      });
    }
    return { ...finished, resumedAt, wasDone: false };
  } finally {
    await Promise.all([refused.close(), outcomes.close()]);
    stream?.destroy();
  }
}

/** Runs work whose transaction is taken back at its end. */
async function dry(work: (end: () => never) => Promise<unknown>): Promise<void> {
  const end = new Error('The dry run is over.');
  await work(() => {
    throw end;
  }).catch((error: unknown) => {
    if (error !== end) throw error;
  });
}

async function* readParts(source: Source, reading: Reading, skip: number): AsyncGenerator<CustomerRow[]> {
  const read = customerReader(reading);
  let part: CustomerRow[] = [];
  let at = 0;
  for await (const row of source.rows) {
    if (at++ < skip) continue;
    part.push(await read(row));
    if (part.length < rowsAtOnce) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** Writes the reports of one part. A part that is done again takes back what its first try has told. */
async function tell(
  { refused, outcomes }: Record<'refused' | 'outcomes', Report>,
  header: readonly string[] | null,
  rows: readonly CustomerRow[],
  done: readonly Outcome[],
  before: Run,
): Promise<void> {
  await refused.cutTo(before.refusedBytes);
  await outcomes.cutTo(before.outcomeBytes);
  const byLine = refused.isWanted ? new Map(rows.map((row) => [row.line, row.source])) : null;
  const lines = done.flatMap((one) => {
    const source = 'refused' in one ? byLine?.get(one.line) : undefined;
    return 'refused' in one && source ? [refusedLine(header, source, wordsOf(one.refused))] : [];
  });
  if (lines.length > 0 && refused.bytes === 0) lines.unshift(refusedHeader(header));
  await refused.append(lines.join(''));
  if (outcomes.isWanted) await outcomes.append((outcomes.bytes === 0 ? outcomeHeader : '') + outcomeLines(done));
}
