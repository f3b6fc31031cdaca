import { z } from 'zod';
import { faultFields, graphql, type ResultOf } from '../graphql.ts';
import type { Facts } from '../route.ts';
import { toTime } from './link.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { kept, present, required, text } from './params.ts';
import { commonFilters, lists, removals, saves, shows } from './resource.ts';

const fields = graphql(`
  fragment ValomniaSegmentation on Segmentation {
    numericId
    version
    reference
    name
    description
    createdAt
    updatedAt
  }
`);

const wire = z
  .strictObject({
    id: z.number().int(),
    reference: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'CustomerSegmentation' });

function toWire(segmentation: ResultOf<typeof fields>, facts: Facts): z.output<typeof wire> {
  return {
    id: segmentation.numericId,
    reference: segmentation.reference,
    name: segmentation.name,
    description: segmentation.description,
    organization: facts.organization.reference,
    dateCreated: toTime(segmentation.createdAt),
    lastUpdated: toTime(segmentation.updatedAt),
  };
}

const createBody = z.object({ reference: required, name: required, description: text });
const updateBody = z.object({ reference: kept, name: kept, description: text });

const toInput = ({ reference, name, description }: z.output<typeof updateBody>) =>
  present({ reference, name, description });

const listRecords = graphql(
  `
    query ValomniaSegmentations($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: segmentations(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaSegmentation
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
    query ValomniaSegmentation($by: SegmentationBy!) {
      record: segmentation(by: $by) {
        ...ValomniaSegmentation
      }
    }
  `,
  [fields],
);

const createRecord = graphql(
  `
    mutation ValomniaCreateSegmentation($input: SegmentationCreateInput!) {
      result: segmentationCreate(input: $input) {
        ... on SegmentationCreatePayload {
          outcome
          record: segmentation {
            ...ValomniaSegmentation
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

const updateRecord = graphql(
  `
    mutation ValomniaUpdateSegmentation($by: SegmentationBy!, $input: SegmentationUpdateInput!, $expectedVersion: Int) {
      result: segmentationUpdate(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on SegmentationUpdatePayload {
          outcome
          record: segmentation {
            ...ValomniaSegmentation
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

const upsertRecord = graphql(
  `
    mutation ValomniaUpsertSegmentation($by: SegmentationBy!, $input: SegmentationUpsertInput!, $expectedVersion: Int) {
      result: segmentationUpsert(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on SegmentationUpsertPayload {
          outcome
          record: segmentation {
            ...ValomniaSegmentation
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

const deleteRecord = graphql(
  `
    mutation ValomniaDeleteSegmentation($by: SegmentationBy!, $expectedVersion: Int) {
      result: segmentationDelete(by: $by, expectedVersion: $expectedVersion) {
        ... on SegmentationDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);

const words = { path: '/customerSegmentations', what: 'customer segmentation', wire, toWire } as const;

/** Customer segmentations: delete is documented, the rest is by analogy (contracts, 4.12). */
export const customerSegmentations = [
  ...lists({
    ...words,
    query: listQuery(referenceSorts, { reference: wildcard, name: wildcard }),
    sorts: referenceSorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'SEGMENTATION_NOT_FOUND' }),
  ...saves({
    ...words,
    create: { body: createBody, operation: createRecord },
    update: { body: updateBody, operation: updateRecord },
    upsert: { body: updateBody, operation: upsertRecord },
    toInput,
  }),
  ...removals({ ...words, operation: deleteRecord }),
];
