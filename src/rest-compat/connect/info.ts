import { z } from 'zod';
import { faultFields, graphql } from '../graphql.ts';
import { done, found, route } from '../route.ts';
import { infoFields, toInfo, wireInfo } from './customer.ts';
import { customerBody, toInput } from './customer-input.ts';

export const changeOwnCustomer = graphql(
  `
    mutation ConnectChangeOwnCustomer($input: CustomerUpdateInput!, $expectedVersion: Int) {
      result: ownCustomerUpdate(input: $input, expectedVersion: $expectedVersion) {
        ... on OwnCustomerUpdatePayload {
          outcome
        }
        ...FaultFields
      }
    }
  `,
  [faultFields],
);

/** Digits beyond our integers are a number too, and nobody's. */
const customerNumber = z
  .string()
  .regex(/^-?\d+$/, 'must be an integer')
  .transform((digits) => (Number.isSafeInteger(Number(digits)) ? Number(digits) : -1))
  .meta({ type: 'integer' });

/** Connect: "List customer info" and "Change customer Info" of the user who is signed in, and the former in client mode. */
export const info = [
  route({
    method: 'GET',
    path: '/v1/customer/info',
    summary: 'List customer info',
    request: z.object({}),
    operation: graphql(
      `
        query ConnectOwnCustomer {
          viewer {
            customer {
              ...ConnectInfo
            }
          }
        }
      `,
      [infoFields],
    ),
    response: wireInfo,
    version: ({ viewer }) => viewer.customer?.version,
    variables: () => ({}),
    reply: ({ viewer }) => ({ body: toInfo(found(viewer.customer, 'CUSTOMER_NOT_FOUND')) }),
  }),
  route({
    method: 'POST',
    path: '/v1/customer/info',
    summary: 'Change customer info',
    request: z.object({ body: customerBody }),
    operation: changeOwnCustomer,
    response: z.strictObject({ success: z.literal(true) }),
    variables: ({ body }) => ({ input: toInput(body) }),
    reply: ({ result }) => {
      done(result);
      return { body: { success: true } };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/client/customer/info/{customerNumber}',
    summary: 'List customer info, client mode',
    request: z.object({ params: z.object({ customerNumber }) }),
    operation: graphql(
      `
        query ConnectCustomer($by: CustomerBy!) {
          customer(by: $by) {
            ...ConnectInfo
          }
        }
      `,
      [infoFields],
    ),
    response: wireInfo,
    version: ({ customer }) => customer?.version,
    variables: ({ params }) => ({ by: { customerNumber: params.customerNumber } }),
    reply: ({ customer }) => ({ body: toInfo(found(customer, 'CUSTOMER_NOT_FOUND')) }),
  }),
];
