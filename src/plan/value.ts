import { type GraphQLOutputType, isLeafType, isListType, isNonNullType } from 'graphql';
import type { Write } from './level.ts';
import { type Nodes, objectIn, objectWriter, type Selecting } from './selection.ts';
import { giveUp } from './unplanned.ts';

/** Writes values of a type as the execution would complete them. Inside of them every field must be a plain one. */
export function valueWriter(selecting: Selecting, type: GraphQLOutputType, nodes: Nodes): Write<unknown> {
  const isNonNull = isNonNullType(type);
  const write = presentWriter(selecting, isNonNull ? type.ofType : type, nodes);
  return (value, answer) => {
    if (value !== null && value !== undefined) return write(value, answer);
    if (isNonNull) giveUp('a missing value');
    return selecting.form.none;
  };
}

function presentWriter(selecting: Selecting, type: GraphQLOutputType, nodes: Nodes): Write<unknown> {
  const { form } = selecting;
  if (isListType(type)) {
    const write = valueWriter(selecting, type.ofType, nodes);
    return (value, answer) => {
      if (!Array.isArray(value)) giveUp('no list');
      return form.list(value.map((one) => write(one, answer)));
    };
  }
  if (isLeafType(type)) {
    return (value) => form.value(type.serialize(value) ?? giveUp('a value that cannot be told'));
  }
  const object = objectIn(type);
  const write = objectWriter<unknown>(selecting, object, nodes, ({ name, resolve, ...field }, inner) => {
    if (field.args.length > 0 || field.extensions.source) giveUp(`${object.name}.${name}`);
    const writeOwn = valueWriter(selecting, field.type, inner);
    return (value, answer) => {
      const own = resolve
        ? resolve(value, {}, answer.ctx, undefined as never)
        : Object.getOwnPropertyDescriptor(value, name)?.value;
      return writeOwn(own, answer);
    };
  });
  return (value, answer) => {
    if (value instanceof Promise) giveUp('a promise');
    return write(value, answer);
  };
}
