import assert from 'node:assert/strict';
import { it } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { newTenant, send } from './tenant.ts';

// In production mode a stranger learns nothing of the schema: neither by asking for it, nor by guessing and being corrected.

const probes: Record<string, string> = {
  introspection: getIntrospectionQuery(),
  'one type': '{ __type(name: "Customer") { fields { name } } }',
  'the root’s name': '{ __typename }',
  'a misspelt field': '{ custommers { nodes { naem } } }',
  'a misspelt argument': '{ customer(buy: { reference: "x" }) { name } }',
  'a misspelt type': 'query ($by: CustomerBye!) { customer(by: $by) { name } }',
  'a misspelt enum value': '{ customers(orderBy: { field: NAEM }) { nodes { name } } }',
  'a misspelt input field': 'mutation { customerCreate(input: { naem: "x" }) { __typename } }',
  'a wrong fragment': '{ customer(by: { reference: "x" }) { ... on Contcat { id } } }',
  'no selection': '{ customers }',
  'no GraphQL': '{ customers',
};
/** Words that only somebody who has read the schema can say, beyond those that were asked with. */
const telling =
  /did you mean|cannot query|unknown (type|argument|field)|__schema|CustomerBy\b|CustomerConnection|"name":"/i;

const json = { 'content-type': 'application/json' };

it('401 with one sentence, whatever a stranger asks, by POST and by GET, without a credential or with a wrong one', async () => {
  const words = new Set<string>();
  for (const [what, query] of Object.entries(probes)) {
    const target = `/graphql?query=${encodeURIComponent(query)}`;
    const answers = await Promise.all([
      send('POST', '/graphql', json, JSON.stringify({ query })),
      send('POST', '/graphql', { ...json, authorization: 'Bearer clk_nobody_nothing' }, JSON.stringify({ query })),
      send('GET', target, {}),
      send('GET', target, { accept: 'application/json' }),
    ]);
    for (const { status, text } of answers) {
      assert.equal(status, 401, `${what}: ${text}`);
      assert.doesNotMatch(text, telling, what);
      const [{ message, extensions }] = JSON.parse(text).errors;
      words.add(`${extensions.code} ${message}`);
    }
  }
  assert.deepEqual([...words], ['UNAUTHENTICATED A valid credential is required.']);
});

it('401: the schema’s file too', async () => {
  const { status, text } = await send('GET', '/schema.graphql', {});
  assert.equal(status, 401);
  assert.doesNotMatch(text, telling);
});

it('200: whoever has a credential reads the schema, and is corrected', async () => {
  const { graphql } = await newTenant('Disclosure');
  assert.equal((await graphql(probes['the root’s name'] ?? '')).data.__typename, 'Query');
  assert.ok((await graphql(probes.introspection ?? '')).data.__schema);
  assert.match((await graphql(probes['a misspelt field'] ?? '')).errors[0].message, /Did you mean/);
});
