import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { failure, failureOf } from '../failure.ts';
import { textOf } from '../utf8.ts';
import { undefused } from './cell.ts';

export type FileFormat = 'csv' | 'ndjson';

/** One row of a file as it stands there. `value` is null when it cannot be read at all. */
export interface SourceRow {
  /** Where it begins in the file, from 1. */
  line: number;
  /** Of CSV the cells in the order of the header, of NDJSON the object. */
  value: readonly string[] | Readonly<Record<string, unknown>> | null;
  /** Of NDJSON the line itself, for the file of refused rows. */
  text: string;
}

/** A file being read: rows come one after the other, however many. */
export interface Source {
  /** The names of the columns of CSV, as written; null for NDJSON. */
  header: readonly string[] | null;
  rows: AsyncGenerator<SourceRow>;
}

const lineBreak = /\r\n|\n|\r/g;

/** Longest row, in characters: a picture of 2 MB in base64 and the rest. */
const longestRow = 4_000_000;
/** Lists and objects of a row: one that is as deep cannot be written again. */
const mostBrackets = 5_000;

/** Opens a file of rows. CSV: UTF-8, `,` or `;` or tab between, a line of names first. NDJSON: one object a line. Throws failures. */
export async function openSource(input: Readable, format: FileFormat): Promise<Source> {
  if (format === 'ndjson') return { header: null, rows: readLines(input) };
  const records = readCsv(input);
  const first = await records.next();
  if (first.done || !Array.isArray(first.value.value))
    throw failure('The file is empty.', 'Give it a line of names first.');
  return { header: first.value.value.map((name: string) => name.trim()), rows: records };
}

async function* readCsv(input: Readable): AsyncGenerator<SourceRow> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  const text = textOf(input);
  text.on('error', (error) => parser.destroy(error));
  // The parser tells where a row ends, and takes CR LF within quotation marks for two lines.
  let doubled = 0;
  try {
    for await (const { info, record } of text.pipe(parser)) {
      const cells: string[] = record;
      const breaks = cells.flatMap((cell) => cell.match(lineBreak) ?? []);
      doubled += breaks.filter((one) => one.length === 2).length;
      yield {
        line: info.lines - doubled - breaks.length,
        value: cells.map((cell) => undefused(cell.trim())),
        text: '',
      };
    }
  } catch (error) {
    if (failureOf(error)) throw error;
    const at = isCsvError(error) && typeof error.lines === 'number' ? ` near line ${error.lines}` : '';
    throw failure(
      `The file cannot be read as CSV${at}.`,
      'Look for a quotation mark that is not closed, and save it as UTF-8.',
    );
  }
}

const isCsvError = (error: unknown): error is CsvError & { lines?: unknown } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');

async function* readLines(input: Readable): AsyncGenerator<SourceRow> {
  let line = 0;
  for await (const read of createInterface({ input: textOf(input), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const text = read.replace(/^\uFEFF/, '').trim();
    if (text !== '') yield { line, value: isTooMuch(text) ? null : objectOf(text), text };
  }
}

const isTooMuch = (text: string) => text.length > longestRow || (text.match(/[[{]/g)?.length ?? 0) > mostBrackets;

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
