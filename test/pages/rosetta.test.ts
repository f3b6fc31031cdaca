import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rosetta } from '../../src/pages/rosetta.generated.ts';
import { findRosetta, leavesOf, tongues } from '../../src/pages/rosetta-find.ts';
import { newOrganization } from '../support/world.ts';

test('the Rosetta page says what a customer written now shows in every tongue', async () => {
  const { ok } = await newOrganization();
  const found = await findRosetta((query, variables) => ok(query, variables));
  assert.deepEqual(found, rosetta, 'run npm run generate and commit the result');
});

test('nothing stands for two meanings, and every dialect tells something', () => {
  for (const tongue of tongues) {
    const places = Object.entries(rosetta.places[tongue]);
    assert.ok(places.length >= 9, tongue);
    assert.deepEqual(
      places.filter(([, fields]) => fields.length !== 1),
      [],
    );
    const leaves = new Map(leavesOf(rosetta.sample[tongue]));
    assert.ok(places.every(([place]) => leaves.has(place)));
  }
});
