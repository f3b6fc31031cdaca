import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { GraphQLNonNull, type GraphQLObjectType, isNonNullType } from 'graphql';
import { columnSql, decoder, NONE, nameOf } from '../db/flat.ts';
import { propertyOf } from '../schema/loader.ts';
import type { Source } from '../schema/source.ts';
import { leafOf } from './leaf.ts';
import {
  all,
  argsOf,
  type Of,
  one,
  type Planning,
  type Rows,
  rowsBelow,
  rowsKept,
  type Showing,
  type Spot,
  type Write,
} from './level.ts';
import { listWriter, singleWriter } from './list.ts';
import { type Nodes, objectIn, objectWriter } from './selection.ts';
import { giveUp } from './unplanned.ts';
import { valueWriter } from './value.ts';

/** Writes rows as a selection shows them: each field by where its value comes from. */
export function rowWriter(planning: Planning, type: GraphQLObjectType, nodes: Nodes, spot: Spot) {
  return objectWriter<Rows>(planning, type, nodes, (field, inner) => {
    const source = field.extensions.source as Source | undefined;
    const showing = { planning, field, nodes: inner, spot };
    switch (source?.kind) {
      case 'column':
        return columnWriter(showing, source.column);
      case 'computed':
        return computedWriter(showing, source);
      case 'part':
        return partWriter(showing, source);
      case 'one':
        return oneWriter(showing, source);
      case 'many':
        return manyWriter(showing, source);
      case 'single':
        return singleWriter(showing, source);
      case 'list':
        return listWriter(showing, source);
      default:
        giveUp(field.name);
    }
  });
}

/** A column's value; what is no leaf is decoded and serialized. */
function columnWriter({ planning, field, nodes, spot }: Showing, column: AnyPgColumn): Write {
  const cell = spot.cell(columnSql(column));
  const isNonNull = isNonNullType(field.type);
  const leaf = leafOf(column, field.type);
  const decode = decoder(column);
  const serialize = valueWriter(planning, field.type, nodes);
  const decoded: Write<string> = (text, answer) => serialize(decode(text), answer);
  const write = leaf ? planning.form.leaf(leaf) : decoded;
  return ({ cells, at }, answer) => {
    const text = cells[at + cell] ?? NONE;
    if (text !== NONE) return write(text, answer);
    return isNonNull ? giveUp('a missing value') : planning.form.none;
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
  const write = objectWriter<Rows>(planning, type, nodes, (own, inner) => {
    const column = columns[own.name];
    // Without a resolver a field shows the property of its own name.
    if (!column || own.resolve) giveUp(`${type.name}.${own.name}`);
    return columnWriter({ planning, field: own, nodes: inner, spot }, column);
  });
  return (rows, answer) => (rows.cells[rows.at + test] === '0' ? planning.form.none : write(rows, answer));
}

/** The row that a column points at. */
function oneWriter(showing: Showing, { noun: { table }, from }: Omit<Of<'one'>, 'kind'>): Write {
  const { planning, field, nodes, spot } = showing;
  const type = objectIn(field.type);
  const cell = spot.cell(columnSql(from));
  const writerOf = (own: Spot) => rowWriter(planning, type, nodes, own);
  const level = rowsKept(planning, table, writerOf) ?? rowsBelow(planning, { key: table.id }, spot, from, writerOf);
  return one(showing, level, cell);
}

/** Rows that point at this one, or are paired with it: of each pair the row that it points at. */
function manyWriter(showing: Showing, { noun, by: { key, order, through } }: Of<'many'>): Write {
  const { planning, field, nodes, spot } = showing;
  const type = objectIn(field.type);
  const each = { planning, field: { ...field, type: new GraphQLNonNull(type) }, nodes };
  if (through && order !== noun.table.id) giveUp('pairs in another order');
  const cell = spot.cell(columnSql(spot.id));
  const level = rowsBelow(planning, { key, order: through ?? order }, spot, spot.id, (own) =>
    through ? oneWriter({ ...each, spot: own }, { noun, from: through }) : rowWriter(planning, type, nodes, own),
  );
  return all(showing, level, cell);
}
