import { regions } from '../db/tables/references.ts';
import { RegionBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { Region } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';

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
