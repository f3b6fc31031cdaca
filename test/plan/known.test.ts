import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revokeCredential } from '../../src/auth/credential.ts';
import { asAll } from '../../src/db/client.ts';
import { plansByDefault } from '../../src/env.ts';
import { listen } from '../../src/start/listen.ts';
import { db, fetchServer, newCustomer, newOrganization, statementsOf } from '../support/world.ts';

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

test('over the network, too: the listener hands the body over in its own way', async () => {
  const world = await newOrganization();
  const app = { fetch: (request: Request) => fetchServer(request) };
  const listening = await listen(app, { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => {} });
  try {
    const ask = async (query: string) => {
      const response = await fetch(`http://127.0.0.1:${listening.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${world.key}` },
        body: JSON.stringify({ query }),
      });
      return JSON.parse((await response.text()).replace(/"remaining":\d+/, '"remaining":0'));
    };
    for (const query of ['{ customers { totalCount { value } } }', '{ customers(first: 0) { nodes { name } } }']) {
      const first = await ask(query);
      const second = await ask(query);
      for (const answer of [first, second]) for (const error of answer.errors ?? []) delete error.extensions.requestId;
      assert.deepEqual(second, first);
      assert.notEqual(first.errors?.[0]?.extensions.code, 'INTERNAL');
    }
  } finally {
    await listening.drain(1_000);
  }
});

test('a planned query is one statement, whatever it selects; a list counts in the same one', async () => {
  const world = await newOrganization();
  for (const name of ['A', 'B', 'C'])
    await newCustomer(world, { reference: name, name, email: `${name}@mail.example` });
  const deep = `name category { name parent { name } } parent { name } paymentTypes { name } contacts { firstName user { lastName } } logins { uniqueId } createdBy { lastName }`;
  const queries = [
    `{ customer(by: { reference: "A" }) { ${deep} } }`,
    `{ customers(first: 2) { nodes { ${deep} } totalCount { value } pageInfo { hasNextPage endCursor } } }`,
    `{ customers(first: 2, filter: { name: { like: "A*" } }, orderBy: { field: NAME }) { nodes { ${deep} } totalCount { value exact } } }`,
    `{ customers { totalCount { value } } categories { totalCount { value } nodes { name } } }`,
  ];
  for (const query of queries) {
    // The first asks for what is kept of the organization, too.
    await world.ok(query);
    if (plansByDefault()) assert.equal((await statementsOf(() => world.ok(query))).length, 1, query);
  }
});
