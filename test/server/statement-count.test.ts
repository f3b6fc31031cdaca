import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { plansByDefault } from '../../src/env.ts';
import { createServer } from '../../src/server.ts';
import { db, type Json, newCustomer, newOrganization, statementsOf, vault } from '../support/world.ts';

// What is remembered, is so by the planner: without plans these ask more.
const skip = !plansByDefault();

// What an operation asks of the database is told to developers, and to nobody in production.

const publicUrl = 'http://clientele.test';
const log = { info: () => undefined, error: (facts: object) => console.error(facts) };
const options = { db, vault, log };
const demo = createServer({ ...options, env: { mode: 'demo', publicUrl, oidc: null } });
const unplanned = createServer({ ...options, env: { mode: 'demo', publicUrl, oidc: null, plan: false } });
after(() => Promise.all([demo.close(), unplanned.close()]));

const world = await newOrganization();
const { reference } = await newCustomer(world, { name: 'Counted' });

async function extensions(server: typeof demo, query: string): Promise<Json> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.key}` };
  const answer = await server.fetch(
    new Request(`${publicUrl}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }),
  );
  const body: Json = await answer.json();
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  return body.extensions;
}

const one = `{ customer(by: { reference: "${reference}" }) { name category { name } contacts { lastName } } }`;

describe('extensions.debug', () => {
  it('a planned operation is one statement, new to the server or known', { skip }, async () => {
    await extensions(demo, '{ organization { name } }');
    for (const query of [one, one]) {
      const { debug, cost } = await extensions(demo, query);
      assert.equal(debug.statements, 1);
      assert.ok(debug.databaseMs > 0 && debug.databaseMs < 8_000, JSON.stringify(debug));
      assert.equal(cost.requested, 1);
    }
  });

  it('counts what an ordinary operation sends, and nothing of the way in', async () => {
    const change = `mutation { customerUpdate(by: { reference: "${reference}" }, input: { comment: "x" }) { ... on CustomerUpdatePayload { customer { contacts { lastName } } } } }`;
    for (const [server, query] of [
      [unplanned, one],
      [demo, change],
    ] as const) {
      await extensions(server, query);
      let told: Json;
      const all = await statementsOf(async () => {
        told = await extensions(server, query);
      });
      // How large an organization is, for metrics, is nobody's operation.
      const sent = all.filter((text) => !text.includes('customer_counts'));
      assert.ok(told.debug.statements > 1);
      assert.equal(told.debug.statements, sent.length, sent.join('\n'));
    }
  });

  it('a look-up’s own transactions count', async () => {
    const { debug } = await extensions(
      demo,
      'mutation { customerLookup(field: PHONE_NUMBER, value: "+4799999999") { __typename } }',
    );
    assert.ok(debug.statements >= 3, JSON.stringify(debug));
  });

  it('what asks nothing is none', async () => {
    assert.deepEqual((await extensions(demo, '{ __typename }')).debug, { statements: 0, databaseMs: 0 });
  });

  it('is not there in production', async () => {
    assert.deepEqual(Object.keys((await world.raw(one)).extensions), ['cost']);
  });
});
