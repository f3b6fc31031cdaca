import { z } from 'zod';
import { always, must, said } from '../form.ts';
import type { VariablesOf } from '../graphql.ts';
import type { putCustomer } from './customers.ts';
import { isScore, optional, required, riskScore, toScore } from './form.ts';

const person = z.object({ ssn: optional, firstName: optional, lastName: optional }, must('an object'));
const company = z.object({ name: optional, organizationNumber: optional }, must('an object'));
const address = z.object(
  {
    addressLine: required,
    addressLine2: optional,
    addressLine3: optional,
    postalCode: required,
    postalPlace: required,
    countryCode: required,
  },
  must('an object'),
);

const isPerson = ({ type }: { type?: unknown }) => type === 'Person' || type === 1;
const isCompany = ({ type }: { type?: unknown }) => type === 'Company' || type === 2;
const isEmpty = (parts: object | undefined) => !Object.values(parts ?? {}).some((part) => part !== undefined);

/** "Only applicable for Person": ignored of a company, whatever they are (contracts, 2.9.9). */
const withoutPersons = (body: unknown) =>
  typeof body === 'object' && body !== null && isCompany(body)
    ? { ...body, existingCustomer: undefined, individualRiskScore: undefined }
    : body;

const types = ['Person', 'Company', 1, 2] as const;

/** The body of `PUT …/customers/{customerNumber}` (contracts, 2.4). */
export const customerBody = z.preprocess(
  withoutPersons,
  z
    .object(
      {
        type: said(z.literal(types, must('Person or Company')).meta({ type: ['string', 'integer'], enum: [...types] })),
        person: said(person.optional()),
        company: said(company.optional()),
        phoneNumber: optional,
        email: optional,
        address: said(address),
        existingCustomer: said(z.boolean(must('true or false')).optional()),
        individualRiskScore: riskScore,
      },
      must('an object'),
    )
    .refine((body) => !isPerson(body) || !isEmpty(body.person), {
      ...always,
      path: ['person'],
      error: 'is required for a Person',
    })
    .refine((body) => !isCompany(body) || !isEmpty(body.company), {
      ...always,
      path: ['company'],
      error: 'is required for a Company',
    })
    .refine((body) => isScore(body.individualRiskScore), {
      ...always,
      path: ['individualRiskScore'],
      error: 'must be a decimal number',
    }),
);

type Input = VariablesOf<typeof putCustomer>['input'];

/**
 * All that Riverty documents, replaced: what is absent is cleared. But nobody is ever answered ssn, existingCustomer and
 * individualRiskScore, so these stay when absent: a GET followed by a PUT must not erase them.
 */
export function toInput(body: z.output<typeof customerBody>): Input {
  const { address } = body;
  return {
    kind: isPerson(body) ? 'PERSON' : 'COMPANY',
    person: { firstName: body.person?.firstName ?? null, lastName: body.person?.lastName ?? null },
    company: { name: body.company?.name ?? null, organizationNumber: body.company?.organizationNumber ?? null },
    phone: body.phoneNumber ?? null,
    keepPhonesAsTyped: true,
    email: body.email ?? null,
    billingAddress: {
      line1: address.addressLine,
      line2: address.addressLine2 ?? null,
      line3: address.addressLine3 ?? null,
      postalCode: address.postalCode,
      city: address.postalPlace,
      country: address.countryCode,
    },
    ...(body.person?.ssn !== undefined && { identity: body.person.ssn }),
    ...(body.existingCustomer !== undefined && { existingCustomer: body.existingCustomer }),
    ...toScore(body.individualRiskScore),
  };
}
