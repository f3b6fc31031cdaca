import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Fault } from '../errors.ts';
import { textOf } from '../utf8.ts';
import type { DirectoryRow } from './entry.ts';
import { directoryFields, readRecord } from './record.ts';

export type DirectoryFormat = 'csv' | 'ndjson';

/** One row of a file: where it stands, and either what it says or what is wrong with it. */
export interface FileRow {
  line: number;
  row: DirectoryRow | null;
  faults: Fault[];
}

const fieldByKey = new Map<string, string>(directoryFields.map((field) => [keyOf(field), field]));

/** `First name`, `first_name` and `firstName` are one. */
function keyOf(header: string): string {
  return header.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Reads the rows of an import file one after the other, however long it is. CSV: UTF-8, a line of column names, `,` or `;` or tab
 * between; NDJSON: one object a line. Columns of other names are passed over; blank lines too. Throws an Error with the line
 * when the file as such cannot be read.
 */
export async function* readDirectoryFile(input: Readable, format: DirectoryFormat): AsyncGenerator<FileRow> {
  for await (const { line, record } of format === 'csv' ? readCsv(input) : readLines(input)) {
    if (record === null) {
      yield { line, row: null, faults: [{ code: 'INVALID_INPUT', path: [], message: 'must be a JSON object' }] };
      continue;
    }
    const { row, faults } = readRecord(record);
    const { reference, ...person } = row;
    if (reference === null) faults.push({ code: 'INVALID_INPUT', path: ['reference'], message: 'is needed' });
    yield { line, row: faults.length > 0 || reference === null ? null : { reference, ...person }, faults };
  }
}

interface Read {
  line: number;
  record: Record<string, unknown> | null;
}

async function* readCsv(input: Readable): AsyncGenerator<Read> {
  const parser = parse({
    bom: true,
    columns: (headers: string[]) => headers.map((header) => fieldByKey.get(keyOf(header)) ?? false),
    delimiter: [',', ';', '\t'],
    info: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: 100_000,
  });
  const text = textOf(input);
  text.on('error', (error) => parser.destroy(error));
  for await (const { info, record } of text.pipe(parser)) yield { line: info.lines, record };
}

async function* readLines(input: Readable): AsyncGenerator<Read> {
  let line = 0;
  for await (const text of createInterface({ input: textOf(input), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const trimmed = text.replace(/^\uFEFF/, '').trim();
    if (trimmed !== '') yield { line, record: objectOf(trimmed) };
  }
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) => {
        const field = fieldByKey.get(keyOf(key));
        return field === undefined ? [] : [[field, one]];
      }),
    );
  } catch {
    return null;
  }
}
