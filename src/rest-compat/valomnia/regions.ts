import { z } from 'zod';
import { graphql, type ResultOf } from '../graphql.ts';
import { toTime } from './link.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { commonFilters, lists, shows } from './resource.ts';

const fields = graphql(`
  fragment ValomniaRegion on Region {
    numericId
    version
    name
    parent {
      numericId
    }
    position
    createdAt
    updatedAt
  }
`);

const wire = z
  .strictObject({
    id: z.number().int(),
    name: z.string(),
    parentId: z.number().int().nullable(),
    position: z.number().int(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'Region' });

function toWire(region: ResultOf<typeof fields>): z.output<typeof wire> {
  return {
    id: region.numericId,
    name: region.name,
    parentId: region.parent?.numericId ?? null,
    position: region.position,
    dateCreated: toTime(region.createdAt),
    lastUpdated: toTime(region.updatedAt),
  };
}

const sorts = { ...referenceSorts, position: 'POSITION' } as const;

const listRecords = graphql(
  `
    query ValomniaRegions($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: regions(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaRegion
        }
        totalCount(exact: true) {
          value
        }
      }
    }
  `,
  [fields],
);

const showRecord = graphql(
  `
    query ValomniaRegion($by: RegionBy!) {
      record: region(by: $by) {
        ...ValomniaRegion
      }
    }
  `,
  [fields],
);

const words = { path: '/regions', what: 'region', wire, toWire } as const;

/** Regions: the list is documented, show is where every `href` points (contracts, 4.12). */
export const regions = [
  ...lists({
    ...words,
    query: listQuery(sorts, { reference: wildcard, name: wildcard }),
    sorts: sorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'REGION_NOT_FOUND' }),
];
