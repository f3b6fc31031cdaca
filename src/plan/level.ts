import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { getArgumentValues, isNonNullType, type VariableNode, visit } from 'graphql';
import { columnSql, NONE, nameOf, rowSql, tableName, wallOf } from '../db/flat.ts';
import type { Way } from '../db/lanes.ts';
import { keptCells, type References } from '../db/references.ts';
import type { Context } from '../schema/builder.ts';
import type { ListSetting, More, Source } from '../schema/source.ts';
import type { Told } from './form.ts';
import type { Field, Nodes, Selecting } from './selection.ts';
import { giveUp, unlessGivenUp } from './unplanned.ts';

type Args = More['args'];

/** What is gathered while a document is planned. */
export interface Planning extends Selecting {
  levels: Level[];
  /** Arguments of fields, as the variables of a call make them. */
  args: ((variables: Args) => Args)[];
  keeps(table: PgTable): boolean;
}

/**
 * Rows that an answer shows at one place of the selection. A call makes of it a common table expression (none when the rows are
 * in memory), and of what that brings what is told of each row, found by its key: the id, or whose it is.
 */
export type Level = (call: Call) => Bound;
interface Bound {
  /** `name as (select …)`, with others before it that it needs; `name` has one column to read, `r`. */
  expressions: readonly string[];
  name: string | null;
  /** Texts of a row. */
  width: number;
  read(cells: readonly string[], answer: Answer): ByKey;
}
/** What belongs to a key, row by row; undefined when nothing does. */
export type ByKey = (key: string) => readonly Told[] | undefined;

/** One call of a plan: a statement being put together. */
export interface Call {
  args: readonly Args[];
  setting: ListSetting;
  pageLimit: number;
  /** The first is the organization. */
  parameters: unknown[];
  way: Way;
}

/** An answer being written, the lowest levels first. */
export interface Answer {
  ctx: Context;
  references: References;
  args: readonly Args[];
  levels: ByKey[];
}

/** Rows side by side, each with its key first; `at` is where the one begins that is being written. */
export interface Rows {
  cells: readonly string[];
  at: number;
}
export type Write<Of = Rows, As extends Told = Told> = (of: Of, answer: Answer) => As;

/** Where rows are shown that fields can be written of. */
export interface Spot {
  name: string;
  id: AnyPgColumn;
  /** Where in a row's texts this SQL has its own. */
  cell(sql: string): number;
  /** How a level below names a column. */
  expose(column: AnyPgColumn): string;
}

/** The arguments of a field: their place among those of a call. */
export function argsOf({ args }: Planning, field: Field, [node]: Nodes): number {
  if (!node) giveUp('no field');
  const variables: VariableNode[] = [];
  for (const { value } of node.arguments ?? []) visit(value, { Variable: (one) => void variables.push(one) });
  const constant = variables.length > 0 ? null : getArgumentValues(field, node);
  return args.push((variables) => constant ?? getArgumentValues(field, node, variables)) - 1;
}

export type Of<Kind extends Source['kind']> = Extract<Source, { kind: Kind }>;

/** A field that a selection shows of rows. */
export interface Showing {
  planning: Planning;
  field: Field;
  nodes: Nodes;
  spot: Spot;
}

/** All that a level has for the key in this cell. */
export const all =
  ({ planning: { form } }: Showing, level: number, cell: number): Write =>
  ({ cells, at }, { levels }) =>
    form.list(levels[level]?.(cells[at + cell] ?? NONE) ?? []);

/** The one row that a level has for the key in this cell; when there is none, null, or a fault. */
export function one({ planning: { form }, field }: Showing, level: number, cell: number): Write {
  const isNonNull = isNonNullType(field.type);
  return ({ cells, at }, { levels }) =>
    levels[level]?.(cells[at + cell] ?? NONE)?.[0] ?? (isNonNull ? giveUp('a missing record') : form.none);
}

/** More levels than this are executed in the ordinary way. */
const mostLevels = 16;

export function addLevel({ levels }: Planning, level: Level): number {
  if (levels.length >= mostLevels) giveUp('too many levels');
  return levels.push(level) - 1;
}

/** A place for rows of a table that a statement selects; `key` is the SQL of what they are found by. */
export function newSpot({ levels }: Planning, table: PgTable, key: string) {
  const cells = [key];
  const exposed: AnyPgColumn[] = [];
  const name = `l${levels.length}`;
  let selected = '';
  return {
    name,
    id: idOf(table),
    cells,
    cell(sql: string) {
      const at = cells.indexOf(sql);
      return at < 0 ? cells.push(sql) - 1 : at;
    },
    expose(column: AnyPgColumn) {
      if (!exposed.includes(column)) exposed.push(column);
      return `${name}.e${exposed.indexOf(column)}`;
    },
    /** What a statement selects of each row, when all that is shown of it is known. */
    select(more: readonly string[] = []): string {
      const names = exposed.map((column, i) => `${nameOf(column)} as e${i}, `);
      const text = () => `select ${names.join('')}${rowSql([...cells, ...more])} as r`;
      if (more.length > 0) return text();
      selected ||= text();
      return selected;
    },
  } satisfies Spot & Record<string, unknown>;
}

const idOf = (table: PgTable) => getTableColumns(table).id as AnyPgColumn;

/** A selection whose rows are written one by one. */
export function rowByRow(name: string, sql: string, width: number, write: Write): Bound {
  return {
    expressions: [`${name} as (${sql})`],
    name,
    width,
    read(cells, answer) {
      const told = new Map<string, Told[]>();
      const rows = { cells, at: 1 };
      for (; rows.at < cells.length; rows.at += width) {
        const key = cells[rows.at] ?? '';
        const group = told.get(key) ?? [];
        group.push(write(rows, answer));
        told.set(key, group);
      }
      return (key) => told.get(key);
    },
  };
}

/** Rows whose key is among a column of the rows above. */
export function rowsBelow(
  planning: Planning,
  { key, order }: { key: AnyPgColumn; order?: AnyPgColumn },
  above: Spot,
  from: AnyPgColumn,
  writerOf: (spot: Spot) => Write,
): number {
  const table = key.table as PgTable;
  const exposed = above.expose(from);
  const spot = newSpot(planning, table, columnSql(key));
  const sorted = order ? ` order by ${nameOf(order)}` : '';
  const selected = `from ${tableName(table)} where ${wallOf(table)} and ${nameOf(key)} = any(array(select ${exposed} from ${above.name}))${sorted}`;
  let bound: Bound | undefined;
  const level = addLevel(planning, () => {
    bound ??= rowByRow(spot.name, `${spot.select()} ${selected}`, spot.cells.length, write);
    return bound;
  });
  const write = writerOf(spot);
  return level;
}

/** Rows that are in memory; null when they are not, or when more is asked of them than is there. */
export function rowsKept(planning: Planning, table: PgTable, writerOf: (spot: Spot) => Write): number | null {
  if (!planning.keeps(table)) return null;
  const inMemory = keptCells(table);
  const spot: Spot = {
    name: '',
    id: idOf(table),
    cell: (sql) => (inMemory.includes(sql) ? inMemory.indexOf(sql) : giveUp('what is not kept')),
    expose: () => giveUp('rows below kept ones'),
  };
  const write = unlessGivenUp(() => writerOf(spot));
  if (!write) return null;
  const read = (_: unknown, answer: Answer): ByKey => {
    const kept = answer.references.tables.get(table);
    const told = new Map<string, readonly Told[]>();
    return (key) => {
      const known = told.get(key);
      const at = kept?.rows.get(key);
      if (known || !kept || at === undefined) return known;
      const row = [write({ cells: kept.cells, at }, answer)];
      told.set(key, row);
      return row;
    };
  };
  return addLevel(planning, () => ({ expressions: [], name: null, width: 0, read }));
}
