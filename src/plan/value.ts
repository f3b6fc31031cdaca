import { type FieldNode, type GraphQLOutputType, isLeafType, isListType, isNonNullType } from 'graphql';
import { quote } from './json.ts';
import type { Write } from './level.ts';
import { objectIn, objectWriter, type Selecting } from './selection.ts';
import { giveUp } from './unplanned.ts';

/** Writes values of a type as the execution would complete them. Inside of them every field must be a plain one. */
export function valueWriter(
  selecting: Selecting,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Write<unknown> {
  const isNonNull = isNonNullType(type);
  const write = presentWriter(selecting, isNonNull ? type.ofType : type, nodes);
  return (value, answer) => {
    if (value !== null && value !== undefined) return write(value, answer);
    if (isNonNull) giveUp('a missing value');
    return 'null';
  };
}

function presentWriter(selecting: Selecting, type: GraphQLOutputType, nodes: readonly FieldNode[]): Write<unknown> {
  if (isListType(type)) {
    const write = valueWriter(selecting, type.ofType, nodes);
    return (value, answer) => {
      if (!Array.isArray(value)) giveUp('no list');
      return `[${value.map((one) => write(one, answer)).join(',')}]`;
    };
  }
  if (isLeafType(type)) {
    return (value) => {
      const told = type.serialize(value);
      if (typeof told === 'string') return quote(told);
      if (told === null || told === undefined) giveUp('a value that cannot be told');
      return JSON.stringify(told);
    };
  }
  const object = objectIn(type);
  const writeObject = objectWriter<unknown>(
    selecting,
    object,
    nodes,
    ({ name, args, extensions, ...field }, inner, prefix) => {
      if (args.length > 0 || extensions.source) giveUp(`${object.name}.${name}`);
      const { resolve } = field;
      const write = valueWriter(selecting, field.type, inner);
      if (resolve) return (value, answer) => prefix + write(resolve(value, {}, answer.ctx, undefined as never), answer);
      return (value, answer) => prefix + write(Object.getOwnPropertyDescriptor(value, name)?.value, answer);
    },
  );
  return (value, answer) => {
    if (value instanceof Promise) giveUp('a promise');
    return writeObject(value, answer);
  };
}
