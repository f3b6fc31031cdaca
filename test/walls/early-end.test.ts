import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { db, newOrganization } from '../support/world.ts';

// An execution ends with the first field that cannot be null and failed; its other fields may still be under way.

test('a query that fails early leaves no transaction open behind it', async () => {
  const { gql } = await newOrganization();
  const { errors } = await gql(
    '{ found: customer(by: { numericId: 1 }) { name } wrong: categories(first: 1, last: 1) { nodes { name } } }',
  );
  assert.equal(errors?.length, 1);
  // It ends soon; a transaction that were left open would stay so for ever.
  const end = Date.now() + 10_000;
  while (db.seats.state().taken > 0 && Date.now() < end) await sleep(50);
  assert.deepEqual(db.seats.state(), { taken: 0, waiting: 0 });
});
