import assert from 'node:assert/strict';
import { test } from 'node:test';
import { db, newOrganization } from '../support/world.ts';

// An execution ends with the first field that cannot be null and failed; its other fields may still be under way.

test('queries that fail early leave no transaction open behind them', async () => {
  const { gql } = await newOrganization();
  const failing =
    '{ found: customer(by: { numericId: 1 }) { name } wrong: categories(first: 1, last: 1) { nodes { name } } }';
  for (let n = 0; n < 30; n++) {
    const { errors } = await gql(failing);
    assert.equal(errors?.length, 1);
  }
  const { data } = await gql('{ categories { totalCount { value } } }');
  assert.equal(data.categories.totalCount.value, 1);
  assert.deepEqual(db.seats.state(), { taken: 0, waiting: 0 });
});
