import { faultFields, graphql } from '../graphql.ts';

export const fields = graphql(`
  fragment ValomniaContact on Contact {
    numericId
    version
    reference
    firstName
    lastName
    jobTitle
    isDecisionMaker
    email
    phone
    phone2
    mobile
    fax
    line1
    postalCode
    city
    country
    customer {
      numericId
      reference
      name
    }
    user {
      numericId
      reference
    }
    photo {
      path
    }
    createdAt
    updatedAt
  }
`);

export const listRecords = graphql(
  `
    query ValomniaContacts($first: Int, $offset: Int, $filter: ReferenceFilter, $orderBy: [ReferenceOrder!]) {
      list: contacts(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...ValomniaContact
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
    query ValomniaContact($by: ContactBy!) {
      record: contact(by: $by) {
        ...ValomniaContact
      }
    }
  `,
  [fields],
);

export const createRecord = graphql(
  `
    mutation ValomniaCreateContact($input: ContactCreateInput!) {
      result: contactCreate(input: $input) {
        ... on ContactCreatePayload {
          outcome
          record: contact {
            ...ValomniaContact
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
    mutation ValomniaUpdateContact($by: ContactBy!, $input: ContactUpdateInput!, $expectedVersion: Int) {
      result: contactUpdate(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on ContactUpdatePayload {
          outcome
          record: contact {
            ...ValomniaContact
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
    mutation ValomniaUpsertContact($by: ContactBy!, $input: ContactUpsertInput!, $expectedVersion: Int) {
      result: contactUpsert(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on ContactUpsertPayload {
          outcome
          record: contact {
            ...ValomniaContact
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
    mutation ValomniaDeleteContact($by: ContactBy!, $expectedVersion: Int) {
      result: contactDelete(by: $by, expectedVersion: $expectedVersion) {
        ... on ContactDeletePayload {
          deletedId
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);
