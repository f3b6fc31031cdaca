import { z } from 'zod';
import { must } from '../form.ts';
import { graphql } from '../graphql.ts';
import { route } from '../route.ts';

const credentials = z
  .array(z.string(must('a string')), must('a list of strings'))
  .max(100, 'has more than 100 items')
  .transform((list) => [...new Set(list)]);

/** Connect: "Check customer number - client mode". */
export const credentialChecks = [
  route({
    method: 'POST',
    path: '/v1/client/credential/customers/check',
    summary: 'Check customer number, client mode',
    request: z.object({ body: z.object({ credentials }, must('an object')) }),
    operation: graphql(`
      query ConnectCheckCredentials($credentials: [String!]!) {
        matches: customersByCredential(credentials: $credentials) {
          credential
          customer {
            customerNumber
          }
        }
      }
    `),
    response: z.strictObject({
      customers: z.array(z.strictObject({ credential: z.string(), customerNumber: z.number().int() })),
    }),
    variables: ({ body }) => ({ credentials: body.credentials }),
    reply: ({ matches }) => ({
      body: {
        customers: matches.map(({ credential, customer }) => ({
          credential,
          customerNumber: customer.customerNumber,
        })),
      },
    }),
  }),
];
