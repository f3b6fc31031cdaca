import fc from 'fast-check';
import {
  type GraphQLArgument,
  GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** What filters, identities and searches are made of: some of it stands in the demo data, some nowhere. */
const texts = [
  'a',
  'an',
  'Bo',
  'root',
  '*a*',
  'A*',
  '%',
  '',
  'NO',
  'EUR',
  'nobody at all',
  'é',
  "o'",
  '0',
  'PERSON',
  '+47',
];
const words: Record<string, fc.Arbitrary<string>> = {
  String: fc.constantFrom(...texts).map((text) => JSON.stringify(text)),
  ID: fc.integer({ min: 1, max: 300 }).map((id) => JSON.stringify(Buffer.from(`Customer:${id}`).toString('base64url'))),
  Int: fc.integer({ min: 0, max: 400 }).map(String),
  SafeInt: fc.integer({ min: -1, max: 400 }).map(String),
  Float: fc.double({ min: -90, max: 90, noNaN: true }).map((value) => value.toFixed(3)),
  Boolean: fc.boolean().map(String),
  Decimal: fc.integer({ min: -1, max: 20_000 }).map((value) => `"${value}.50"`),
  DateTime: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map((s) => `"${new Date(s * 1000).toISOString()}"`),
};

function input(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
  const inner = getNullableType(type);
  if (isListType(inner))
    return fc.array(input(inner.ofType, depth), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`);
  if (inner instanceof GraphQLEnumType) return fc.constantFrom(...inner.getValues().map(({ name }) => name));
  if (!isInputObjectType(inner)) return words[inner.name] ?? fc.constant('null');
  const fields = Object.values(inner.getFields());
  const needed = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
  const others = fields.filter(
    (field) => !needed.includes(field) && (depth > 0 || !isInputObjectType(getNamedType(field.type))),
  );
  const [most, least] = inner.isOneOf ? [1, 1] : [2, 0];
  return chosen(others, most, least)
    .chain((some) =>
      fc.tuple(
        ...[...needed, ...some].map((field) => input(field.type, depth - 1).map((value) => `${field.name}: ${value}`)),
      ),
    )
    .map((parts) => `{${parts.join(', ')}}`);
}

/** Pages are small, and mostly of the sizes that are allowed. */
const own: Record<string, fc.Arbitrary<string>> = {
  first: fc.integer({ min: 1, max: 12 }).map(String),
  last: fc.integer({ min: 1, max: 5 }).map(String),
  offset: fc.integer({ min: 0, max: 30 }).map(String),
  exact: fc.boolean().map(String),
};

/** Some of them, in their order. */
const chosen = <T>(all: readonly T[], most: number, least = 0) =>
  fc.subarray([...all], { minLength: Math.min(least, all.length), maxLength: Math.min(most, all.length) });

function args(all: readonly GraphQLArgument[]): fc.Arbitrary<string> {
  // Cursors come from answers: another property walks them.
  const usable = all.filter(({ name }) => name !== 'after' && name !== 'before');
  const needed = usable.filter((one) => isNonNullType(one.type) && one.defaultValue === undefined);
  return chosen(
    usable.filter((one) => !needed.includes(one)),
    3,
  )
    .chain((some) =>
      fc.tuple(
        ...[...needed, ...some].map((one) =>
          (own[one.name] ?? input(one.type, 1)).map((value) => `${one.name}: ${value}`),
        ),
      ),
    )
    .map((parts) => (parts.length > 0 ? `(${parts.join(', ')})` : ''));
}

/** A selection of a type: fields, aliases, type names, fragments. */
function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !isObjectType(getNamedType(field.type)),
  );
  const few = fields.length > 12 ? 8 : 4;
  return chosen(fields, few, 1)
    .chain((some) => fc.tuple(...some.map((field) => fieldText(field, depth)), fc.boolean()))
    .map((parts) => {
      const named = parts.pop();
      const told = parts.filter((part) => typeof part === 'string' && part !== '');
      if (named || told.length === 0) told.push('__typename');
      return told.length > 2
        ? `${told.slice(1).join(' ')} ... on ${type.name} { ${told[0]} ${told[1]} }`
        : told.join(' ');
    });
}

let aliases = 0;

function fieldText(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
  const target: GraphQLNamedType = getNamedType(field.type);
  const inner = isObjectType(target) ? selection(target, depth - 1).map((text) => ` { ${text} }`) : fc.constant('');
  if (!isObjectType(target) && 'getTypes' in target) return fc.constant('');
  return fc
    .tuple(args(field.args), inner)
    .map(([given, below]) => `${given ? `a${aliases++}: ` : ''}${field.name}${given}${below}`);
}

/** Random queries over the fields of a schema that say where their rows come from, and over some that do not. */
export function queries(schema: GraphQLSchema, names: readonly string[]): fc.Arbitrary<string> {
  const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ name }) => names.includes(name));
  return fc
    .subarray(roots, { minLength: 1, maxLength: 2 })
    .chain((some) => fc.tuple(...some.map((field) => fieldText(field, 4))))
    .map((parts) => `{ ${parts.join(' ')} }`);
}
