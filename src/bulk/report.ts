import { type FileHandle, open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { ApiError } from '../errors.ts';
import { defused } from './cell.ts';
import { isNote, notes } from './columns.ts';
import type { Outcome } from './one.ts';
import type { SourceRow } from './source.ts';

/** A file that grows with a run. Lines behind the last kept ones, of a run that was killed, are cut off. */
export interface Report {
  /** Whether anybody wants it. */
  readonly isWanted: boolean;
  /** Bytes that stand there. */
  readonly bytes: number;
  append(text: string): Promise<void>;
  /** Takes back what stands behind so many bytes. */
  cutTo(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a report at `kept` bytes; the file is made with the first line, so that none is there when nothing is to be told. */
export async function openReport(path: string | null, kept: number): Promise<Report> {
  let bytes = kept;
  let handle: FileHandle | null = null;
  const opened = async (file: string) => {
    handle ??= await open(file, kept > 0 ? 'r+' : 'w', 0o600);
    return handle;
  };
  if (path !== null && kept > 0) await (await opened(path)).truncate(kept);
  return {
    isWanted: path !== null,
    get bytes() {
      return bytes;
    },
    async append(text) {
      if (path === null || text === '') return;
      const data = Buffer.from(text);
      const file = await opened(path);
      // Less may be written than was asked, on a disk that is nearly full: the next piece then says why.
      for (let at = 0; at < data.length; )
        at += (await file.write(data, at, data.length - at, bytes + at)).bytesWritten;
      bytes += data.length;
    },
    async cutTo(wanted) {
      if (wanted < bytes) await handle?.truncate(wanted);
      bytes = wanted;
    },
    async close() {
      await handle?.close();
    },
  };
}

/** Rows of CSV, formulas defused. */
export const csvLines = (rows: readonly (readonly string[])[]): string =>
  stringify(rows.map((row) => row.map(defused)));

/** What was wrong with a row, in one line. */
export const wordsOf = ({ faults, message }: ApiError): string =>
  faults.length === 0
    ? message
    : faults
        .map((one) => [(one.path[0] === 'input' ? one.path.slice(1) : one.path).join('.'), one.message].filter(Boolean))
        .map((words) => words.join(': ').replace(/\.$/, ''))
        .join('; ');

/** A refused row as it stood in its file, with its line and the reason: mended, the file can be imported. */
export function refusedLine(
  header: readonly string[] | null,
  { line, value, text }: SourceRow,
  reason: string,
): string {
  const [lineName, reasonName] = notes;
  if (header !== null) {
    const cells = Array.isArray(value) ? value.map(String) : [];
    return csvLines([[...header.map((_, at) => cells[at] ?? ''), String(line), reason]]);
  }
  const row = Object.fromEntries(Object.entries(value ?? { importText: text }).filter(([name]) => !isNote(name)));
  return `${JSON.stringify({ ...row, [lineName]: line, [reasonName]: reason })}\n`;
}

/** The first line of a file of refused rows. */
export const refusedHeader = (header: readonly string[] | null): string =>
  header === null ? '' : csvLines([[...header, ...notes]]);

/** What was done with rows, as lines of CSV. */
export const outcomeLines = (outcomes: readonly Outcome[]): string =>
  csvLines(
    outcomes.map((one) =>
      'outcome' in one
        ? [String(one.line), one.outcome, one.reference, String(one.id), '']
        : [String(one.line), 'REFUSED', '', '', wordsOf(one.refused)],
    ),
  );

export const outcomeHeader = csvLines([['line', 'outcome', 'reference', 'numericId', 'reason']]);
