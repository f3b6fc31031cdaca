import { z } from 'zod';
import { type ApiError, catalogue, type ErrorCode, type Fault, statusOf } from '../../errors.ts';
import type { FaultFacts, Reply } from '../route.ts';
import { lookupKeys } from './lookup.ts';

interface Words {
  status: number;
  code: string;
  id: string;
  message: string;
  propertyName?: string;
}

/** The code of everything that the documents give none (contracts, 1.4). */
const other = '9999';

const told = (status: number, code: string, id: string, message = id): Words => ({ status, code, id, message });

/** Contracts, 5.4, 5.6 and 5.8. */
const single: Partial<Record<ErrorCode, Words>> = {
  UNAUTHENTICATED: told(401, '9002', 'MISSING_OR_INVALID_AUTHORIZATION'),
  FORBIDDEN: told(403, '9007', 'ACCESS_TO_MERCHANT_NOT_ALLOWED'),
  IDEMPOTENCY_IN_PROGRESS: told(409, '1409', 'DUPLICATE REQUEST IN PROGRESS'),
  INTERNAL: told(500, other, 'UNKNOWN_SERVER_ERROR'),
  DETAILS_NOT_FOUND: told(
    400,
    '1214',
    'CUSTOMER_DETAILS_NOT_FOUND',
    'No customer details could be found with the provided data.',
  ),
};
const unknownProduct: Words = { ...told(404, '1007', 'UNKNOWN_PRODUCT_ID'), propertyName: 'productId' };
// The example has this word in `message` and no `id`: readers of either find it.
const unknownPaymentProduct = told(404, '1070', 'UNKNOWN_PAYMENT_PRODUCT_ID');
const missing = told(400, '20000000', 'PARAMETER_NOT_FOUND_IN_REQUEST');

/** "ErrorResponse" (contracts, 5.7). */
export const wireFault = z.strictObject({
  errorId: z.string(),
  errors: z
    .array(
      z.strictObject({
        category: z.string(),
        code: z.string(),
        httpStatusCode: z.int(),
        id: z.string(),
        message: z.string(),
        propertyName: z.string().optional(),
      }),
    )
    .min(1),
});

/** Every error in the words of the family: `errorId`, and a list that is never empty (contracts, 5.7). */
export function toFault(error: ApiError, facts: FaultFacts): Reply {
  const list = words(error, facts);
  const [first] = list;
  const status = first?.status ?? statusOf[error.kind];
  const body: z.output<typeof wireFault> = {
    errorId: facts.requestId,
    errors: list.map(({ status: httpStatusCode, code, id, message, propertyName }) => ({
      category: 'CONNECT_PLATFORM_ERROR',
      code,
      httpStatusCode,
      id,
      message,
      ...(propertyName === undefined ? {} : { propertyName }),
    })),
  };
  return {
    status,
    headers: status === 401 ? { 'WWW-Authenticate': 'GCS realm="Clientele"' } : {},
    body,
  };
}

function words(error: ApiError, { path }: FaultFacts): Words[] {
  const known = single[error.code];
  if (known) return [known];
  if (error.code === 'PRODUCT_NOT_FOUND')
    return [path?.endsWith('/customerDetails') ? unknownPaymentProduct : unknownProduct];
  const status = statusOf[error.kind];
  if (error.kind !== 'INVALID_INPUT' || error.faults.length === 0)
    return [told(status, other, error.code, error.message)];
  return error.faults.map((fault) => {
    const propertyName = propertyOf(fault);
    const own =
      fault.code === 'VALUE_REQUIRED' ? missing : told(status, other, fault.code, catalogue[fault.code].message);
    return propertyName === null ? own : { ...own, propertyName };
  });
}

/** Where the caller wrote it; the field itself stands in single quotes, because clients cut it out of there. Null for all of the body. */
function propertyOf({ path }: Fault): string | null {
  const [place = '', ...rest] = path;
  const lookupKey = lookupKeys.find(({ argument }) => argument === place)?.key;
  if (lookupKey) return `values[key='${lookupKey}']`;
  if (place === 'country') return "'countryCode'";
  const name = ['params', 'query', 'body'].includes(place) ? rest : path;
  return name.length > 0 ? `'${name.join('.')}'` : null;
}
