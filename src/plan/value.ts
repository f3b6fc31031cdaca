import {
  type FieldNode,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from '../schema/builder.ts';
import { fieldsOf, type Selecting } from './selection.ts';
import { quote } from './text.ts';
import { unplanned } from './unplanned.ts';

/** Writes a value as JSON, as the execution would complete it. */
export type WriteValue = (value: unknown, ctx: Context) => string;

export const setsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));

/** How values of this type are written. Inside of them every field must be a plain one: no arguments, no scope, no promise. */
export function valueWriter(selecting: Selecting, type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
  if (isNonNullType(type)) {
    const write = valueWriter(selecting, type.ofType, nodes);
    return (value, ctx) => {
      if (value === null || value === undefined) throw unplanned('a missing value');
      return write(value, ctx);
    };
  }
  const write = presentWriter(selecting, type, nodes);
  return (value, ctx) => (value === null || value === undefined ? 'null' : write(value, ctx));
}

function presentWriter(selecting: Selecting, type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
  if (isListType(type)) {
    const write = valueWriter(selecting, type.ofType, nodes);
    return (value, ctx) => {
      if (!Array.isArray(value)) throw unplanned('no list');
      return `[${value.map((one) => write(one, ctx)).join(',')}]`;
    };
  }
  if (isLeafType(type)) {
    return (value) => {
      const told = type.serialize(value);
      if (typeof told === 'string') return quote(told);
      if (told === null || told === undefined) throw unplanned('a value that cannot be told');
      return JSON.stringify(told);
    };
  }
  if (!isObjectType(type) || scopesOf(type).length > 0) throw unplanned('an abstract type');
  const parts = [...fieldsOf(selecting, type, setsOf(nodes))].map(([key, inner], i) => {
    const prefix = `${i ? ',' : '{'}${quote(key)}:`;
    const name = inner[0]?.name.value ?? '';
    if (name === '__typename')
      return { prefix, read: () => type.name, write: (value: unknown) => quote(String(value)) };
    const field = type.getFields()[name];
    if (!field || field.args.length > 0 || field.extensions.source || scopesOf(field).length > 0) {
      throw unplanned(`${type.name}.${name}`);
    }
    const { resolve } = field;
    const read = (value: unknown, ctx: Context): unknown =>
      resolve
        ? resolve(value, {}, ctx, undefined as never)
        : typeof value === 'object' && value !== null && Object.getOwnPropertyDescriptor(value, name)?.value;
    return { prefix, read, write: valueWriter(selecting, field.type, inner) };
  });
  return (value, ctx) => {
    if (value instanceof Promise) throw unplanned('a promise');
    let text = '';
    for (const { prefix, read, write } of parts) text += prefix + write(read(value, ctx), ctx);
    return `${text}}`;
  };
}

/** The scopes that a field asks for. Conditions that are no scope are not planned. */
export function scopesOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): string[] {
  const scopes: unknown = (extensions.pothosOptions as { authScopes?: unknown } | undefined)?.authScopes;
  if (scopes === undefined) return [];
  if (typeof scopes !== 'object' || scopes === null) throw unplanned('a scope that depends');
  return Object.entries(scopes).map(([name, value]) => {
    if (name === 'scope' && typeof value === 'string') return value;
    // One of several would do; who has only another one goes the ordinary way.
    if (name === '$any' && typeof value?.scope === 'string') return value.scope;
    throw unplanned('a scope that depends');
  });
}
