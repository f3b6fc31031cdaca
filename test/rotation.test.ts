import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rotateUnderKills } from './support/rotation.ts';

test('the key ring turns while look-ups go on, killed three times: none misses, nothing is left under the old key', async () => {
  const { looked, left, isUntouched } = await rotateUnderKills(3_000);
  assert.ok(looked.asked > 20);
  assert.equal(looked.missed, 0);
  assert.deepEqual(left, { customers: '0', history: '0', total: '3000' });
  assert.ok(isUntouched, 'no version rises and no history is written: the numbers are the same');
});
