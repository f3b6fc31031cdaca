import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLArgument,
  type GraphQLField,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  printSchema,
} from 'graphql';
import { serverAudits } from 'graphql-http';
import { schema } from '../../src/schema/index.ts';
import { fetchServer, newOrganization } from '../support/world.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
type Field = GraphQLField<unknown, unknown>;
const fieldsOf = (type: (typeof types)[number]): Field[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}),
);

test('schema.graphql is what the code says', () => {
  assert.equal(readFileSync('schema.graphql', 'utf8').trimEnd(), printSchema(schema).trimEnd());
  assert.deepEqual(findBreakingChanges(buildSchema(readFileSync('schema.graphql', 'utf8')), schema), []);
});

test('every type, field, argument and enum value is described', () => {
  const lacks: string[] = [];
  const look = (name: string, described: { description?: string | null | undefined }) => {
    if (!described.description?.trim()) lacks.push(name);
  };
  for (const type of types) {
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    for (const field of fieldsOf(type)) {
      look(`${type.name}.${field.name}`, field);
      for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
    }
  }
  assert.deepEqual(lacks, []);
});

/** What every credential may ask: who it is, and records by global id, where the scope is that of the record's type. */
const open = new Set(['viewer', 'node', 'nodes']);

describe('scopes', () => {
  const argument = (arg: GraphQLArgument) => {
    const type = getNamedType(arg.type);
    if (!isNonNullType(arg.type)) return [];
    const value = isInputObjectType(type)
      ? type.isOneOf
        ? type.getFields().uniqueId
          ? '{ uniqueId: "x" }'
          : '{ reference: "x" }'
        : '{}'
      : isEnumType(type)
        ? type.getValues()[0]?.name
        : '"x"';
    return [`${arg.name}: ${arg.type.toString().includes('[') ? '[]' : value}`];
  };
  const operation = (field: Field) => {
    const args = field.args.flatMap(argument);
    const type = getNamedType(field.type);
    const selection = isObjectType(type) || isInterfaceType(type) || isUnionType(type) ? '{ __typename }' : '';
    return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selection}`;
  };

  test('a root field without a scope fails', () => {
    const scopeless = rootFields.filter(({ name, extensions }) => {
      const { authScopes } = (extensions.pothosOptions ?? {}) as { authScopes?: object };
      return !open.has(name) && (!authScopes || Object.keys(authScopes).length === 0);
    });
    assert.deepEqual(
      scopeless.map(({ name }) => name),
      [],
    );
  });

  test('a key without scopes is refused at each of them', async () => {
    const world = await newOrganization();
    const poor = await world.keyFor([]);
    for (const type of ['query', 'mutation'] as const) {
      const root = type === 'query' ? schema.getQueryType() : schema.getMutationType();
      for (const field of Object.values(root?.getFields() ?? {})) {
        if (open.has(field.name)) continue;
        assert.equal(await world.refused(`${type} { ${operation(field)} }`, {}, poor), 'FORBIDDEN', operation(field));
      }
    }
    const { organization } = await world.ok('{ organization { id } }');
    assert.equal(await world.refused(`{ node(id: "${organization.id}") { id } }`, {}, poor), 'FORBIDDEN');
  });
});

describe('Relay', () => {
  test('every node has a non-null id, and `node` and `nodes` find them', () => {
    const node = schema.getType('Node');
    assert.ok(isInterfaceType(node));
    assert.equal(node.getFields().id?.type.toString(), 'ID!');
    const [one, many] = ['node', 'nodes'].map((name) => rootFields.find((field) => field.name === name));
    assert.deepEqual([one?.type.toString(), one?.args[0]?.type.toString()], ['Node', 'ID!']);
    assert.deepEqual([many?.type.toString(), many?.args[0]?.type.toString()], ['[Node]!', '[ID!]!']);
    assert.ok(schema.getPossibleTypes(node).length >= 10);
  });

  test('every connection has edges, cursors, page info and the arguments that walk it', () => {
    const pageInfo = schema.getType('PageInfo');
    assert.ok(isObjectType(pageInfo));
    assert.deepEqual(
      Object.values(pageInfo.getFields()).map((field) => `${field.name}: ${field.type}`),
      ['hasNextPage: Boolean!', 'hasPreviousPage: Boolean!', 'startCursor: String', 'endCursor: String'],
    );
    const connections = types.filter(({ name }) => name.endsWith('Connection'));
    assert.ok(connections.length >= 8);
    for (const connection of connections) {
      const of = Object.fromEntries(fieldsOf(connection).map((field) => [field.name, field.type.toString()]));
      const record = connection.name.slice(0, -'Connection'.length);
      assert.deepEqual([of.edges, of.pageInfo, of.nodes], [`[${record}Edge!]!`, 'PageInfo!', `[${record}!]!`]);
      const edge = schema.getType(`${record}Edge`);
      assert.ok(edge);
      assert.deepEqual(
        fieldsOf(edge).map((field) => `${field.name}: ${field.type}`),
        ['cursor: String!', `node: ${record}!`],
      );
    }
    for (const field of types.flatMap(fieldsOf).filter(({ type }) => getNamedType(type).name.endsWith('Connection'))) {
      const args = Object.fromEntries(field.args.map((arg) => [arg.name, arg.type.toString()]));
      assert.deepEqual([args.first, args.after], ['Int', 'String'], field.name);
      // A list of what happened is walked one way.
      const back = field.name === 'history' ? [undefined, undefined] : ['Int', 'String'];
      assert.deepEqual([args.last, args.before], back, field.name);
    }
  });
});

test('every mutation answers its payload or why nothing was changed', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const result = getNamedType(field.type);
    assert.ok(isUnionType(result), field.name);
    const [payload, ...refusals] = result.getTypes();
    assert.ok(payload?.name.endsWith('Payload'), field.name);
    assert.deepEqual(
      refusals.map(({ name }) => name),
      ['InvalidInputError', 'NotFoundError', 'ConflictError', 'StaleError'],
    );
  }
});

describe('GraphQL over HTTP', async () => {
  test('a response of its own media type without data is no success', async () => {
    const { key } = await newOrganization();
    const asked = async (query: string, variables: object) => {
      const request = new Request('http://clientele.test/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          authorization: `Bearer ${key}`,
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await fetchServer(request)).status;
    };
    for (let i = 0; i < 2; i++) {
      assert.equal(await asked('query ($a: Int!) { customers(first: $a) { nodes { id } } }', {}), 400);
      assert.equal(await asked('query ($s: String) { customers(search: $s) { nodes { id } } }', { s: '\0' }), 400);
    }
  });
  const world = await newOrganization();
  const fetchFn = async (input: string, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${world.key}`);
    return fetchServer(new Request(input, { ...init, headers }));
  };
  for (const audit of serverAudits({ url: 'http://clientele.test/graphql', fetchFn })) {
    test(`${audit.id} ${audit.name}`, async (t) => {
      const result = await audit.fn();
      // What the specification asks with SHOULD or MAY is told, not demanded.
      if (result.status === 'warn' || result.status === 'notice') t.diagnostic(`${result.status}: ${result.reason}`);
      else assert.equal(result.status, 'ok', 'reason' in result ? result.reason : undefined);
    });
  }
});
