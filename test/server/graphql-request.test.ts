import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchServer, newOrganization } from '../support/world.ts';

let key: string;
before(async () => {
  key = (await newOrganization()).key;
});

const query = '{ organization { name } }';
async function ask(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await fetchServer(
    new Request('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body,
    }),
  );
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const codeOf = ({ status, body }: Awaited<ReturnType<typeof ask>>) => [status, body.errors[0].extensions.code];

test('a request that asks nothing is told so', async () => {
  const { status, body } = await ask('{}');
  assert.deepEqual([status, body.errors[0].extensions.code], [400, 'MALFORMED_REQUEST']);
  assert.equal(body.errors[0].extensions.faults[0].message, 'is missing: it is what is asked');
});

test('a client that sends a hash first learns to send the query itself', async () => {
  const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
  assert.deepEqual(codeOf(await ask(JSON.stringify({ extensions: { persistedQuery } }))), [
    200,
    'PERSISTED_QUERY_NOT_SUPPORTED',
  ]);
  const both = await ask(JSON.stringify({ query, extensions: { persistedQuery } }));
  assert.equal(both.body.data.organization.name, 'Nordic Trading');
});

test('a body that is encoded is refused, as on every path', async () => {
  const gzip = new Uint8Array(gzipSync(JSON.stringify({ query })));
  assert.deepEqual(codeOf(await ask(gzip, { 'content-encoding': 'gzip' })), [415, 'UNSUPPORTED_MEDIA']);
  assert.equal((await ask(JSON.stringify({ query }), { 'content-encoding': 'identity' })).status, 200);
});

test('who accepts nothing of ours is answered JSON', async () => {
  for (const accept of ['text/html', 'image/png', 'nonsense'])
    assert.equal((await ask(JSON.stringify({ query }), { accept })).body.data.organization.name, 'Nordic Trading');
});
