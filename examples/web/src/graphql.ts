import { initGraphQLTada } from 'gql.tada';
// Types alone, made from schema.graphql. In a project of your own: `npx gql.tada generate-output` from the published schema.
import type { introspection } from '../../../src/rest-compat/schema.generated.ts';

export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { ID: string; SafeInt: number; DateTime: string; Decimal: string };
}>();

export const customersQuery = graphql(`
  query Customers($after: String, $search: String) {
    customers(first: 25, after: $after, search: $search, orderBy: [{ field: NAME }]) {
      nodes {
        id
        reference
        name
        kind
        email
        billingAddress {
          city
          country
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const customerQuery = graphql(`
  query Customer($id: ID!) {
    customer(by: { id: $id }) {
      id
      version
      reference
      name
      email
      comment
    }
  }
`);

export const updateMutation = graphql(`
  mutation Update($id: ID!, $input: CustomerUpdateInput!, $version: Int!) {
    result: customerUpdate(by: { id: $id }, input: $input, expectedVersion: $version) {
      __typename
      ... on CustomerUpdatePayload {
        customer {
          id
          version
          name
          email
          comment
        }
      }
      ... on Error {
        message
        faults {
          path
          message
        }
      }
    }
  }
`);
