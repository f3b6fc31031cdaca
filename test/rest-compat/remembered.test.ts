import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plansByDefault } from '../../src/env.ts';
import { allStatementsOf, db, fetchServer, newOrganization } from '../support/world.ts';

// What is remembered, is so by the planner: without plans these ask more.
const skip = !plansByDefault();

// A documented path that writes begins with the organization as it was read last, and its own transaction looks whether that holds.

test('a write is one message, which goes by the organization’s settings of now', { skip }, async () => {
  const { key, ok, as } = await newOrganization();
  await ok('{ customers { nodes { name } } }');
  const put = async (reference: string) => {
    const request = new Request(`http://clientele.test/api/v1.0/customers/reference/${reference}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: reference }),
    });
    const answer = await fetchServer(request);
    return { status: answer.status, body: await answer.json() };
  };
  const first = await put('first');
  assert.ok(first.status < 300, JSON.stringify(first));
  assert.ok(!('region' in first.body));

  const statements = await allStatementsOf(() => put('second'));
  const words = statements.map((text) => text.split(' ', 1)[0]).filter((word) => word !== 'select');
  assert.deepEqual(words, (await db.inCluster()) ? ['insert', 'commit'] : ['insert']);
  assert.equal(statements.filter((text) => text.includes('cors_origins')).length, 0);

  // Another process switches regions on: nobody tells this one.
  await as((tx) => tx.execute('update organizations set region_level = 1 where true'));
  const third = await put('third');
  assert.equal(third.body.region, null);
  const { customers } = await ok('{ customers(filter: { reference: { equals: "third" } }) { nodes { version } } }');
  assert.deepEqual(customers.nodes, [{ version: 1 }]);
});
