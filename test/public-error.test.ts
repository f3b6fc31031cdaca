import assert from 'node:assert/strict';
import { it } from 'node:test';
import { logged, newOrganization } from './support/world.ts';

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
