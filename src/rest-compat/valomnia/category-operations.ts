import { faultFields, graphql } from '../graphql.ts';

export const fields = graphql(`
  fragment ValomniaCategory on Category {
    numericId
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
    mutation ValomniaUpdateCategory($by: CategoryBy!, $input: CategoryUpdateInput!) {
      result: categoryUpdate(by: $by, input: $input) {
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
    mutation ValomniaUpsertCategory($by: CategoryBy!, $input: CategoryUpsertInput!) {
      result: categoryUpsert(by: $by, input: $input) {
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
    mutation ValomniaDeleteCategory($by: CategoryBy!) {
      result: categoryDelete(by: $by) {
        ... on CategoryDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);
