import { z } from 'zod';
import { type ApiError, catalogue, type ErrorKind, type Fault, statusOf } from '../../errors.ts';
import { issueWords, reasonOf, type Told } from '../form.ts';
import type { FaultFacts, Reply } from '../route.ts';

/** The body of every refusal; `invalidParameters` with a 400. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    details: z.string(),
    category: z.enum(['BusinessError', 'TechnicalError']),
    invalidParameters: z.array(z.strictObject({ name: z.string(), reason: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** A short sentence for each kind; `details` says the rest. */
const titles = {
  UNAUTHENTICATED: 'Unauthorized',
  FORBIDDEN: 'Forbidden',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  CONFLICT: 'Conflict',
  STALE: 'Precondition failed',
  INVALID_INPUT: 'Request did not validate',
  MISMATCH: 'Idempotency key used before',
  TOO_LARGE: 'Request too large',
  UNSUPPORTED_MEDIA: 'Unsupported media type',
  RATE_LIMITED: 'Too many requests',
  UNAVAILABLE: 'Service unavailable',
  INTERNAL: 'Internal server error',
} as const satisfies Record<ErrorKind, string>;

/** Our inputs by their documented names. */
const names: Record<string, string> = {
  by: 'customerNumber',
  reference: 'customerNumber',
  field: 'lookupField',
  value: 'lookupValue',
  riskScore: 'individualRiskScore',
  filter: 'searchValue',
  'input.phone': 'phoneNumber',
  'input.email': 'email',
  'input.riskScore': 'individualRiskScore',
  'input.existingCustomer': 'existingCustomer',
  'input.identity': 'person.ssn',
  'input.person.firstName': 'person.firstName',
  'input.person.lastName': 'person.lastName',
  'input.company.name': 'company.name',
  'input.company.organizationNumber': 'company.organizationNumber',
  'input.billingAddress.line1': 'address.addressLine',
  'input.billingAddress.line2': 'address.addressLine2',
  'input.billingAddress.line3': 'address.addressLine3',
  'input.billingAddress.postalCode': 'address.postalCode',
  'input.billingAddress.city': 'address.postalPlace',
  'input.billingAddress.country': 'address.countryCode',
};

/** Every error as Riverty's problem body (contracts, 2.3). */
export function toProblem(error: ApiError, facts: FaultFacts): Reply {
  const { kind, code } = error;
  const status = statusOf[kind];
  const isInvalid = kind === 'INVALID_INPUT';
  const invalidParameters = isInvalid ? invalid(error, facts) : [];
  const type = isInvalid ? 'validation-error' : code.toLowerCase().replaceAll('_', '-');
  const details = invalidParameters.map(({ name, reason }) => `${name} ${reason}.`).join(' ');
  return {
    status,
    headers: status === 401 ? { 'WWW-Authenticate': 'Bearer realm="Clientele"' } : {},
    body: {
      type: `${facts.origin}/errors/${type}`,
      title: titles[kind],
      details: details || catalogue[code].message,
      category: status >= 500 ? 'TechnicalError' : 'BusinessError',
      ...(isInvalid && { invalidParameters }),
    } satisfies z.output<typeof problem>,
  };
}

function invalid(error: ApiError, { issues }: FaultFacts): Told[] {
  if (error.code === 'MALFORMED_REQUEST' && error.faults.length === 0)
    return [{ name: 'body', reason: 'could not be read' }];
  if (issues.length > 0) return issues.map(issueWords);
  return error.faults.map(faultWords);
}

function faultWords({ path, code, message }: Fault): Told {
  const name = names[path.slice(0, 3).join('.')] ?? names[path.slice(0, 2).join('.')] ?? names[path[0] ?? ''];
  return { name: name ?? path.at(-1) ?? 'body', reason: code === 'VALUE_REQUIRED' ? 'is required' : reasonOf(message) };
}
