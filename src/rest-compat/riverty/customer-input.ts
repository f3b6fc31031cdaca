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

const existing = z.boolean().optional();
const types = ['Person', 'Company', 1, 2] as const;

/** The body of `PUT …/customers/{customerNumber}` (contracts, 2.4). */
export const customerBody = z
  .object(
    {
      type: said(z.literal(types, must('Person or Company')).meta({ type: ['string', 'integer'], enum: [...types] })),
      person: said(person.optional()),
      company: said(company.optional()),
      phoneNumber: optional,
      email: optional,
      address: said(address),
      existingCustomer: said(
        z
          .unknown()
          .meta({ type: ['boolean', 'null'] })
          .optional(),
      ),
      individualRiskScore: said(
        z
          .unknown()
          .meta({ type: ['string', 'number', 'null'] })
          .optional(),
      ),
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
  // "Only applicable for Person": ignored of a company, whatever they are (contracts, 2.9.9).
  .refine((body) => !isPerson(body) || existing.safeParse(body.existingCustomer).success, {
    ...always,
    path: ['existingCustomer'],
    error: 'must be true or false',
  })
  .refine((body) => !isPerson(body) || riskScore.safeParse(body.individualRiskScore).success, {
    ...always,
    path: ['individualRiskScore'],
    error: 'must be a string or a number',
  })
  .refine((body) => !isPerson(body) || isScore(body.individualRiskScore), {
    ...always,
    path: ['individualRiskScore'],
    error: 'must be a decimal number',
  });

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
    ...(isPerson(body) && ofPerson(body)),
  };
}

/** What only people have, which the form has looked at for them alone. */
function ofPerson(body: z.output<typeof customerBody>): Pick<Input, 'existingCustomer' | 'riskScore'> {
  const existingCustomer = existing.parse(body.existingCustomer);
  return {
    ...(existingCustomer !== undefined && { existingCustomer }),
    ...toScore(riskScore.parse(body.individualRiskScore)),
  };
}
