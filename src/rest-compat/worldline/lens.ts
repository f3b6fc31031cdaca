import { z } from 'zod';
import { graphql } from '../graphql.ts';
import { found, route } from '../route.ts';
import { toWire, wireDetails } from './customer-details.ts';

/** What a look-up tells of one of our own customers. The national number, which only its owner can have asked by, is left out. */
export const lens = route({
  method: 'GET',
  path: '/products/{paymentProductId}/customerDetails',
  request: z.object({}),
  operation: graphql(`
    query WorldlineLens($by: CustomerBy!) {
      customer(by: $by) {
        person {
          firstName
          lastName
        }
        company {
          name
        }
        address: billingAddress {
          line1
          street
          streetNumber
          entrance
          postalCode
          city
          country
        }
        phone
        email
        language
      }
    }
  `),
  response: wireDetails,
  variables: () => ({ by: { key: '' } }),
  reply: ({ customer }) => ({ body: toWire({ ...found(customer, 'DETAILS_NOT_FOUND', ['country']), identity: null }) }),
});
