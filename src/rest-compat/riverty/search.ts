import { z } from 'zod';
import { must, said } from '../form.ts';
import { graphql, type VariablesOf } from '../graphql.ts';
import { route } from '../route.ts';
import { customerFields, toWire, wireCustomer } from './customer.ts';
import { clientParams, optional } from './form.ts';

const columns = ['clientId', 'customerNumber', 'name', 'ssn', 'organizationNumber'] as const;
const column = z.enum(columns, must(`one of ${columns.join(', ')}`));

/** A column or an order in any case: the link itself writes `ASC/DESC`. */
const anyCase = <Word extends string>(words: readonly Word[], shape: z.ZodType<Word>) =>
  said(
    z.preprocess((value) => {
      const text = typeof value === 'string' ? value.toLowerCase() : value;
      return words.find((word) => word.toLowerCase() === text) ?? value;
    }, shape.optional()),
  );

const count = (most: number, usual: number) =>
  said(
    z
      .string(must('an integer'))
      .regex(/^\d{1,9}$/, 'must be an integer of at least 1')
      .transform(Number)
      .refine((value) => value >= 1 && value <= most, `must be 1 to ${most}`)
      .default(usual),
  ).meta({ type: 'integer', minimum: 1, maximum: most, default: usual });

const query = z.object({
  page: count(999_999_999, 1),
  perPage: count(1000, 100),
  sort: anyCase(columns, column),
  order: anyCase(['asc', 'desc'] as const, z.enum(['asc', 'desc'], must('asc or desc'))).meta({
    enum: ['asc', 'desc', 'ASC', 'DESC'],
  }),
});

const body = z
  .object({ searchColumn: anyCase(columns, column), searchValue: optional }, must('an object'))
  .refine(({ searchColumn, searchValue }) => searchColumn === undefined || searchValue !== undefined, {
    path: ['searchValue'],
    error: 'is required',
  })
  .refine(({ searchColumn, searchValue }) => searchColumn !== undefined || searchValue === undefined, {
    path: ['searchColumn'],
    error: 'is required',
  });

const operation = graphql(
  `
    query RivertySearchCustomers($first: Int!, $offset: Int!, $filter: CustomerFilter!, $orderBy: [CustomerOrder!]!) {
      customers(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
        nodes {
          ...RivertyCustomer
        }
        totalCount(exact: true) {
          value
        }
      }
    }
  `,
  [customerFields],
);
type Filter = VariablesOf<typeof operation>['filter'];

/** All are of one client, and a sealed number has no order that anybody could see (contracts, 2.8). */
const orders = {
  clientId: 'REFERENCE',
  customerNumber: 'REFERENCE',
  name: 'NAME',
  ssn: 'REFERENCE',
  organizationNumber: 'ORGANIZATION_NUMBER',
} as const;

const directions = { asc: 'ASC', desc: 'DESC' } as const;

function toFilter(searchColumn: (typeof columns)[number] | undefined, value: string, clientId: string): Filter {
  switch (searchColumn) {
    case undefined:
      return {};
    case 'clientId':
      return value === clientId ? {} : { or: [] };
    case 'customerNumber':
      return { reference: { equals: value } };
    case 'name':
      return { name: { contains: value, ignoreCase: true } };
    case 'ssn':
      return { identity: value };
    case 'organizationNumber':
      return { organizationNumber: value };
  }
}

/** Where the fourth link leads (contracts, 2.8). */
export const search = [
  route({
    method: 'POST',
    path: '/customers/search',
    summary: 'Search customers by one field',
    request: z.object({ params: clientParams, query, body }),
    operation,
    response: z.strictObject({ items: z.array(wireCustomer), total: z.number().int() }),
    variables: ({
      params: { clientId },
      query: { page, perPage, sort, order },
      body: { searchColumn, searchValue },
    }) => ({
      first: perPage,
      // Beyond GraphQL's integers nothing is found anyway.
      offset: Math.min((page - 1) * perPage, 2 ** 31 - 1),
      filter: toFilter(searchColumn, searchValue ?? '', clientId),
      orderBy: [{ field: orders[sort ?? 'customerNumber'], direction: directions[order ?? 'desc'] }],
    }),
    reply: ({ customers }, facts, { params: { clientId } }) => ({
      body: {
        items: customers.nodes.map((customer) => toWire(customer, facts, clientId)),
        total: customers.totalCount.value,
      },
    }),
  }),
];
