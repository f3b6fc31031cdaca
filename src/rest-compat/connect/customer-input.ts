import { z } from 'zod';
import { must, said, text } from '../form.ts';
import type { VariablesOf } from '../graphql.ts';
import { email, names, optional } from './form.ts';
import type { changeOwnCustomer } from './info.ts';

const phone = z.object(
  { phoneNumber: text(20).min(1, 'is required'), phoneNumberType: optional(30) },
  must('an object'),
);

/** The body of `POST /v1/customer/info`: null, empty and absent are the same (contracts, 3.5). */
export const customerBody = z.preprocess(
  (body) => body ?? {},
  z.object(
    {
      name: said(
        z
          .object(names, must('an object'))
          .refine((name) => isEmpty(name) || name.lastName !== undefined || name.companyName !== undefined, {
            error: 'needs lastName or companyName',
          })
          .optional(),
      ),
      phoneNumbers: said(z.array(phone, must('a list')).optional()),
      emails: said(z.array(email(255), must('a list')).optional()),
      invoiceEmailAddress: said(email(60).optional()),
    },
    must('an object'),
  ),
);

const isEmpty = (parts: object | undefined) => !Object.values(parts ?? {}).some((part) => part !== undefined);

type Input = VariablesOf<typeof changeOwnCustomer>['input'];

/** All that Connect documents, replaced. What it cannot say stays: organization number, fax numbers, addresses. */
export function toInput({ name, phoneNumbers, emails, invoiceEmailAddress }: z.output<typeof customerBody>): Input {
  return {
    // Nobody can be without a name: "If request is null or empty, then lastName will be set to -".
    person: {
      firstName: name?.firstName ?? null,
      middleName: name?.middleName ?? null,
      lastName: isEmpty(name) ? '-' : (name?.lastName ?? null),
    },
    company: { name: name?.companyName ?? null, department: name?.departmentName ?? null },
    ...(!isEmpty(name) && { kind: name?.lastName === undefined ? 'COMPANY' : 'PERSON' }),
    voicePhones: (phoneNumbers ?? []).map(({ phoneNumber, phoneNumberType }) => ({
      number: phoneNumber,
      kind: phoneNumberType ?? null,
    })),
    keepPhonesAsTyped: true,
    emails: emails ?? [],
    invoiceEmail: invoiceEmailAddress ?? null,
  };
}
