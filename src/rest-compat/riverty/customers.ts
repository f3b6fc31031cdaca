import { z } from 'zod';
import { faultFields, graphql } from '../graphql.ts';
import { done, found, route } from '../route.ts';
import { customerFields, toWire, wireCustomer } from './customer.ts';
import { customerBody, toInput } from './customer-input.ts';
import { clientParams, customerNumber } from './form.ts';

const params = clientParams.extend({ customerNumber });
const path = '/customers/{customerNumber}';

export const putCustomer = graphql(
  `
    mutation RivertyPutCustomer($by: CustomerBy!, $input: CustomerUpsertInput!, $expectedVersion: Int) {
      result: customerUpsert(by: $by, input: $input, expectedVersion: $expectedVersion) {
        ... on CustomerUpsertPayload {
          outcome
          customer {
            ...RivertyCustomer
          }
        }
        ...FaultFields
      }
    }
  `,
  [customerFields, faultFields],
);

/** Riverty, "Creates Or Updates A Customer", and what its links lead to. */
export const customers = [
  route({
    method: 'PUT',
    path,
    summary: 'Create or update a customer',
    request: z.object({ params, body: customerBody }),
    operation: putCustomer,
    response: wireCustomer,
    statuses: [200, 201],
    version: ({ result }) => ('customer' in result ? result.customer.version : null),
    variables: ({ params: { customerNumber: reference }, body }) => ({ by: { reference }, input: toInput(body) }),
    reply: ({ result }, facts, { params: { clientId } }) => {
      const { outcome, customer } = done(result);
      return { status: outcome === 'CREATED' ? 201 : 200, body: toWire(customer, facts, clientId) };
    },
  }),
  route({
    method: 'GET',
    path,
    summary: 'Get a customer',
    request: z.object({ params }),
    operation: graphql(
      `
        query RivertyCustomer($by: CustomerBy!) {
          customer(by: $by) {
            ...RivertyCustomer
          }
        }
      `,
      [customerFields],
    ),
    response: wireCustomer,
    version: ({ customer }) => customer?.version,
    variables: ({ params: { customerNumber: reference } }) => ({ by: { reference } }),
    reply: ({ customer }, facts, { params: { clientId } }) => ({
      body: toWire(found(customer, 'CUSTOMER_NOT_FOUND'), facts, clientId),
    }),
  }),
  route({
    method: 'HEAD',
    path,
    summary: 'Check whether a customer exists',
    request: z.object({ params }),
    operation: graphql(`
      query RivertyCheckCustomer($by: CustomerBy!) {
        customer(by: $by) {
          reference
        }
      }
    `),
    response: z.null(),
    variables: ({ params: { customerNumber: reference } }) => ({ by: { reference } }),
    reply: ({ customer }) => {
      found(customer, 'CUSTOMER_NOT_FOUND');
      return {};
    },
  }),
];
