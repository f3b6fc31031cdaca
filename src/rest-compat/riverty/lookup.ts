import { z } from 'zod';
import { must, said } from '../form.ts';
import { faultFields, graphql } from '../graphql.ts';
import { done, route } from '../route.ts';
import { customerFields, toWire, wireCustomer } from './customer.ts';
import { clientParams, customerNumber, isScore, optional, required, riskScore, toScore } from './form.ts';

const fields = { IdentificationNumber: 'IDENTIFICATION_NUMBER', PhoneNumber: 'PHONE_NUMBER' } as const;
const field = z.enum(['IdentificationNumber', 'PhoneNumber'], must('IdentificationNumber or PhoneNumber'));

/** The schema shows an object, the sample a list of one, later notices `lookup`: all are read (contracts, 2.7 and 2.9.1). */
const body = z.preprocess(
  (given) => (Array.isArray(given) && given.length === 1 ? given[0] : given),
  z
    .object(
      {
        lookupField: said(field.optional()),
        lookupValue: optional,
        lookup: said(z.object({ type: said(field), value: required }, must('an object')).optional()),
        /** For the customer that is made, when one is. */
        customerNumber: said(customerNumber.optional()),
        individualRiskScore: riskScore,
      },
      must('an object, or a list of one'),
    )
    .transform(({ lookup, lookupField, lookupValue, customerNumber: reference, individualRiskScore }, context) => {
      const type = lookup?.type ?? lookupField;
      const value = lookup?.value ?? lookupValue;
      const tell = (name: string, message: string) =>
        context.issues.push({ code: 'custom', input: undefined, path: [name], message });
      if (type === undefined) tell('lookupField', 'is required');
      if (value === undefined) tell('lookupValue', 'is required');
      if (!isScore(individualRiskScore)) tell('individualRiskScore', 'must be a decimal number');
      if (type === undefined || value === undefined) return z.NEVER;
      return { type, value, individualRiskScore, ...(reference !== undefined && { reference }) };
    }),
);

/** Riverty, "Lookup and create a customer". */
export const lookup = [
  route({
    method: 'POST',
    path: '/lookup/customer',
    summary: 'Look a customer up, or make one of what the directory knows',
    request: z.object({ params: clientParams, body }),
    operation: graphql(
      `
        mutation RivertyLookupCustomer($field: LookupField!, $value: String!, $reference: String, $riskScore: Decimal) {
          result: customerLookup(field: $field, value: $value, reference: $reference, riskScore: $riskScore) {
            ... on CustomerLookupPayload {
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
    ),
    response: wireCustomer,
    statuses: [200, 201],
    variables: ({ body: { type, individualRiskScore, ...words } }) => ({
      field: fields[type],
      ...words,
      ...toScore(individualRiskScore),
    }),
    reply: ({ result }, facts, { params: { clientId } }) => {
      const { outcome, customer } = done(result);
      return { status: outcome === 'CREATED' ? 201 : 200, body: toWire(customer, facts, clientId) };
    },
  }),
];
