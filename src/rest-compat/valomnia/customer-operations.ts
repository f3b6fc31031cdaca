import { faultFields, graphql } from '../graphql.ts';
import { customerFields } from './customer-fields.ts';

export const listCustomers = graphql(
  `
    query ValomniaCustomers($first: Int, $offset: Int, $filter: CustomerFilter, $orderBy: [CustomerOrder!]) {
      list: customers(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaCustomer
        }
        totalCount(exact: true) {
          value
        }
      }
    }
  `,
  [customerFields],
);

export const showCustomer = graphql(
  `
    query ValomniaCustomer($by: CustomerBy!) {
      record: customer(by: $by) {
        ...ValomniaCustomer
      }
    }
  `,
  [customerFields],
);

export const createCustomer = graphql(
  `
    mutation ValomniaCreateCustomer($input: CustomerCreateInput!) {
      result: customerCreate(input: $input) {
        ... on CustomerCreatePayload {
          outcome
          record: customer {
            ...ValomniaCustomer
          }
        }
        ...FaultFields
      }
    }
  `,
  [customerFields, faultFields],
);

export const updateCustomer = graphql(
  `
    mutation ValomniaUpdateCustomer($by: CustomerBy!, $input: CustomerUpdateInput!, $expectedVersion: Int) {
      result: customerUpdate(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on CustomerUpdatePayload {
          outcome
          record: customer {
            ...ValomniaCustomer
          }
        }
        ...FaultFields
      }
    }
  `,
  [customerFields, faultFields],
);

export const upsertCustomer = graphql(
  `
    mutation ValomniaUpsertCustomer($by: CustomerBy!, $input: CustomerUpsertInput!, $expectedVersion: Int) {
      result: customerUpsert(by: $by, input: $input, expectedVersion: $expectedVersion, requireName: true) {
        ... on CustomerUpsertPayload {
          outcome
          record: customer {
            ...ValomniaCustomer
          }
        }
        ...FaultFields
      }
    }
  `,
  [customerFields, faultFields],
);

export const deleteCustomer = graphql(
  `
    mutation ValomniaDeleteCustomer($by: CustomerBy!, $expectedVersion: Int) {
      result: customerDelete(by: $by, expectedVersion: $expectedVersion) {
        ... on CustomerDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);
