import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** A field of Query or Mutation as an operation of its own, every argument a variable. */
export interface Operation {
  name: string;
  kind: 'query' | 'mutation';
  query: string;
  args: readonly GraphQLArgument[];
}

/** What is selected of a type: its plain fields, two levels of objects, and what an error says. */
function selectionOf(type: GraphQLOutputType, depth = 2): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named))
    return `{ __typename ${named
      .getTypes()
      .map((one) => `... on ${one.name} ${selectionOf(one, depth)}`)
      .join(' ')} }`;
  if (!isObjectType(named)) return '{ __typename ... on Node { id } }';
  const fields = Object.values(named.getFields()).filter(
    ({ name, args, type: inner }) =>
      !args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined) &&
      // Faults hold one another; the dialects' lens has a test of its own.
      !['existing', 'as'].includes(name) &&
      (isLeafType(getNamedType(inner)) || depth > 0),
  );
  return `{ __typename ${fields.map((field) => `${aliasOf(named.name, field.name, field.type)}${field.name} ${selectionOf(field.type, depth - 1)}`).join(' ')} }`;
}

/** Members of a union may give one name two types: each has its own alias there. */
const aliasOf = (parent: string, name: string, type: GraphQLOutputType) =>
  /(Payload|Error)$/.test(parent) && !isLeafType(getNamedType(type)) ? `${parent}_${name}: ` : '';

function operationOf(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): Operation {
  const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const list = field.args.length > 0;
  const depth = kind === 'mutation' ? 1 : 2;
  return {
    name: field.name,
    kind,
    args: field.args,
    query: `${kind} Wall${list ? `(${variables})` : ''} { r: ${field.name}${list ? `(${given})` : ''} ${selectionOf(field.type, depth)} }`,
  };
}

/** Every operation of the schema. */
export const operations: readonly Operation[] = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => operationOf('query', field)),
  ...Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => operationOf('mutation', field)),
];

/** Makes a value of a scalar or an enum; undefined takes the usual one. `path` leads to it through the arguments. */
export type Pick = (type: string, path: readonly string[]) => unknown;

const usual: Record<string, unknown> = {
  ID: 'x',
  String: 'x',
  Int: 1,
  SafeInt: 1,
  Float: 1,
  Boolean: false,
  DateTime: '2026-01-01T00:00:00Z',
  Decimal: '1',
  Base64: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
};

/** A value of an input type: what must be there, and of a `oneOf` the member that `pick` has something for, else the first. */
export function inputOf(type: GraphQLInputType, pick: Pick, path: readonly string[] = []): unknown {
  if (isNonNullType(type)) return inputOf(type.ofType, pick, path);
  if (isListType(type)) return [inputOf(type.ofType, pick, path)];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    if (type.isOneOf) {
      const chosen = fields.find(({ name }) => pick('oneOf', [...path, name]) === true) ?? fields[0];
      return chosen ? { [chosen.name]: inputOf(chosen.type, pick, [...path, chosen.name]) } : {};
    }
    return Object.fromEntries(
      fields
        .filter((field) => isNonNullType(field.type) || pick('optional', [...path, field.name]) === true)
        .map((field) => [field.name, inputOf(field.type, pick, [...path, field.name])]),
    );
  }
  const picked = pick(type.name, path);
  if (picked !== undefined) return picked;
  return isEnumType(type) ? type.getValues()[0]?.name : usual[type.name];
}

/** Variables of an operation. */
export const variablesOf = ({ args }: Operation, pick: Pick): Record<string, unknown> =>
  Object.fromEntries(
    args
      .filter((arg) => isNonNullType(arg.type) || pick('optional', [arg.name]) === true)
      .map((arg) => [arg.name, inputOf(arg.type, pick, [arg.name])]),
  );
