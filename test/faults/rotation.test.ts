import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rotateUnderKills } from '../support/rotation.ts';

test('10,000 numbers under a new key, the command killed three times', async (t) => {
  const started = performance.now();
  const { looked, left, kills } = await rotateUnderKills(10_000);
  assert.equal(looked.missed, 0);
  assert.deepEqual([left.customers, left.history], ['0', '0']);
  t.diagnostic(
    `${kills} kills, ${looked.asked} look-ups, 0 misses, ${Math.round(performance.now() - started)} ms in all`,
  );
});
