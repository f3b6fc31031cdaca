import { z } from 'zod';
import { faultFields, graphql, type ResultOf } from '../graphql.ts';
import type { Facts } from '../route.ts';
import { toTime } from './link.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { boolean, kept, present, required } from './params.ts';
import { commonFilters, lists, removals, saves, shows } from './resource.ts';

const fields = graphql(`
  fragment ValomniaPaymentType on PaymentType {
    numericId
    version
    reference
    name
    isActive
    createdAt
    updatedAt
  }
`);

const wire = z
  .strictObject({
    id: z.number().int(),
    name: z.string(),
    reference: z.string(),
    isActive: z.boolean(),
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'PaymentType' });

function toWire(type: ResultOf<typeof fields>, facts: Facts): z.output<typeof wire> {
  return {
    id: type.numericId,
    name: type.name,
    reference: type.reference,
    isActive: type.isActive,
    organization: facts.organization.reference,
    dateCreated: toTime(type.createdAt),
    lastUpdated: toTime(type.updatedAt),
  };
}

const createBody = z.object({ reference: required, name: required, isActive: boolean });
const updateBody = z.object({ reference: kept, name: kept, isActive: boolean });

const toInput = ({ reference, name, isActive }: z.output<typeof updateBody>) =>
  present({ reference, name, isActive: isActive ?? undefined });

const listRecords = graphql(
  `
    query ValomniaPaymentTypes($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: paymentTypes(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaPaymentType
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
    query ValomniaPaymentType($by: PaymentTypeBy!) {
      record: paymentType(by: $by) {
        ...ValomniaPaymentType
      }
    }
  `,
  [fields],
);

const createRecord = graphql(
  `
    mutation ValomniaCreatePaymentType($input: PaymentTypeCreateInput!) {
      result: paymentTypeCreate(input: $input) {
        ... on PaymentTypeCreatePayload {
          outcome
          record: paymentType {
            ...ValomniaPaymentType
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
    mutation ValomniaUpdatePaymentType($by: PaymentTypeBy!, $input: PaymentTypeUpdateInput!, $expectedVersion: Int) {
      result: paymentTypeUpdate(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on PaymentTypeUpdatePayload {
          outcome
          record: paymentType {
            ...ValomniaPaymentType
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
    mutation ValomniaUpsertPaymentType($by: PaymentTypeBy!, $input: PaymentTypeUpsertInput!, $expectedVersion: Int) {
      result: paymentTypeUpsert(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on PaymentTypeUpsertPayload {
          outcome
          record: paymentType {
            ...ValomniaPaymentType
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
    mutation ValomniaDeletePaymentType($by: PaymentTypeBy!, $expectedVersion: Int) {
      result: paymentTypeDelete(by: $by, expectedVersion: $expectedVersion) {
        ... on PaymentTypeDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);

const words = { path: '/paymentTypes', what: 'payment type', wire, toWire } as const;

/** Payment types: list and save are documented, the rest is by analogy (contracts, 4.12). */
export const paymentTypes = [
  ...lists({
    ...words,
    query: listQuery(referenceSorts, { reference: wildcard, name: wildcard }),
    sorts: referenceSorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'PAYMENT_TYPE_NOT_FOUND' }),
  ...saves({
    ...words,
    create: { body: createBody, operation: createRecord },
    update: { body: updateBody, operation: updateRecord },
    upsert: { body: updateBody, operation: upsertRecord },
    toInput,
  }),
  ...removals({ ...words, operation: deleteRecord }),
];
