import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';
import type { Operation } from '../graphql.ts';
import { done, type Facts, found, type Refusal, type Route, route } from '../route.ts';
import { dateFilters, type ListWords, like, listArguments, toPaging, wirePaging } from './list.ts';
import { byId, byReference, given, type Ids, type Present, present } from './params.ts';
import { deleted, wireDeleted } from './reply.ts';

/** How a path names a record. */
type By = { numericId: number } | { reference: string };

/** What an entity tag is made from. */
interface Versioned {
  version: number;
}

interface Resource {
  /** `/customers` */
  path: string;
  /** For the OpenAPI document: `customer`. */
  what: string;
}

/** The filters that every list knows, in our words. */
export function commonFilters(query: ListWords & { reference?: string | undefined; name?: string | undefined }) {
  return { ...dateFilters(query), reference: like(query.reference), name: like(query.name) };
}

/** `GET /customers`: a page of records and where the pages around it are (contracts, 4.4). */
export function lists<Query extends ListWords, Field extends string, Filter extends object, Row>(
  words: Resource & {
    query: z.ZodType<Query>;
    sorts: Readonly<Record<string, Field>>;
    filter(query: Query): Filter;
    operation: Operation<
      { list: { nodes: Row[]; totalCount: { value: number } } },
      {
        first?: number;
        offset?: number;
        orderBy?: { field: Field; direction: 'ASC' | 'DESC' }[];
        filter?: Present<Filter>;
      }
    >;
    wire: z.ZodType;
    toWire(row: Row, facts: Facts): unknown;
  },
): Route[] {
  return [
    route({
      method: 'GET',
      path: words.path,
      summary: `List every ${words.what}, page by page`,
      request: z.object({ query: words.query }),
      operation: words.operation,
      response: z.strictObject({ paging: wirePaging, data: z.array(words.wire) }),
      variables: ({ query }) => {
        const filter = present(words.filter(query));
        return { ...listArguments(query, words.sorts), ...(Object.keys(filter).length > 0 && { filter }) };
      },
      reply: ({ list }, facts, { query }) => ({
        body: {
          paging: toPaging(facts.base + words.path, query, list.totalCount.value),
          data: list.nodes.map((row) => words.toWire(row, facts)),
        },
      }),
    }),
  ];
}

/** `GET /customers/{id}` and `/customers/reference/{reference}` (contracts, 4.5). */
export function shows<Row extends Versioned>(
  words: Resource & {
    operation: Operation<{ record: Row | null }, { by: By }>;
    missing: ErrorCode;
    wire: z.ZodType;
    toWire(row: Row, facts: Facts): unknown;
  },
): Route[] {
  const common = {
    method: 'GET',
    operation: words.operation,
    response: words.wire,
    version: ({ record }: { record: Row | null }) => record?.version,
    reply: ({ record }: { record: Row | null }, facts: Facts) => ({
      body: words.toWire(found(record, words.missing), facts),
    }),
  } as const;
  return [
    route({
      ...common,
      path: `${words.path}/{id}`,
      summary: `Show a ${words.what}`,
      request: z.object({ params: byId }),
      variables: ({ params }) => ({ by: { numericId: params.id } }),
    }),
    route({
      ...common,
      path: `${words.path}/reference/{reference...}`,
      summary: `Show a ${words.what} by its reference`,
      request: z.object({ params: byReference }),
      variables: ({ params }) => ({ by: { reference: params.reference } }),
    }),
  ];
}

type Saved<Row> = { result: { outcome: string; record: Row } | Refusal };

/** Create, partial update by id, and upsert by reference (contracts, 4.6 to 4.8). */
export function saves<Row extends Versioned, Create, Update, Upsert, Input extends object>(
  words: Resource & {
    create: { body: z.ZodType<Create>; operation: Operation<Saved<Row>, { input: Input }> };
    update: { body: z.ZodType<Update>; operation: Operation<Saved<Row>, { by: By; input: Input }> };
    upsert: { body: z.ZodType<Upsert>; operation: Operation<Saved<Row>, { by: By; input: Input }> };
    toInput(body: Create | Update | Upsert, facts: Facts, ids: Ids): Input;
    wire: z.ZodType;
    toWire(row: Row, facts: Facts): unknown;
  },
): Route[] {
  const { path, what, create, update, upsert, wire } = words;
  const saved = ({ result }: Saved<Row>, facts: Facts, statuses: { created: number; changed: number }) => {
    const { outcome, record } = done(result);
    const status = outcome === 'CREATED' ? statuses.created : statuses.changed;
    return { status, body: words.toWire(record, facts) };
  };
  const version = ({ result }: Saved<Row>) => ('record' in result ? result.record.version : null);
  return [
    route({
      method: 'POST',
      path,
      summary: `Create a ${what}`,
      request: z.object({ body: create.body }),
      operation: create.operation,
      response: wire,
      statuses: [201],
      version,
      variables: ({ body }, facts) => ({ input: given(words.toInput(body, facts, 'numeric')) }),
      reply: (data, facts) => saved(data, facts, { created: 201, changed: 201 }),
    }),
    route({
      method: 'POST',
      path: `${path}/{id}`,
      summary: `Update a ${what}, partially`,
      request: z.object({ params: byId, body: update.body }),
      operation: update.operation,
      response: wire,
      version,
      variables: ({ params, body }, facts) => ({
        by: { numericId: params.id },
        input: words.toInput(body, facts, 'numeric'),
      }),
      reply: (data, facts) => saved(data, facts, { created: 200, changed: 200 }),
    }),
    route({
      method: 'POST',
      path: `${path}/reference/{reference...}`,
      summary: `Update the ${what} with this reference, or create it`,
      request: z.object({ params: byReference, body: upsert.body }),
      operation: upsert.operation,
      response: wire,
      statuses: [201, 200],
      version,
      variables: ({ params, body }, facts) => ({
        by: { reference: params.reference },
        input: words.toInput(body, facts, 'reference'),
      }),
      reply: (data, facts) => saved(data, facts, { created: 201, changed: 200 }),
    }),
  ];
}

/** `DELETE /customers/{id}` and `/customers/reference/{reference}` (contracts, 4.9). */
export function removals(
  words: Resource & { operation: Operation<{ result: { deletedId: string } | Refusal }, { by: By }> },
): Route[] {
  const common = {
    method: 'DELETE',
    operation: words.operation,
    response: wireDeleted,
    reply: ({ result }: { result: { deletedId: string } | Refusal }) => deleted(done(result)),
  } as const;
  return [
    route({
      ...common,
      path: `${words.path}/{id}`,
      summary: `Delete a ${words.what}`,
      request: z.object({ params: byId }),
      variables: ({ params }) => ({ by: { numericId: params.id } }),
    }),
    route({
      ...common,
      path: `${words.path}/reference/{reference...}`,
      summary: `Delete a ${words.what} by its reference`,
      request: z.object({ params: byReference }),
      variables: ({ params }) => ({ by: { reference: params.reference } }),
    }),
  ];
}
