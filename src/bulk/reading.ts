import { isInputObjectType } from 'graphql';
import type { CustomerWrite } from '../domain/customer-write.ts';
import type { Identity } from '../domain/reference.ts';
import { type Fault, fault } from '../errors.ts';
import { failure } from '../failure.ts';
import { type CustomerInput, readCustomerInput } from '../schema/customer-input.ts';
import { schema } from '../schema/index.ts';
import { coercer } from './coerce.ts';
import { type Column, columnOf, isNote, itemsOf, nearest, notes } from './columns.ts';
import type { SourceRow } from './source.ts';

/** A row as a write takes it; faults are told with its line. */
export interface CustomerRow {
  line: number;
  source: SourceRow;
  /** Whom the row speaks of; null when it says nobody. */
  by: Identity | null;
  write: CustomerWrite;
}

/** How the rows of one file are read. */
export interface Reading {
  header: readonly string[] | null;
  /** The unique column that tells whether a customer is there. */
  key: 'reference' | 'customerNumber';
  /** Other names of columns: header → column, or `-` for one that is passed over. */
  map: ReadonlyMap<string, string>;
  /** Whether an empty cell clears the value, instead of leaving it as it is. */
  emptyClears: boolean;
  organization: { id: number; country: string };
}

const inputType = schema.getType('CustomerUpsertInput');
if (!isInputObjectType(inputType)) throw new Error('CustomerUpsertInput is no input.');
const read = coercer(inputType);

/** The columns of a header, null for those that are passed over. Throws a failure of usage that names unknown ones. */
function columnsOf({ header, map }: Reading): (Column | null)[] {
  const unknown: string[] = [];
  const seen = new Set<string>();
  const found = (header ?? []).map((name) => {
    const wanted = map.get(name) ?? name;
    if (wanted === '-' || isNote(name)) return null;
    const column = columnOf(wanted);
    if (column === null) {
      const near = nearest(wanted);
      unknown.push(`${name === '' ? 'a column without a name' : name}${near === null ? '' : ` (${near}?)`}`);
    } else if (seen.has(column.name)) unknown.push(`${name} (twice)`);
    else seen.add(column.name);
    return column;
  });
  if (unknown.length === 0) return found;
  const advice =
    'Say what they are, --map "Name=companyName", or pass them over, --map "Name=-"; --hints lists the columns.';
  throw failure(`The file has columns that are none of a customer: ${unknown.join(', ')}.`, advice, 2);
}

/** Makes the function that reads one row after the other: by the form of GraphQL's own input, so that the same holds in both. */
export function customerReader(reading: Reading): (row: SourceRow) => Promise<CustomerRow> {
  const { organization, key } = reading;
  const columns = columnsOf(reading);
  const noted = new Set<string>(notes);
  return async (source) => {
    const { line, value } = source;
    const bad = (faults: Fault[]): CustomerRow => ({ line, source, by: null, write: { change: {}, faults } });
    if (value === null) return bad([fault('MALFORMED_REQUEST', [], 'is no JSON object')]);
    const faults: Fault[] = [];
    const plain = isCells(value)
      ? fromCells(value, columns, reading, faults)
      : Object.fromEntries(Object.entries(value).filter(([name]) => !noted.has(name)));
    const input = coerced(plain, faults);
    const write = await readCustomerInput(input, organization, []);
    const given = input[key] ?? null;
    const by: Identity | null =
      typeof given === 'string' ? { reference: given } : typeof given === 'number' ? { customerNumber: given } : null;
    return { line, source, by, write: { ...write, faults: [...faults, ...write.faults] } };
  };
}

const isCells = (value: NonNullable<SourceRow['value']>): value is readonly string[] => Array.isArray(value);

function fromCells(
  cells: readonly string[],
  columns: readonly (Column | null)[],
  { emptyClears }: Reading,
  faults: Fault[],
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const parts: Record<string, Record<string, unknown>> = {};
  if (cells.length > columns.length) faults.push(fault('INVALID_INPUT', [], 'has more cells than there are columns'));
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? '';
    if (column === null || (cell === '' && !emptyClears)) continue;
    const value = cell === '' ? null : cellValue(cell, column);
    const [first, second] = column.path;
    if (second === undefined) input[first] = value;
    else {
      parts[first] ??= {};
      parts[first][second] = value;
    }
  }
  return { ...input, ...parts };
}

const booleans: Record<string, boolean> = {
  ...{ true: true, yes: true, y: true, '1': true },
  ...{ false: false, no: false, n: false, '0': false },
};

/** A cell that does not have the form of its column stays text, and is refused as what it is. */
function cellValue(cell: string, { kind }: Column): unknown {
  switch (kind) {
    case 'whole':
    case 'number':
      return /^-?\d{1,16}(\.\d{1,16})?$/.test(cell) ? Number(cell) : cell;
    case 'boolean':
      return booleans[cell.toLowerCase()] ?? cell;
    case 'list':
      return itemsOf(cell);
    case 'numbers':
      return itemsOf(cell).map((number) => ({ number }));
    case 'by':
      return { reference: cell };
    case 'bys':
      return itemsOf(cell).map((reference) => ({ reference }));
    default:
      return cell;
  }
}

/** The input as GraphQL takes it; what it does not take is left out, with a fault. */
function coerced(value: Record<string, unknown>, faults: Fault[]): CustomerInput {
  const wrong = new Set<string | number | undefined>();
  const result = read(value, [], (path, isText, message) => {
    wrong.add(path[0]);
    faults.push(fault(isText ? 'TEXT_INVALID' : 'VALUE_INVALID', path, message));
  });
  if (wrong.size === 0) return { ...(result as CustomerInput) };
  return Object.fromEntries(Object.entries({ ...(result as CustomerInput) }).filter(([name]) => !wrong.has(name)));
}
