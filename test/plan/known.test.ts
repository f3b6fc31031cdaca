import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revokeCredential } from '../../src/auth/credential.ts';
import { asAll } from '../../src/db/client.ts';
import { db, fetchServer, newCustomer, newOrganization } from '../support/world.ts';

// A document that was run once is answered without Yoga the next time. Nobody may see a difference.

/** What a caller sees, without what differs from request to request. */
async function seen(key: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetchServer(
    new Request('http://clientele.test/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'x-request-id': 'same',
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );
  const names = [...response.headers.keys()].filter((name) => name !== 'ratelimit' && name !== 'content-length').sort();
  const text = (await response.text()).replace(/"remaining":\d+/, '"remaining":0');
  return { status: response.status, headers: names.map((name) => [name, response.headers.get(name)]), text };
}

test('the second answer to a document is the first one, byte for byte and header for header', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'Ærø & "Sons"', email: 'a@mail.example' });
  const list = `query List($first: Int!, $filter: CustomerFilter) { customers(first: $first, filter: $filter) { nodes { reference name category { name } } totalCount { value } } }`;
  const asked: unknown[] = [
    { query: list, variables: { first: 2 } },
    { query: list, variables: { first: 0 } },
    { query: list, variables: { first: 2, filter: { name: { like: 'Æ*' } } }, operationName: 'List' },
    { query: list, variables: {} },
    { query: list, variables: { first: 2 }, operationName: 'Nobody' },
    { query: list, variables: [] },
    { query: '{ customer(by: { reference: "A" }) { name } }' },
    { query: '{ customer(by: { reference: "A" }) { name } }', variables: null },
    { query: '{ customer(by: { reference: "\\u0007" }) { name } }' },
    { query: '{ __typename }' },
    { query: '{ nothing }' },
    { query: 'mutation { customerDelete(by: { reference: "nobody" }) { ... on Error { code message } } }' },
  ];
  for (const body of asked) {
    for (const headers of [{}, { accept: 'application/json' }, { accept: 'application/graphql-response+json' }]) {
      // Another blank makes another text: the first of each pair is new to the server.
      const fresh = Object.assign({}, body, {
        query:
          `${(body as { query: string }).query}${' '.repeat(1 + asked.indexOf(body))}${headers.accept ?? ''}`.replace(
            /application.*/,
            '# $&',
          ),
      });
      const first = await seen(world.key, fresh, headers);
      assert.deepEqual(await seen(world.key, fresh, headers), first, JSON.stringify(fresh));
    }
  }
});

test('a key that is revoked ends at once, known document or not', async () => {
  const world = await newOrganization();
  const key = await world.keyFor(['customers:read']);
  const body = { query: '{ customers(first: 1) { nodes { name } } }' };
  for (let i = 0; i < 2; i++) assert.equal((await seen(key, body)).status, 200);
  await asAll(db, (tx) => revokeCredential(tx, key.split('_')[1] ?? ''));
  assert.equal((await seen(key, body)).status, 401);
});
