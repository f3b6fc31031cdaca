import { faultFields, graphql } from '../graphql.ts';

export const fields = graphql(`
  fragment ValomniaCategory on Category {
    numericId
    version
    reference
    name
    description
    isRoot
    parent {
      numericId
      reference
      name
    }
    picture {
      path
    }
    createdAt
    updatedAt
  }
`);

export const listRecords = graphql(
  `
    query ValomniaCategories($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: categories(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaCategory
        }
        totalCount(exact: true) {
          value
        }
      }
    }
  `,
  [fields],
);

export const showRecord = graphql(
  `
    query ValomniaCategory($by: CategoryBy!) {
      record: category(by: $by) {
        ...ValomniaCategory
      }
    }
  `,
  [fields],
);

export const createRecord = graphql(
  `
    mutation ValomniaCreateCategory($input: CategoryCreateInput!) {
      result: categoryCreate(input: $input) {
        ... on CategoryCreatePayload {
          outcome
          record: category {
            ...ValomniaCategory
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

export const updateRecord = graphql(
  `
    mutation ValomniaUpdateCategory($by: CategoryBy!, $input: CategoryUpdateInput!, $expectedVersion: Int) {
      result: categoryUpdate(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on CategoryUpdatePayload {
          outcome
          record: category {
            ...ValomniaCategory
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

export const upsertRecord = graphql(
  `
    mutation ValomniaUpsertCategory($by: CategoryBy!, $input: CategoryUpsertInput!, $expectedVersion: Int) {
      result: categoryUpsert(by: $by, input: $input, expectedVersion: $expectedVersion, requireParent: true) {
        ... on CategoryUpsertPayload {
          outcome
          record: category {
            ...ValomniaCategory
          }
        }
        ...FaultFields
      }
    }
  `,
  [fields, faultFields],
);

export const deleteRecord = graphql(
  `
    mutation ValomniaDeleteCategory($by: CategoryBy!, $expectedVersion: Int) {
      result: categoryDelete(by: $by, expectedVersion: $expectedVersion) {
        ... on CategoryDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);
