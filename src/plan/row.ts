import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { type FieldNode, GraphQLNonNull, type GraphQLObjectType, isNonNullType } from 'graphql';
import { columnSql, decoder, NONE, nameOf } from '../db/flat.ts';
import { propertyOf } from '../schema/loader.ts';
import type { Source } from '../schema/source.ts';
import { jsonOf } from './json.ts';
import {
  argsOf,
  found,
  type Planning,
  type Rows,
  rowsBelow,
  rowsKept,
  type Showing,
  type Spot,
  type Write,
} from './level.ts';
import { listWriter, singleWriter } from './list.ts';
import { named, objectIn, objectWriter } from './selection.ts';
import { giveUp } from './unplanned.ts';
import { valueWriter } from './value.ts';

type Of<Kind extends Source['kind']> = Extract<Source, { kind: Kind }>;

/** Writes rows as a selection shows them: each field by where its value comes from. */
export function rowWriter(planning: Planning, type: GraphQLObjectType, nodes: readonly FieldNode[], spot: Spot): Write {
  return objectWriter(planning, type, nodes, (field, inner, name) => {
    const source = field.extensions.source as Source | undefined;
    const showing = { planning, field, nodes: inner, spot };
    switch (source?.kind) {
      case 'column':
        return columnWriter(showing, source.column, name);
      case 'computed':
        return named(name, computedWriter(showing, source));
      case 'part':
        return named(name, partWriter(showing, source));
      case 'one':
        return named(name, oneWriter(showing, source));
      case 'many':
        return named(name, manyWriter(showing, source));
      case 'single':
        return named(name, singleWriter(showing, source));
      case 'list':
        return named(name, listWriter(showing, source));
      default:
        giveUp(field.name);
    }
  });
}

/** A column's value; what has no writer of its own is decoded and serialized. */
function columnWriter({ planning, field, nodes, spot }: Showing, column: AnyPgColumn, name: string): Write {
  const cell = spot.cell(columnSql(column));
  const isNonNull = isNonNullType(field.type);
  const write = jsonOf(name, column, field.type);
  const decode = decoder(column);
  const serialize = valueWriter(planning, field.type, nodes);
  const none = `${name}null`;
  return ({ cells, at }, answer) => {
    const text = cells[at + cell] ?? NONE;
    if (text !== NONE) return write ? write(text) : name + serialize(decode(text), answer);
    if (isNonNull) giveUp('a missing value');
    return none;
  };
}

/** A value made from columns of the row, as the ordinary way would make it. */
function computedWriter({ planning, field, nodes, spot }: Showing, { needs, compute }: Of<'computed'>): Write {
  const columns = needs.map((column) => ({
    property: propertyOf(column),
    cell: spot.cell(columnSql(column)),
    decode: decoder(column),
  }));
  const serialize = valueWriter(planning, field.type, nodes);
  const slot = argsOf(planning, field, nodes);
  return ({ cells, at }, answer) => {
    const row: Record<string, unknown> = {};
    for (const { property, cell, decode } of columns) {
      const text = cells[at + cell] ?? NONE;
      row[property] = text === NONE ? null : decode(text);
    }
    const more = { args: answer.args[slot] ?? {}, organization: answer.references.organization };
    return serialize(compute(row as never, answer.ctx, more), answer);
  };
}

/** An object made of columns of the same row. */
function partWriter({ planning, field, nodes, spot }: Showing, { columns, unless }: Of<'part'>): Write {
  const type = objectIn(field.type);
  const test = spot.cell(`num_nonnulls(${unless.map(nameOf).join(', ')})`);
  const write = objectWriter<Rows>(planning, type, nodes, (own, inner, name) => {
    const column = columns[own.name];
    // Without a resolver a field shows the property of its own name.
    if (!column || own.resolve) giveUp(`${type.name}.${own.name}`);
    return columnWriter({ planning, field: own, nodes: inner, spot }, column, name);
  });
  return (rows, answer) => (rows.cells[rows.at + test] === '0' ? 'null' : write(rows, answer));
}

/** The row that a column points at. */
function oneWriter(
  { planning, field, nodes, spot }: Showing,
  { noun: { table }, from }: Omit<Of<'one'>, 'kind'>,
): Write {
  const type = objectIn(field.type);
  const cell = spot.cell(columnSql(from));
  const writerOf = (own: Spot) => rowWriter(planning, type, nodes, own);
  const level = rowsKept(planning, table, writerOf) ?? rowsBelow(planning, { key: table.id }, spot, from, writerOf);
  return found(level, cell, isNonNullType(field.type) ? null : 'null');
}

/** Rows that point at this one, or are paired with it: of each pair the row that it points at. */
function manyWriter(
  { planning, field, nodes, spot }: Showing,
  { noun, by: { key, order, through } }: Of<'many'>,
): Write {
  const type = objectIn(field.type);
  if (through && order !== noun.table.id) giveUp('pairs in another order');
  const cell = spot.cell(columnSql(spot.id));
  const level = rowsBelow(planning, { key, order: through ?? order }, spot, spot.id, (own) =>
    through
      ? oneWriter(
          { planning, field: { ...field, type: new GraphQLNonNull(type) }, nodes, spot: own },
          { noun, from: through },
        )
      : rowWriter(planning, type, nodes, own),
  );
  const write = found(level, cell, '');
  return (rows, answer) => `[${write(rows, answer)}]`;
}
