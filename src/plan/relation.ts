import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { type FieldNode, type GraphQLObjectType, getNamedType, isNonNullType, isObjectType } from 'graphql';
import type { Noun, Source } from '../schema/source.ts';
import { type Layout, type Level, pairLevel, rowLevel } from './level.ts';
import { objectWriter } from './object.ts';
import type { Field, Place, Planning, Showing, WriteRow, Writer } from './planning.ts';
import { isKept, keptColumns } from './reference.ts';
import { NONE } from './text.ts';
import { unplanned } from './unplanned.ts';

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

/** A row that a column points at. */
export function oneWriter(
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

/** Rows that point at this one, or are paired with it. */
export function manyWriter(
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
