import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { ownId } from '../../src/db/own.ts';
import { segmentations } from '../../src/db/tables/references.ts';
import { newOrganization } from '../support/world.ts';

test('whatever is built in a transaction names its organization; no row moves to another', async () => {
  const world = await newOrganization();
  await world.as(async (tx) => {
    const own = { sql: `"segmentations"."organization_id" = $`, id: String(world.organizationId) };
    const is = eq(segmentations.reference, 'a');
    const built = [
      tx.select().from(segmentations).where(is),
      tx.select().from(segmentations),
      tx.update(segmentations).set({ name: 'B', organizationId: 1 }).where(is),
      tx.delete(segmentations).where(is),
      tx.insert(segmentations).values({ reference: 'a', name: 'A' }),
    ].map((one) => one.toSQL());
    for (const { sql: text, params } of built) {
      assert.ok(text.includes(own.sql) || text.startsWith('insert into "segmentations" ("organization_id"'), text);
      assert.ok(params.includes(own.id), text);
    }
    assert.doesNotMatch(built[2]?.sql ?? '', /set.*"organization_id" = .*where/);
    const [row] = await tx.execute(sql`select ${ownId} as id`);
    assert.deepEqual(row, { id: own.id });
  });
});
