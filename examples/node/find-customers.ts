import { initGraphQLTada, type ResultOf } from 'gql.tada';
import { print } from 'graphql';
// Types alone, made from schema.graphql. In a project of your own: `npx gql.tada generate-output` from the published schema.
import type { introspection } from '../../src/rest-compat/schema.generated.ts';

// CLIENTELE_API_KEY=… npx tsx examples/node/find-customers.ts WORDS…: one line for each customer found.

const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { ID: string; SafeInt: number; DateTime: string; Decimal: string };
}>();

const findCustomers = graphql(`
  query FindCustomers($search: String!, $after: String) {
    customers(first: 50, search: $search, after: $after) {
      nodes {
        reference
        name
        email
        category {
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
type Answer = { data?: ResultOf<typeof findCustomers>; errors?: { message: string }[] };

const url = `${process.env.CLIENTELE_URL ?? 'http://127.0.0.1:4000'}/graphql`;
const headers = {
  'content-type': 'application/json',
  authorization: `Bearer ${process.env.CLIENTELE_API_KEY ?? ''}`,
};
const search = process.argv.slice(2).join(' ');

let after: string | null = null;
do {
  const body = JSON.stringify({ query: print(findCustomers), variables: { search, after } });
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, errors }: Answer = await response.json();
  if (!data) throw new Error(errors?.[0]?.message ?? `The server answered ${response.status}.`);
  for (const { reference, name, email, category } of data.customers.nodes)
    console.log([reference, name, email ?? '–', category.name].join('\t'));
  after = data.customers.pageInfo.hasNextPage ? data.customers.pageInfo.endCursor : null;
} while (after !== null);
