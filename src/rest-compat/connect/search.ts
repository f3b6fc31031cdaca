import { z } from 'zod';
import { ApiError } from '../../errors.ts';
import { must, said, text } from '../form.ts';
import { graphql, type VariablesOf } from '../graphql.ts';
import { route } from '../route.ts';
import { matchFields, toMatch, wireMatch } from './customer.ts';
import { email, names, optional } from './form.ts';

/** "Number of customers in response are limited to 5 customers." */
const most = 5;

const body = z
  .object(
    {
      productCode: optional(12),
      ...names,
      careOfAddress: optional(40),
      streetAddress: optional(40),
      streetNumber: said(z.int(must('an integer')).optional()),
      entrance: optional(12),
      // The documented sample has the number 179 where its table has a string.
      postalCode: z
        .preprocess((code) => (Number.isInteger(code) ? String(code) : code), optional(10))
        .meta({ type: ['string', 'integer', 'null'], maxLength: 10 }),
      postalPlace: optional(30),
      countryCode: optional(3),
      phoneNumber: said(
        text(20)
          .regex(/^\+[1-9]\d{1,14}$/, 'must be in E.164')
          .optional(),
      ),
      email: said(email(255).optional()),
    },
    must('an object'),
  )
  .refine(isEnough, {
    error:
      'needs companyName or lastName, with streetAddress, and postalCode or postalPlace; or else phoneNumber or email',
  });

interface Enough {
  companyName?: string | undefined;
  lastName?: string | undefined;
  streetAddress?: string | undefined;
  postalCode?: string | undefined;
  postalPlace?: string | undefined;
  phoneNumber?: string | undefined;
  email?: string | undefined;
}

function isEnough({ companyName, lastName, streetAddress, postalCode, postalPlace, phoneNumber, email }: Enough) {
  const isAddressed = (companyName ?? lastName) && streetAddress && (postalCode ?? postalPlace);
  return Boolean(isAddressed || phoneNumber || email);
}

const operation = graphql(
  `
    query ConnectSearchCustomers($first: Int!, $filter: CustomerFilter!) {
      customers(first: $first, filter: $filter) {
        nodes {
          ...ConnectMatch
        }
      }
    }
  `,
  [matchFields],
);
type Filter = VariablesOf<typeof operation>['filter'];

const same = (value: string) => ({ equals: value, ignoreCase: true });

/** Each value that is given narrows; names and addresses compare without case (contracts, 3.6). */
function toFilter(asked: z.output<typeof body>): Filter {
  return {
    ...(asked.productCode && { productCode: asked.productCode }),
    ...(asked.companyName && { companyName: same(asked.companyName) }),
    ...(asked.departmentName && { department: same(asked.departmentName) }),
    ...(asked.firstName && { firstName: same(asked.firstName) }),
    ...(asked.middleName && { middleName: same(asked.middleName) }),
    ...(asked.lastName && { lastName: same(asked.lastName) }),
    ...(asked.careOfAddress && { careOf: same(asked.careOfAddress) }),
    // Where no street could be told from the line, the line is what was answered as the street.
    ...(asked.streetAddress && { or: [{ street: same(asked.streetAddress) }, { line1: same(asked.streetAddress) }] }),
    ...(asked.streetNumber !== undefined && { streetNumber: { equals: asked.streetNumber } }),
    ...(asked.entrance && { entrance: same(asked.entrance) }),
    ...(asked.postalCode && { postalCode: { in: postalCodes(asked.postalCode, asked.countryCode), ignoreCase: true } }),
    ...(asked.postalPlace && { city: same(asked.postalPlace) }),
    ...(asked.countryCode && { country: asked.countryCode }),
    ...(asked.phoneNumber && { phone: asked.phoneNumber }),
    ...(asked.email && { email: asked.email }),
  };
}

/** `179` of Norway, or of no country, is `0179` as well (contracts, 3.9.2). */
function postalCodes(code: string, country: string | undefined): string[] {
  const isShort = /^\d{1,3}$/.test(code) && /^(NO|NOR)?$/i.test(country ?? '');
  return isShort ? [code, code.padStart(4, '0')] : [code];
}

/** Connect: "Search customer - client mode". */
export const search = [
  route({
    method: 'POST',
    path: '/v1/client/customer/search',
    summary: 'Search customer, client mode',
    request: z.object({ body }),
    operation,
    response: z.strictObject({ customers: z.array(wireMatch).max(most) }),
    variables: ({ body: asked }) => ({ first: most + 1, filter: toFilter(asked) }),
    reply: ({ customers: { nodes } }) => {
      // A cut list would look complete: the documented 403 says that it is not (contracts, 3.9.4).
      if (nodes.length > most) throw new ApiError('TOO_MANY_MATCHES');
      return { body: { customers: nodes.map(toMatch) } };
    },
  }),
];
