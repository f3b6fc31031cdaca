import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchServer, logged, newCustomer, newOrganization } from '../support/world.ts';

// What is in the log: a line for each request, with who and what, and nothing of anybody.

const world = await newOrganization();
const person = { number: '02016126007', phone: '+4798765432', email: 'seldom@example.org', name: 'Seldomname' };
const { reference } = await newCustomer(world, {
  ...{ reference: 'SELDOM-REFERENCE', identity: person.number, email: person.email, phone: person.phone },
  person: { firstName: person.name, lastName: person.name },
});
const reader = await world.keyFor(['customers:read']);

// biome-ignore lint/suspicious/noExplicitAny: lines have many forms
type Line = Record<string, any>;

interface Seen {
  answer: Response;
  /** All lines that the request wrote. */
  lines: { facts: Line; message: string }[];
  /** The one that tells of the request. */
  request: Line;
}

async function see(path: string, init: RequestInit & { key?: string | null } = {}): Promise<Seen> {
  const { key = world.key, ...rest } = init;
  const before = logged.length;
  const headers = { ...(key !== null && { authorization: `Bearer ${key}` }), ...rest.headers };
  const answer = await fetchServer(new Request(`http://clientele.test${path}`, { ...rest, headers }));
  await answer.text();
  const lines = logged.slice(before).filter(({ facts }) => 'requestId' in facts);
  const [request, ...more] = lines.filter(({ message }) => message === 'request');
  assert.ok(request && more.length === 0, JSON.stringify(lines));
  return { answer, lines, request: request.facts };
}
const graphql = (query: string, variables: object = {}, key: string | null = world.key) =>
  see('/graphql', {
    ...{ method: 'POST', key, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ query, variables }),
  });

describe('each request is one line', () => {
  const requests: Record<string, () => Promise<Seen>> = {
    'a query': () => graphql('{ organization { name } }'),
    'a document that is none': () => graphql('{'),
    'a body that is none': () => see('/graphql', { method: 'POST', body: '{' }),
    nobody: () => graphql('{ organization { name } }', {}, null),
    'a documented path': () => see('/api/v1.0/customers'),
    'a documented path, refused': () => see('/api/v1.0/customers', { key: null }),
    'a method that is not there': () => see('/api/v1.0/customers', { method: 'PATCH' }),
    'a path that is not there': () => see(`/nowhere/${reference}`),
    'a page': () => see('/'),
    'whether it lives': () => see('/livez'),
  };
  for (const [what, ask] of Object.entries(requests)) {
    it(`${what}: with the id that the caller sees, route, status and time`, async () => {
      const { answer, request } = await ask();
      assert.equal(request.requestId, answer.headers.get('x-request-id'));
      assert.equal(request.status, answer.status);
      assert.ok(request.ms >= 0);
      assert.match(request.route, /^\/[\w./{}]+$|^other$/);
    });
  }
});

describe('who did what', () => {
  const who = { organization: world.organizationId, callerKind: 'API_KEY' };

  it('look-ups are counted, whatever the operation calls itself', async () => {
    const harmless: [string, object][] = [
      [
        'mutation Hello($v: String!) { customerLookup(field: PHONE_NUMBER, value: $v) { __typename } }',
        { v: person.phone },
      ],
      ['query Hello($v: String!) { customerDetails(country: "NO", identity: $v) { source } }', { v: person.number }],
      ['query Hello($v: [String!]!) { customersByCredential(credentials: $v) { credential } }', { v: [person.email] }],
    ];
    for (const [query, variables] of harmless) {
      const { request } = await graphql(query, variables);
      const { organization, callerKind } = request;
      assert.deepEqual({ organization, callerKind }, who);
      assert.ok(request.credential);
      assert.equal(request.lookups, 1, query);
    }
    assert.ok(!('lookups' in (await graphql('{ customers(first: 1) { nodes { name } } }')).request));
  });

  it('a missing scope is named, with the credential that lacks it, in GraphQL and on a documented path', async () => {
    const remove = 'mutation { customerDelete(by: { reference: "SELDOM-REFERENCE" }) { __typename } }';
    const inGraphql = await graphql(remove, {}, reader);
    const onPath = await see(`/api/v1.0/customers/reference/${reference}`, { method: 'DELETE', key: reader });
    for (const { request } of [inGraphql, onPath]) {
      assert.equal(request.code, 'FORBIDDEN');
      assert.equal(request.organization, world.organizationId);
      assert.ok(request.credential);
    }
  });

  it('a credential that is refused is nobody’s', async () => {
    const wrong = `clk_${'0'.repeat(40)}`;
    for (const { request } of [
      await graphql('{ organization { name } }', {}, wrong),
      await see('/api/v1.0/customers', { key: wrong }),
    ]) {
      assert.equal(request.code, 'UNAUTHENTICATED');
      assert.ok(!('organization' in request) && !('credential' in request));
    }
  });

  it('a revealed number has a line of its own: whose and by whom, neither the number nor the purpose', async () => {
    const query = `{ customer(by: { reference: "${reference}" }) { numericId identity { value(purpose: "${person.name} asked") } } }`;
    const { lines, request } = await graphql(query);
    const [revealed, ...more] = lines.filter(({ message }) => message === 'identity revealed');
    assert.ok(revealed && more.length === 0);
    const { organizationId, table, requestId, credentialId } = revealed.facts;
    assert.deepEqual([organizationId, table, requestId], [world.organizationId, 'customers', request.requestId]);
    assert.ok(credentialId && Number(revealed.facts.rowId) > 0);
  });

  it('nothing of a person is in any line, nor a credential', () => {
    const text = JSON.stringify(logged);
    for (const [what, word] of Object.entries({ ...person, reference, key: world.key, reader })) {
      assert.ok(!text.includes(word), what);
    }
  });
});
