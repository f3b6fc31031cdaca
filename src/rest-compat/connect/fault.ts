import { z } from 'zod';
import { type ApiError, catalogue, type Fault, statusOf } from '../../errors.ts';
import { issueWords, reasonOf, type Told } from '../form.ts';
import type { FaultFacts, Reply } from '../route.ts';

/** The body of every refusal; OAuth's fields with a 401 and a 403 of the token. */
export const refusal = z
  .strictObject({
    error: z.string().optional(),
    error_description: z.string().optional(),
    exceptionType: z.string(),
    errorMessage: z.string(),
  })
  .meta({ id: 'Refusal' });

/** Parts of our inputs by their documented names; places that the document does not have are left out. */
const names: Record<string, string> = {
  input: '',
  filter: '',
  by: 'customerNumber',
  person: 'name',
  company: 'name',
  'company.name': 'companyName',
  department: 'departmentName',
  voicePhones: 'phoneNumbers',
  number: 'phoneNumber',
  kind: 'phoneNumberType',
  invoiceEmail: 'invoiceEmailAddress',
  careOf: 'careOfAddress',
  street: 'streetAddress',
  line1: 'streetAddress',
  city: 'postalPlace',
  country: 'countryCode',
  phone: 'phoneNumber',
};

/** OAuth's words for who is not let in. */
const oauth: Partial<Record<ApiError['code'], string>> = {
  UNAUTHENTICATED: 'invalid_token',
  FORBIDDEN: 'insufficient_scope',
};

/** Every error as `exceptionType` and `errorMessage`; OAuth's failures say it in OAuth's fields too (contracts, 3.2). */
export function toFault(error: ApiError, { issues }: FaultFacts): Reply {
  const { code, kind } = error;
  const told = kind === 'INVALID_INPUT' ? (issues.length > 0 ? issues.map(issueWords) : error.faults.map(words)) : [];
  const message = [...new Set(told.map(sentence))].join(' ') || catalogue[code].message;
  const name = oauth[code];
  return {
    status: statusOf[kind],
    headers: name ? { 'WWW-Authenticate': `Bearer realm="Clientele", error="${name}"` } : {},
    body: {
      ...(name && { error: name, error_description: message }),
      exceptionType: code,
      errorMessage: message,
    } satisfies z.output<typeof refusal>,
  };
}

const sentence = ({ name, reason }: Told) => `${name === 'body' ? 'The request' : name} ${reason}.`;

/** How a filter is put together is ours. */
const ofFilters = /^(or|and|equals|in|\d+)$/;

function words({ path: whole, code, message }: Fault): Told {
  const path = whole[0] === 'filter' ? whole.filter((part) => !ofFilters.test(part)) : whole;
  const parts = path.map((part, at) => names[`${path[at - 1]}.${part}`] ?? names[part] ?? part);
  return {
    name: parts.filter((part) => part !== '').join('.') || 'body',
    reason: code === 'VALUE_REQUIRED' ? 'is required' : reasonOf(message),
  };
}
