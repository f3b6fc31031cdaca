import { type FieldNode, type GraphQLNamedType, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import type { Level } from './level.ts';
import { objectWriter } from './object.ts';
import { admit, type Planning, type Showing, type WriteRow } from './planning.ts';
import { fieldsOf } from './selection.ts';
import { type Flat, quote } from './text.ts';
import { unplanned } from './unplanned.ts';
import { setsOf } from './value.ts';

/** One page of a list being shown. */
export interface Shown {
  rows: readonly Flat[];
  cursor: (row: Flat) => string;
  flags: { hasNextPage: boolean; hasPreviousPage: boolean };
  /** The count that was asked for with these arguments. */
  total: (slot: number) => number;
}
export type WritePage = (shown: Shown, showing: Showing) => string;

/** How a connection is written, and what that needs: the counts by their arguments, and the rows' cursors. */
export interface PageWriter {
  write: WritePage;
  totals: readonly number[];
  cursors: boolean;
}

/** Writes a connection as its selection shows it, by the names that Relay gives the fields. */
export function pageWriter(
  planning: Planning,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  level: Level,
): PageWriter {
  const totals: number[] = [];
  let cursors = false;
  const rowWriter = (row: GraphQLNamedType, inner: readonly FieldNode[]) =>
    objectWriter(planning, objectType(row), inner, { layout: level.layout, level }).write;

  const objectOf = (
    object: GraphQLObjectType,
    of: readonly FieldNode[],
    field: (name: string, inner: FieldNode[], type: GraphQLNamedType) => WritePage,
  ): WritePage => {
    admit(planning, object);
    const parts = [...fieldsOf(planning, object, setsOf(of))].map(([key, inner], i) => {
      const prefix = `${i ? ',' : '{'}${quote(key)}:`;
      const name = inner[0]?.name.value ?? '';
      const declared = object.getFields()[name];
      if (name === '__typename') return { prefix, write: () => quote(object.name) };
      if (!declared) throw unplanned('no such field');
      admit(planning, declared);
      return { prefix, write: field(name, inner, getNamedType(declared.type)) };
    });
    return (shown, showing) => `${parts.map(({ prefix, write }) => prefix + write(shown, showing)).join('')}}`;
  };
  const each =
    (write: WriteRow): WritePage =>
    ({ rows }, showing) => {
      let text = '';
      for (const row of rows) text += (text ? ',' : '[') + write(row, showing);
      return text ? `${text}]` : '[]';
    };
  const cursorAt =
    (at: 0 | -1): WritePage =>
    ({ rows, cursor }) => {
      const row = rows.at(at);
      return row ? quote(cursor(row)) : 'null';
    };

  const write = objectOf(type, nodes, (name, inner, of) => {
    if (name === 'nodes') return each(rowWriter(of, inner));
    if (name === 'edges') {
      const edge =
        (shown: Shown): WriteRow =>
        (row, showing) =>
          inEdge({ ...shown, rows: [row] }, showing);
      const inEdge = objectOf(objectType(of), inner, (part, within, node) => {
        if (part === 'cursor') {
          cursors = true;
          return cursorAt(0);
        }
        if (part !== 'node') throw unplanned(part);
        const writeRow = rowWriter(node, within);
        return ({ rows: [row] }, showing) => (row ? writeRow(row, showing) : 'null');
      });
      return (shown, showing) => each(edge(shown))(shown, showing);
    }
    if (name === 'pageInfo') {
      return objectOf(objectType(of), inner, (part) => {
        if (part === 'hasNextPage' || part === 'hasPreviousPage') return ({ flags }) => String(flags[part]);
        cursors = true;
        if (part === 'startCursor') return cursorAt(0);
        if (part === 'endCursor') return cursorAt(-1);
        throw unplanned(part);
      });
    }
    if (name !== 'totalCount') throw unplanned(name);
    const [node] = inner;
    const declared = type.getFields()[name];
    if (!node || !declared) throw unplanned(name);
    const slot = planning.argued.push({ field: declared, node }) - 1;
    totals.push(slot);
    return objectOf(objectType(of), inner, (part) => {
      if (part === 'exact') return () => 'true';
      if (part === 'value') return ({ total }) => String(total(slot));
      throw unplanned(part);
    });
  });

  return { write, totals, cursors };
}

function objectType(type: GraphQLNamedType): GraphQLObjectType {
  if (!isObjectType(type)) throw unplanned('an abstract type');
  return type;
}
