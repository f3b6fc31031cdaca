import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { ApiError } from '../../src/errors.ts';
import { readDocument } from '../../src/limits/shape.ts';
import { fetchServer, newOrganization, post } from '../support/world.ts';

const refusedBecause = (source: string): string | undefined => {
  try {
    readDocument(source);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error.faults[0]?.message;
  }
  return undefined;
};
const nested = (depth: number) => '{a'.repeat(depth) + '}'.repeat(depth);
const many = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join(' ');

describe('a document is bounded before it is validated', () => {
  it('length: 20 kB, counted in bytes', () => {
    assert.equal(refusedBecause(`{ a(b: "${'x'.repeat(19_000)}") }`), undefined);
    assert.match(refusedBecause(`{ a(b: "${'é'.repeat(10_001)}") }`) ?? '', /20000 bytes/);
  });
  it('tokens: 2,000', () => assert.match(refusedBecause(`{ ${'a '.repeat(2_000)} }`) ?? '', /2000 tokens/));
  it('depth: 10, fragments included', () => {
    assert.equal(refusedBecause(nested(10)), undefined);
    assert.match(refusedBecause(nested(11)) ?? '', /10 levels/);
    assert.match(refusedBecause(`{ a { ...F } } fragment F on X ${nested(10)}`) ?? '', /10 levels/);
  });
  it('aliases: 30, __typename included', () =>
    assert.match(refusedBecause(`{ a { ${many(31, (i) => `x${i}: __typename`)} } }`) ?? '', /30 aliases/));
  it('fields at the root: 20, however they are spread', () => {
    assert.match(refusedBecause(`{ ${many(21, (i) => `a${i}`)} }`) ?? '', /20 fields/);
    assert.match(refusedBecause(`{ ...F } fragment F on Query { ${many(21, (i) => `a${i}`)} }`) ?? '', /20 fields/);
  });
  it('directives: 20', () => assert.match(refusedBecause(`{ a ${many(21, () => '@x')} }`) ?? '', /20 directives/));
  it('fragments that double 28 times cost no time', () => {
    const doubled = many(28, (i) => `fragment F${i} on X { x: a ...F${i + 1} ...F${i + 1} }`);
    const started = performance.now();
    assert.match(refusedBecause(`{ ...F0 } ${doubled} fragment F28 on X { x: a }`) ?? '', /aliases/);
    assert.ok(performance.now() - started < 500);
  });
  it('fragments that go round are left to validation', () =>
    assert.equal(refusedBecause('{ ...A } fragment A on X { ...B } fragment B on X { ...A }'), undefined));
  it('the query of tools for the schema passes', () =>
    assert.equal(refusedBecause(getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true })), undefined));
  it('the schema has a depth of its own', () =>
    assert.match(refusedBecause(`{ __schema ${nested(20)} }`) ?? '', /schema/));
});

describe('each refusal is a 4xx with a code, what is wrong and what to do', async () => {
  const world = await newOrganization();
  const cases: [string, string, number, string][] = [
    ['depth', nested(11), 400, 'QUERY_TOO_COMPLEX'],
    ['tokens', `{ ${'a '.repeat(2_000)} }`, 400, 'QUERY_TOO_COMPLEX'],
    ['20,000 nested braces', nested(9_000), 413, 'TOO_LARGE'],
    [
      'aliases',
      `{ ${many(15, (i) => `a${i}: __typename b${i}: __typename c${i}: __typename`)} }`,
      400,
      'QUERY_TOO_COMPLEX',
    ],
    ['length', `{ a(b: "${'x'.repeat(20_000)}") }`, 413, 'TOO_LARGE'],
  ];
  for (const [name, query, status, code] of cases) {
    it(name, async () => {
      const answer = await world.gql(query);
      assert.equal(answer.status, status);
      assert.equal(answer.errors?.[0]?.extensions.code, code);
      assert.ok(answer.errors?.[0]?.extensions.faults[0].message);
      assert.equal(answer.data, undefined);
    });
  }
  it('values beside the document: 50,000, and forty levels deep; filters in a filter: 250', async () => {
    const query = 'query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount { value } } }';
    const asked = async (filter: object) => {
      const { status, errors } = await world.gql(query, { filter });
      return [status, errors?.[0]?.extensions.code, errors?.[0]?.extensions.faults[0].path.join('.')];
    };
    const deep = (levels: number): object => (levels === 0 ? {} : { and: [deep(levels - 1)] });
    assert.deepEqual(await asked({ or: Array(60_000).fill({}) }), [413, 'TOO_LARGE', 'body']);
    assert.deepEqual(await asked(deep(1_500)), [413, 'TOO_LARGE', 'body']);
    assert.deepEqual(await asked({ or: Array(251).fill({}) }), [200, 'LIST_TOO_LONG', 'filter']);
    const by = Array.from({ length: 251 }, (_, i) => ({ numericId: i + 1 }));
    assert.deepEqual(await asked({ category: { in: by } }), [200, 'LIST_TOO_LONG', 'filter']);
    const some = Array.from({ length: 200 }, (_, i) => ({ customerNumber: { equals: i } }));
    assert.equal((await world.gql(query, { filter: { or: some } })).errors, undefined);
  });
  it('a field that is selected hundreds of times', async () => {
    const { errors } = await world.gql(`{ customers(first: 1) { nodes { ${'id '.repeat(900)} } } }`);
    assert.equal(errors?.[0]?.extensions.code, 'QUERY_TOO_COMPLEX');
  });
  it('at most twenty faults of one answer', async () => {
    const { errors } = await world.gql(`{ viewer { ${many(100, (i) => `no${i}`)} } }`);
    assert.ok((errors?.length ?? 99) <= 21);
  });
  it('a list of operations', async () => {
    for (const count of [0, 2, 5_000]) {
      const body = JSON.stringify(Array.from({ length: count }, () => ({ query: '{ __typename }' })));
      const answer = await send(world.key, body);
      assert.equal(answer.status, 400);
      const told = (await answer.json()) as { errors: { extensions: { code: string } }[] };
      assert.equal(told.errors[0]?.extensions.code, 'MALFORMED_REQUEST');
    }
  });
  it('a body over 3 MiB, stated or not', async () => {
    const text = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(3 * 1024 * 1024) } });
    assert.equal((await send(world.key, text)).status, 413);
    const chunks = new Blob([text]).stream();
    assert.equal((await send(world.key, chunks)).status, 413);
  });
  it('broken UTF-8, and anything but JSON', async () => {
    assert.equal((await send(world.key, Buffer.from('{"query":"{ \xff }"}', 'latin1'))).status, 400);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-7',
      'application/graphql',
    ])
      assert.equal((await send(world.key, '{"query":"{ __typename }"}', type)).status, 415, type);
  });
  it('GET changes nothing', async () => {
    const query = encodeURIComponent('mutation { customerDelete(by: { reference: "x" }) { __typename } }');
    const answer = await fetchServer(
      new Request(`http://clientele.test/graphql?query=${query}`, {
        headers: { authorization: `Bearer ${world.key}` },
      }),
    );
    assert.equal(answer.status, 405);
  });
});

describe('in production nobody without a credential is told of the schema', () => {
  for (const query of [
    '{ __schema { types { name } } }',
    '{ custmer }',
    '{ __typename }',
    '{',
    nested(11),
    '{ __type(name: "Customer") { name } }',
  ]) {
    it(query.slice(0, 40), async () => {
      const answer = await post(null, query);
      assert.equal(answer.status, 401);
      assert.deepEqual(
        answer.errors?.map(({ extensions }) => extensions.code),
        ['UNAUTHENTICATED'],
      );
      assert.equal(answer.errors?.[0]?.message, 'A valid credential is required.');
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    });
  }
});

function send(key: string, body: BodyInit, type = 'application/json'): Promise<Response> {
  const headers = { 'content-type': type, authorization: `Bearer ${key}` };
  const init = { method: 'POST', headers, body, duplex: 'half' };
  return fetchServer(new Request('http://clientele.test/graphql', init as RequestInit));
}
