import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fetchServer, type Json, logged, newOrganization } from '../support/world.ts';

it('a variable of the wrong form is the caller’s fault, told by its name, and no fault of ours', async () => {
  const world = await newOrganization();
  const before = logged.length;
  const cases: [string, object, RegExp][] = [
    ['query ($n: Int) { customers(first: $n) { nodes { name } } }', { n: 'many' }, /\$n.*Int cannot represent/],
    ['query ($by: CustomerBy!) { customer(by: $by) { name } }', { by: 'x' }, /\$by.*to be an object/],
    [
      'mutation ($i: CustomerCreateInput!) { customerCreate(input: $i) { __typename } }',
      { i: { creditLimit: 'x' } },
      /Decimal takes/,
    ],
    [
      'mutation ($i: CustomerCreateInput!) { customerCreate(input: $i) { __typename } }',
      { i: { __proto: 1 } },
      /not defined/,
    ],
  ];
  for (const [query, variables, said] of cases) {
    const { errors } = await world.gql(query, variables);
    assert.deepEqual(
      errors?.map(({ extensions }) => extensions.code),
      ['INVALID_INPUT'],
    );
    assert.match(errors?.[0]?.message ?? '', said);
  }
  assert.deepEqual(
    logged.slice(before).filter(({ message }) => message !== 'request'),
    [],
  );
});

it('variables of a GET that are no JSON are the caller’s fault too', async () => {
  const world = await newOrganization();
  const before = logged.length;
  for (const query of ['variables=x', 'variables={"a":', 'extensions=no']) {
    const headers = { authorization: `Bearer ${world.key}` };
    const answer = await fetchServer(
      new Request(`http://clientele.test/graphql?query={viewer{__typename}}&${encodeURI(query)}`, { headers }),
    );
    const { errors } = (await answer.json()) as Json;
    assert.deepEqual([answer.status, errors[0].extensions.code], [400, 'MALFORMED_REQUEST']);
  }
  assert.deepEqual(
    logged.slice(before).filter(({ message }) => message !== 'request'),
    [],
  );
});
