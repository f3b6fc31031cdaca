import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eq } from 'drizzle-orm';
import { openLone } from '../../src/db/lone.ts';
import { findOne, updateOne } from '../../src/db/rows.ts';
import { contacts } from '../../src/db/tables/contacts.ts';
import { categories, segmentations } from '../../src/db/tables/references.ts';
import { db, newCustomer, newOrganization } from '../support/world.ts';

// A change that is one statement: with its wall and its end it is one message.

async function newPlace() {
  const { organizationId, as } = await newOrganization();
  const version = async () => {
    const [row] = await as((tx) =>
      tx.execute<{ now: string }>(
        `select concat_ws('.', version, reference_version) as now from organizations where id = ${organizationId}`,
      ),
    );
    return row?.now ?? '';
  };
  const references = () => as((tx) => tx.select({ reference: segmentations.reference }).from(segmentations));
  return { organizationId, as, version, references };
}
const row = (reference: string) => ({ reference, name: reference });

// A cluster has none: only what is SET in a transaction goes along to its shards.
describe('a lone change', { skip: await db.inCluster() }, () => {
  it('is kept when it succeeds, in its organization alone, and takes no second statement', async () => {
    const { organizationId, version, references } = await newPlace();
    const other = await newPlace();
    const lone = openLone(db, { organizationId }, await version());
    assert.equal(lone.state(), 'unsent');
    const [made] = await lone.tx.insert(segmentations).values(row('a')).returning();
    assert.equal(made?.organizationId, organizationId);
    assert.equal(lone.state(), 'kept');
    await assert.rejects(lone.tx.insert(segmentations).values(row('b')).returning());
    assert.deepEqual(await references(), [{ reference: 'a' }]);
    assert.deepEqual(await other.references(), []);
  });

  it('is not done when the organization is another than was remembered', async () => {
    const { organizationId, version, references } = await newPlace();
    const before = await version();
    await openLone(db, { organizationId }, before).tx.insert(segmentations).values(row('a')).returning();
    const late = openLone(db, { organizationId }, before);
    await assert.rejects(late.tx.insert(segmentations).values(row('b')).returning());
    assert.equal(late.state(), 'unsent');
    assert.deepEqual(await references(), [{ reference: 'a' }]);
  });

  it('leaves nothing when a key refuses it, and its connection to the next one', async () => {
    const { organizationId, version, references } = await newPlace();
    await openLone(db, { organizationId }, await version())
      .tx.insert(segmentations)
      .values(row('a'))
      .returning();
    const taken = openLone(db, { organizationId }, await version());
    await assert.rejects(taken.tx.insert(segmentations).values(row('a')).returning());
    assert.equal(taken.state(), 'unsent');
    await openLone(db, { organizationId }, await version())
      .tx.insert(segmentations)
      .values(row('b'))
      .returning();
    assert.deepEqual(await references(), [{ reference: 'a' }, { reference: 'b' }]);
    assert.deepEqual(db.seats.state(), { taken: 0, waiting: 0 });
  });

  it('does not wait until somebody else’s change has ended: others wait behind it', async () => {
    const world = await newOrganization();
    const { organizationId, as } = world;
    const { numericId: customerId } = await newCustomer(world, { reference: 'A', name: 'A' });
    const [now] = await as((tx) =>
      tx.execute<{ version: string }>(
        `select concat_ws('.', version, reference_version) as version from organizations`,
      ),
    );
    const row = (reference: string) => ({ customerId, reference, firstName: 'A', lastName: 'B' });
    const insert = (reference: string) =>
      openLone(db, { organizationId }, now?.version ?? '')
        .tx.insert(contacts)
        .values(row(reference))
        .returning();
    await as(async (tx) => {
      await tx.insert(contacts).values(row('theirs'));
      const ours = Array.from({ length: 6 }, (_, i) => `ours ${i}`);
      const told = await Promise.allSettled(['theirs', ...ours.slice(0, 3), 'theirs', ...ours.slice(3)].map(insert));
      assert.deepEqual(
        told.flatMap(({ status }, i) => (status === 'rejected' ? i : [])),
        [0, 4],
      );
    });
    assert.equal((await as((tx) => tx.select().from(contacts))).length, 7);
  });

  it('may read before it, the rows of its organization alone, and locks none', async () => {
    const { organizationId, as, version } = await newPlace();
    const other = await newPlace();
    for (const place of [other, { as }]) await place.as((tx) => tx.insert(segmentations).values(row('a')));
    const lone = openLone(db, { organizationId }, await version());
    const found = await findOne(lone.tx, segmentations, { reference: 'a' });
    assert.equal(found?.organizationId, organizationId);
    assert.equal(await findOne(lone.tx, segmentations, { reference: 'b' }), null);
    await assert.rejects(findOne(lone.tx, segmentations, { reference: 'a' }, true));
    assert.equal(lone.state(), 'unsent');
    assert.equal((await updateOne(lone.tx, segmentations, { reference: 'a' }, { name: 'B' }))?.name, 'B');
    assert.equal(lone.state(), 'kept');
    assert.deepEqual(await other.as((tx) => tx.select({ name: segmentations.name }).from(segmentations)), [
      { name: 'a' },
    ]);
  });

  it('is not done when the row is another than was read', async () => {
    const { organizationId, as, version } = await newPlace();
    await as((tx) => tx.insert(segmentations).values(row('a')));
    const lone = openLone(db, { organizationId }, await version());
    assert.equal(await updateOne(lone.tx, segmentations, { reference: 'a', version: 7 }, { name: 'B' }), null);
    assert.equal(lone.state(), 'unsent');
  });

  it('sends no other statement, and nothing when no time is left', async () => {
    const { organizationId, version } = await newPlace();
    const asking = openLone(db, { organizationId }, await version());
    await assert.rejects(asking.tx.select().from(categories).for('update'));
    await assert.rejects(asking.tx.delete(categories).where(eq(categories.id, 1)));
    assert.equal(asking.state(), 'unsent');
    const late = openLone(db, { organizationId, endsAt: performance.now() + 900 }, await version());
    await assert.rejects(late.tx.insert(segmentations).values(row('a')).returning());
    assert.equal(late.state(), 'unsent');
  });
});
