import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Context } from '../schema/builder.ts';
import { propertyOf } from '../schema/loader.ts';
import type { More, Noun, Source } from '../schema/source.ts';
import { type Layout, type Level, pairLevel, rowLevel } from './level.ts';
import { isKept, keptColumns, type References } from './reference.ts';
import { fieldsOf, type Selecting } from './selection.ts';
import { decoder, type Flat, jsonOf, NONE, quote } from './text.ts';
import { unplanned } from './unplanned.ts';
import { scopesOf, setsOf, valueWriter } from './value.ts';

type Field = GraphQLField<unknown, unknown>;

/** What is gathered while a document is planned. */
export interface Planning extends Selecting {
  levels: Level[];
  scopes: Set<string>;
  /** Fields whose arguments are read when the variables are known. */
  argued: { field: Field; node: FieldNode }[];
  keeps(table: PgTable): boolean;
}

/** One answer being written. */
export interface Showing {
  ctx: Context;
  references: References;
  args: readonly More['args'][];
  /** Rows by level: of a relation by its key. */
  rows: ReadonlyMap<Level, ReadonlyMap<string, Flat[]>>;
  /** Texts of this answer, by whoever writes them. */
  written: Map<object, Map<string, string>>;
}

export type WriteRow = (row: Flat, showing: Showing) => string;
/** `isPure`: the text depends on the row alone, so that a kept row's may be kept too. */
interface Writer {
  write: WriteRow;
  isPure: boolean;
}

/** Where rows come from: a level of the statement, or, without one, memory. */
interface Place {
  layout: Layout;
  level: Level | null;
}

/** Reads and notes what a field needs of its caller. */
export function admit(planning: Planning, field: { extensions: Readonly<Record<string, unknown>> }): void {
  for (const scope of scopesOf(field)) planning.scopes.add(scope);
}

const sourceOf = ({ extensions }: Field) => extensions.source as Source | undefined;

/** Writes rows of one resource as the objects that a selection shows. */
export function objectWriter(
  planning: Planning,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  place: Place,
): Writer {
  admit(planning, type);
  const fields = type.getFields();
  let isPure = true;
  const parts = [...fieldsOf(planning, type, setsOf(nodes))].map(([key, inner], i) => {
    const prefix = `${i ? ',' : '{'}${quote(key)}:`;
    const name = inner[0]?.name.value ?? '';
    if (name === '__typename') return { prefix, write: () => quote(type.name) };
    const field = fields[name];
    if (!field) throw unplanned('no such field');
    admit(planning, field);
    const written = fieldWriter(planning, field, inner, place);
    isPure &&= written.isPure;
    return { prefix, write: written.write };
  });
  const write: WriteRow = (row, showing) => {
    let text = '';
    for (const part of parts) text += part.prefix + part.write(row, showing);
    return `${text}}`;
  };
  return { write, isPure };
}

function fieldWriter(planning: Planning, field: Field, nodes: readonly FieldNode[], place: Place): Writer {
  const source = sourceOf(field);
  switch (source?.kind) {
    case 'column':
      return { write: columnWriter(planning, field, nodes, source.column, place.layout), isPure: true };
    case 'computed':
      return computedWriter(planning, field, nodes, source, place.layout);
    case 'part':
      return { write: partWriter(planning, field, nodes, source, place.layout), isPure: true };
    case 'one':
      return oneWriter(planning, field, nodes, source, place);
    case 'many':
      return manyWriter(planning, field, nodes, source, place);
    default:
      throw unplanned(field.name);
  }
}

/** A column's value; what has no writer of its own is decoded and serialized. */
function columnWriter(
  planning: Planning,
  field: Field,
  nodes: readonly FieldNode[],
  column: AnyPgColumn,
  layout: Layout,
): WriteRow {
  const at = layout.at(column);
  const leaf = getNamedType(field.type);
  if (!isLeafType(leaf)) throw unplanned('a column that is no leaf');
  const isNonNull = isNonNullType(field.type);
  const write = jsonOf(column, leaf, isListType(getNullableType(field.type)));
  const decode = decoder(column);
  const serialize = valueWriter(planning, field.type, nodes);
  return (row, { ctx }) => {
    const text = row[at] ?? NONE;
    if (text === NONE) {
      if (isNonNull) throw unplanned('a missing value');
      return 'null';
    }
    return write ? write(text) : serialize(decode(text), ctx);
  };
}

function computedWriter(
  planning: Planning,
  field: Field,
  nodes: readonly FieldNode[],
  { needs, compute }: Extract<Source, { kind: 'computed' }>,
  layout: Layout,
): Writer {
  const columns = needs.map((column) => ({
    property: propertyOf(column),
    at: layout.at(column),
    decode: decoder(column),
  }));
  const serialize = valueWriter(planning, field.type, nodes);
  const [node] = nodes;
  const slot = field.args.length > 0 && node ? planning.argued.push({ field, node }) - 1 : -1;
  const none = {};
  const write: WriteRow = (row, { ctx, args, references: { organization } }) => {
    const values: Record<string, unknown> = {};
    for (const { property, at, decode } of columns) {
      const text = row[at] ?? NONE;
      values[property] = text === NONE ? null : decode(text);
    }
    return serialize(compute(values as never, ctx, { args: args[slot] ?? none, organization }), ctx);
  };
  // One that takes nothing but the row cannot depend on anything else.
  return { write, isPure: compute.length < 2 };
}

function partWriter(
  planning: Planning,
  field: Field,
  nodes: readonly FieldNode[],
  { columns, unless }: Extract<Source, { kind: 'part' }>,
  layout: Layout,
): WriteRow {
  const type = getNullableType(field.type);
  if (!isObjectType(type)) throw unplanned('a part that is no object');
  admit(planning, type);
  const tests = unless.map((column) => layout.at(column));
  const parts = [...fieldsOf(planning, type, setsOf(nodes))].map(([key, inner], i) => {
    const prefix = `${i ? ',' : '{'}${quote(key)}:`;
    const name = inner[0]?.name.value ?? '';
    if (name === '__typename') return { prefix, write: () => quote(type.name) };
    const own = type.getFields()[name];
    const column = columns[name];
    // Without a resolver a field shows the property of its own name.
    if (!own || !column || own.resolve || scopesOf(own).length > 0) throw unplanned(`${type.name}.${name}`);
    return { prefix, write: columnWriter(planning, own, inner, column, layout) };
  });
  return (row, showing) => {
    if (tests.every((at) => row[at] === NONE)) return 'null';
    let text = '';
    for (const part of parts) text += part.prefix + part.write(row, showing);
    return `${text}}`;
  };
}

/** The layout of kept rows: whole, the id before all. */
function keptLayout(table: PgTable): Layout {
  const columns = keptColumns(table);
  return {
    at(column) {
      const index = columns.indexOf(column);
      if (index < 0) throw unplanned('a column of another table');
      return index + 1;
    },
  };
}

/** How the kept rows of a resource are written, or null when a statement is needed for them. */
function keptWriter(
  planning: Planning,
  noun: Noun,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): ((id: string, showing: Showing) => string | null) | null {
  if (!isKept(noun) || !planning.keeps(noun.table)) return null;
  let made: Writer;
  try {
    made = objectWriter(planning, type, nodes, { layout: keptLayout(noun.table), level: null });
  } catch {
    return null;
  }
  const { write, isPure } = made;
  return (id, showing) => {
    const texts = textsOf(isPure ? showing.references.written : showing.written, made);
    const known = texts.get(id);
    if (known !== undefined) return known;
    const row = showing.references.tables.get(noun.table)?.get(id);
    if (!row) return null;
    const text = write(row, showing);
    texts.set(id, text);
    return text;
  };
}

function textsOf(
  all: Map<object, Map<string, string>> | WeakMap<object, Map<string, string>>,
  whose: object,
): Map<string, string> {
  const found = all.get(whose);
  if (found) return found;
  const made = new Map<string, string>();
  all.set(whose, made);
  return made;
}

const objectOf = (field: Field) => {
  const type = getNamedType(field.type);
  if (!isObjectType(type) || field.args.length > 0) throw unplanned('a relation of another kind');
  return type;
};

function oneWriter(
  planning: Planning,
  field: Field,
  nodes: readonly FieldNode[],
  { noun, from }: Extract<Source, { kind: 'one' }>,
  place: Place,
): Writer {
  const type = objectOf(field);
  const at = place.layout.at(from);
  const find = keptWriter(planning, noun, type, nodes) ?? selectedWriter(planning, noun, type, nodes, from, place);
  const isNonNull = isNonNullType(field.type);
  const write: WriteRow = (row, showing) => {
    const id = row[at] ?? NONE;
    const text = id === NONE ? null : find(id, showing);
    if (text === null && isNonNull) throw unplanned('a missing record');
    return text ?? 'null';
  };
  return { write, isPure: false };
}

/** Rows that a statement finds by the ids in a column of the level above. */
function selectedWriter(
  planning: Planning,
  noun: Noun,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  from: AnyPgColumn,
  { level }: Place,
) {
  const own = rowLevel(planning.levels, noun.table, { key: noun.table.id, above: level, from });
  const { write } = objectWriter(planning, type, nodes, { layout: own.layout, level: own });
  return (id: string, showing: Showing): string | null => {
    const [row] = showing.rows.get(own)?.get(id) ?? [];
    if (!row) return null;
    const texts = textsOf(showing.written, own);
    const text = texts.get(id) ?? write(row, showing);
    texts.set(id, text);
    return text;
  };
}

function manyWriter(
  planning: Planning,
  field: Field,
  nodes: readonly FieldNode[],
  { noun, by }: Extract<Source, { kind: 'many' }>,
  { level, layout }: Place,
): Writer {
  const type = objectOf(field);
  const { key, order, through } = by;
  const above = { above: level, from: getTableColumns(layoutTable(level)).id as AnyPgColumn };
  const at = layout.at(above.from);
  const find = through && order === noun.table.id ? keptWriter(planning, noun, type, nodes) : null;
  if (through && find) {
    const own = pairLevel(planning.levels, key, through, above);
    const write: WriteRow = (row, showing) => {
      const texts =
        showing.rows
          .get(own)
          ?.get(row[at] ?? '')
          ?.map((pair) => find(pair[1] ?? '', showing)) ?? [];
      if (texts.includes(null)) throw unplanned('a missing record');
      return `[${texts.join(',')}]`;
    };
    return { write, isPure: false };
  }
  const own = rowLevel(planning.levels, noun.table, { key, order, ...(through && { through }), ...above });
  const inner = objectWriter(planning, type, nodes, { layout: own.layout, level: own });
  const write: WriteRow = (row, showing) =>
    `[${
      showing.rows
        .get(own)
        ?.get(row[at] ?? '')
        ?.map((one) => inner.write(one, showing))
        .join(',') ?? ''
    }]`;
  return { write, isPure: false };
}

function layoutTable(level: Level | null): PgTable {
  if (!level) throw unplanned('rows below kept ones');
  return level.table;
}
