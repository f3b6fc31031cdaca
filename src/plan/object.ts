import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import {
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

import { propertyOf } from '../schema/loader.ts';
import type { Source } from '../schema/source.ts';
import type { Layout } from './level.ts';
import { admit, type Field, type Place, type Planning, type WriteRow, type Writer } from './planning.ts';
import { manyWriter, oneWriter } from './relation.ts';
import { fieldsOf } from './selection.ts';
import { decoder, jsonOf, NONE, quote } from './text.ts';
import { unplanned } from './unplanned.ts';
import { scopesOf, setsOf, valueWriter } from './value.ts';

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
