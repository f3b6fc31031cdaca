import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { asAll } from '../../src/db/client.ts';
import { plansByDefault } from '../../src/env.ts';
import { allStatementsOf, db, fetchServer, logged, newCustomer, newOrganization } from '../support/world.ts';

// A caller whose key is remembered is not asked for beside his statement, and is what the key is now all the same.

const inCluster = await db.inCluster();
const origin = 'http://clientele.test';
/** For changes that change something each time. */
let changes = 0;

/** An organization with one customer, and what may be done with its key: each way was gone before. */
async function shop() {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'Anna' });
  const authorization = `Bearer ${world.key}`;
  const [, id = ''] = world.key.split('_');
  const graphql = (query: string) =>
    fetchServer(
      new Request(`${origin}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      }),
    );
  const ways = {
    'a planned query': () => graphql('{ customers { nodes { name } } }'),
    'an unplanned query': () => graphql('{ __typename organization { name } }'),
    'a query that is not valid': () => graphql('{ nothing }'),
    'a query by GET': () =>
      fetchServer(new Request(`${origin}/graphql?query={customers{nodes{name}}}`, { headers: { authorization } })),
    'a list of a dialect': () =>
      fetchServer(new Request(`${origin}/api/v1.0/customers?max=5`, { headers: { authorization } })),
    'a list of a dialect that is asked for wrongly': () =>
      fetchServer(new Request(`${origin}/api/v1.0/customers?max=many`, { headers: { authorization } })),
    'a path of a dialect that is none': () =>
      fetchServer(new Request(`${origin}/api/v1.0/customers/1/2/3`, { headers: { authorization } })),
    'a change': () => graphql('mutation { customerCreate(input: { name: "New" }) { __typename } }'),
    'a change of what is there': () =>
      graphql(`mutation { customerUpdate(by: { reference: "A" }, input: { phone: "${++changes}" }) { __typename } }`),
    'a change that changes nothing': () =>
      graphql('mutation { customerUpdate(by: { reference: "A" }, input: { name: "Anna" }) { __typename } }'),
    'a change that is refused': () =>
      graphql('mutation { customerUpdate(by: { reference: "B" }, input: { name: "B" }) { __typename } }'),
    'a change of several rows': () =>
      graphql('mutation { customersUpsert(rows: [{ by: { reference: "C" }, input: { name: "C" } }]) { __typename } }'),
    'two changes': () =>
      graphql(
        'mutation { a: customerCreate(input: { name: "New" }) { __typename } b: customerCreate(input: { name: "New" }) { __typename } }',
      ),
    'a change by a dialect': () =>
      fetchServer(
        new Request(`${origin}/api/v1.0/customers`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ reference: 'D', name: `D${++changes}` }),
        }),
      ),
  };
  // Twice: the first time a document is read by Yoga. That the key was used is noted behind, and is no change of it.
  for (const way of Object.values(ways)) for (let i = 0; i < 2; i++) await (await way()).text();
  const change = (set: string) => asAll(db, (tx) => tx.execute(`update credentials set ${set} where id = '${id}'`));
  return { ...world, graphql, ways, change };
}

describe('a key that is remembered', () => {
  it('is asked for within the statement', { skip: !plansByDefault() || inCluster }, async () => {
    const { ways } = await shop();
    for (const name of ['a planned query', 'a query by GET', 'a list of a dialect'] as const) {
      const statements = await allStatementsOf(async () => (await ways[name]()).text());
      assert.equal(statements.length, 1, `${name}: ${statements.join('\n')}`);
      assert.match(statements[0] ?? '', /^with .* where clientele_credential_stamp\(\$\d+::text\) = \$\d+::text$/s);
    }
  });

  it('is refused on every way as soon as it was revoked, and nothing of its organization is told', async () => {
    for (const name of Object.keys((await shop()).ways) as (keyof Awaited<ReturnType<typeof shop>>['ways'])[]) {
      const { ways, change, as } = await shop();
      const count = async () => [...(await as((tx) => tx.execute('select count(*) from customers')))];
      const before = await count();
      await change('is_revoked = true');
      const from = logged.length;
      const answer = await ways[name]();
      const text = await answer.text();
      assert.equal(answer.status, 401, `${name}: ${text}`);
      assert.doesNotMatch(text, /Anna|Nordic/, name);
      const told = [...answer.headers.keys()].filter((header) => /rate/.test(header));
      assert.deepEqual(told, [], name);
      const [line] = logged.slice(from).filter(({ message }) => message === 'request');
      assert.ok(line && !('organization' in line.facts), name);
      assert.deepEqual(await count(), before, name);
    }
  });

  it('may do what it may now: its caller notices nothing of a change in between', async () => {
    const { ways, change } = await shop();
    const list = async () => {
      const [graphql, rest] = [await ways['a planned query'](), await ways['a list of a dialect']()];
      return [(await graphql.json()).errors?.[0].extensions.code ?? 'OK', rest.status];
    };
    assert.deepEqual(await list(), ['OK', 200]);
    await change(`name = 'Another'`);
    assert.deepEqual(await list(), ['OK', 200]);
    await change(`scopes = '{references:read}'`);
    assert.deepEqual(await list(), ['FORBIDDEN', 403]);
    await change(`scopes = '{customers:read}'`);
    assert.equal((await list())[0], 'OK');
  });

  it('is what it is now for whoever begins after a change, and others are on their way', async () => {
    const { ways, change } = await shop();
    for (let round = 0; round < 40; round++) {
      const isRevoked = round % 2 === 0;
      const asked: Promise<Response>[] = [];
      let isChanged = false;
      const changing = change(`is_revoked = ${isRevoked}`).then(() => {
        isChanged = true;
      });
      while (!isChanged) {
        asked.push(ways[asked.length % 2 === 0 ? 'a planned query' : 'a change']());
        await turn();
      }
      // These begin after the change, while others are still on their way.
      const later = await Promise.all([ways['a planned query'](), ways['a change'](), ways['a change']()]);
      for (const answer of later) assert.equal(answer.status, isRevoked ? 401 : 200);
      for (const answer of await Promise.all(asked)) assert.ok([200, 401].includes(answer.status));
      await changing;
    }
  });
});
