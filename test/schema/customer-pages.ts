import assert from 'node:assert/strict';
import type { Json, World } from '../support/world.ts';

const upsertRows = `mutation ($rows: [CustomersUpsertRow!]!) { results: customersUpsert(rows: $rows) { __typename ... on Error { message } } }`;
/** Makes customers c0, c1 and so on. */
export async function fill(world: World, inputs: readonly object[]) {
  for (let at = 0; at < inputs.length; at += 200) {
    const rows = inputs.slice(at, at + 200).map((input, i) => ({ by: { reference: `c${at + i}` }, input }));
    const { results } = await world.ok(upsertRows, { rows });
    for (const one of results) assert.equal(one.__typename, 'CustomerUpsertPayload', JSON.stringify(one));
  }
}
/** One page of customers. */
export const list = `query ($first: Int, $after: String, $last: Int, $before: String, $offset: Int, $filter: CustomerFilter, $orderBy: [CustomerOrder!], $search: String) {
  customers(first: $first, after: $after, last: $last, before: $before, offset: $offset, filter: $filter, orderBy: $orderBy, search: $search) {
    nodes { reference } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount { value exact }
  }
}`;
export const referencesOf = (page: Json): string[] =>
  page.nodes.map(({ reference }: { reference: string }) => reference);
