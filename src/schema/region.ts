import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ownId } from '../db/own.ts';
import { regions } from '../db/tables/references.ts';
import { whereIdentity } from '../domain/reference.ts';
import { type Fault, fault } from '../errors.ts';
import { builder, type Tx } from './builder.ts';
import * as gate from './gate.ts';
import { identityOf, RegionBy } from './identity.ts';
import type { Row } from './loader.ts';
import { type By, globalId, Node } from './node.ts';
import { Region, type RegionRow } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

Region.ref.implement({
  description: 'A geographical place in a tree.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([regions.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Region', row.id),
    }),
    numericId: t.column(regions.id, { description: 'The integer of `/api/v1.0/geographicalPlaces/{id}`.' }),
    reference: t.column(regions.reference, { description: 'Unique in the organization.' }),
    name: t.column(regions.name, { description: 'Name.' }),
    level: t.column(regions.level, { description: 'How deep it is: 1 at the top, else one more than its parent.' }),
    position: t.column(regions.position, { description: 'Its place among its siblings, for sorting.' }),
    parent: t.one(Region as never, { from: regions.parentId, nullable: true, description: 'The region around it.' }),
    children: t.many(
      Region as never,
      { key: regions.parentId, order: regions.id },
      { description: 'The regions directly inside.' },
    ),
    createdAt: t.column(regions.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(regions.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(regions.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(Region as never, 'region', 'regions', RegionBy, regions, { one: 'The region', many: 'Regions' });

const regionInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Region${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({
        description: 'Unique in the organization; made by the server when a new region has none.',
      }),
      name: t.string({ description: 'Name, at most 255 characters.' }),
      parent: t.field({ type: RegionBy, description: 'The region around it; null puts it at the top.' }),
      position: t.int({ description: 'Its place among its siblings. Default 0.' }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  name: gate.requiredText(255).nullish(),
  position: gate.kept(z.number().int()),
});

referenceMutations({
  noun: Region as never,
  field: 'region',
  words: { a: 'a region', the: 'The region' },
  by: RegionBy as never,
  inputs: {
    create: regionInput('Create', 'A new region: only the name is needed.'),
    update: regionInput('Update', 'Changes to a region. Absent: unchanged. A new parent moves it with all inside it.'),
    upsert: regionInput('Upsert', 'A region as it should be.'),
  },
  scopes: { write: 'references:write' },
  codes: { missing: 'REGION_NOT_FOUND' },
  required: { reference: 'reference', name: 'name' },
  defaults: async () => ({ reference: `r-${crypto.randomUUID()}` }),
  read: async ({ parent, ...plain }) => {
    const { value, faults } = gate.pass(form, plain);
    let deeper = 0;
    return {
      columns: value,
      faults,
      resolve: async (tx: Tx, current: Row | null, found: Fault[]) => {
        deeper = 0;
        if (parent === undefined) return {};
        await lockTree(tx);
        const above = parent && (await regionAbove(tx, parent, current, found));
        const level = (above?.level ?? 0) + 1;
        if (current && found.length === 0) deeper = level - Number(current.level);
        return { parentId: above?.id ?? null, level };
      },
      after: async (tx: Tx, row: Row) => {
        if (deeper !== 0) await renumberBelow(tx, Number(row.id), deeper);
        return false;
      },
    };
  },
});

/** Two moves at once could close a loop, or number from a level that is moving: they go one after the other. */
async function lockTree(tx: Tx): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('region tree ' || current_setting('clientele.organization_id'), 0))`,
  );
}

/** The region that becomes the parent: neither the region itself nor one inside it. */
async function regionAbove(tx: Tx, by: By, current: Row | null, faults: Fault[]): Promise<RegionRow | null> {
  const [above] = await tx
    .select()
    .from(regions)
    .where(whereIdentity(regions, identityOf('Region', by)))
    .limit(1);
  const path = ['input', 'parent'];
  if (!above) faults.push(fault('PARENT_NOT_FOUND', path));
  else if (above.id === current?.id) faults.push(fault('PARENT_IS_SELF', path));
  else if (current) {
    const [loop] = await tx.execute(sql`
      with recursive above(id) as (
        select parent_id from ${regions} where organization_id = ${ownId} and id = ${above.id}
        union select r.parent_id from ${regions} r join above on r.id = above.id
          where r.organization_id = ${ownId} and above.id is not null)
      select 1 from above where id = ${current.id}`);
    if (loop) faults.push(fault('PARENT_LOOP', path));
  }
  return above ?? null;
}

async function renumberBelow(tx: Tx, id: number, by: number): Promise<void> {
  await tx
    .update(regions)
    .set({ level: sql`${regions.level} + ${by}::int` })
    .where(
      sql`${regions.id} = any(array(with recursive below(id) as (
        select r.id from ${regions} r where r.organization_id = ${ownId} and r.parent_id = ${id}
        union select r.id from ${regions} r join below on r.parent_id = below.id
          where r.organization_id = ${ownId}) select id from below))`,
    );
}
