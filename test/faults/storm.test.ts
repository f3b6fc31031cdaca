import assert from 'node:assert/strict';
import { it } from 'node:test';
import { storm } from '../walls/storm.ts';

// The long form of test/walls/storm.test.ts. STORM_SEED=… tries another weather.

it('ten thousand hostile requests', { timeout: 900_000 }, async () => {
  const { requests, statuses } = await storm(10_000, Number(process.env.STORM_SEED ?? 1));
  console.log(`${requests} hostile requests`, statuses);
  assert.ok(requests >= 10_000);
});
