import { type ApiError, catalogue, type ErrorCode, type ErrorKind, type Fault } from '../../errors.ts';
import type { FaultFacts, Reply } from '../route.ts';
import { shapeWords } from './shape-fault.ts';

/** `error`, its status and its `error_description` (contracts, 4.2). */
export type Words = [status: number, error: string, description: string];

/** Faults that every documented family answers alike (contracts, 1.4). */
const kinds = {
  UNAUTHENTICATED: [401, 'no_credentials', 'You are not signed in.'],
  FORBIDDEN: [403, 'access_denied', 'You are not allowed to do that.'],
  NOT_FOUND: [404, 'not_found', 'There is nothing here.'],
  METHOD_NOT_ALLOWED: [405, 'method_not_allowed', 'This URL does not answer that method.'],
  CONFLICT: [400, 'save_failed', 'Failed to save instance.'],
  STALE: [412, 'stale', 'The instance was changed by somebody else meanwhile.'],
  INVALID_INPUT: [400, 'save_failed', 'Failed to save instance.'],
  MISMATCH: [422, 'idempotency_mismatch', 'This idempotency key was used with another request.'],
  TOO_LARGE: [413, 'too_large', 'The request is too large.'],
  UNSUPPORTED_MEDIA: [415, 'unsupported_media_type', 'The content type of the request is not supported.'],
  RATE_LIMITED: [429, 'too_many_requests', 'Too many requests, try again later.'],
  UNAVAILABLE: [503, 'unavailable', 'The service is not available at the moment, try again later.'],
  INTERNAL: [500, 'server_error', 'Oops! Something went wrong...'],
} as const satisfies Record<ErrorKind, Words>;

const single: Partial<Record<ErrorCode, Words>> = {
  IDEMPOTENCY_IN_PROGRESS: [409, 'conflict', 'A request with this idempotency key is still running.'],
  IDEMPOTENCY_ERASED: [409, 'conflict', 'This was done, but what it answered has been erased since.'],
  MALFORMED_REQUEST: [400, 'invalid_param', 'The request could not be read.'],
};

const nouns: Partial<Record<ErrorCode, string>> = {
  CUSTOMER_NOT_FOUND: 'customer',
  CATEGORY_NOT_FOUND: 'customer category',
  SEGMENTATION_NOT_FOUND: 'customer segmentation',
  PAYMENT_TYPE_NOT_FOUND: 'payment type',
  REGION_NOT_FOUND: 'region',
  USER_NOT_FOUND: 'user',
  CONTACT_NOT_FOUND: 'contact',
};

/** The parameter of our input's field, where the two are not one word. */
const parameters: Record<string, string> = {
  customer: 'customerId',
  parent: 'parentId',
  paymentTerms: 'dueDateConfigNumber',
};

/** Every error in Valomnia's words: one fault is told, in the documented order. */
export function toFault(error: ApiError, facts: FaultFacts): Reply {
  const [status, name, description] = words(error, facts);
  const headers: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Bearer realm="Clientele"' } : {};
  return { status, headers, body: { error: name, error_description: description } };
}

function words(error: ApiError, facts: FaultFacts): Words {
  if (error.kind === 'INVALID_INPUT' && facts.issues.length > 0) return shapeWords(facts.issues);
  if (error.kind === 'TOO_LARGE' && facts.contentType.startsWith('multipart/')) return tooLargePicture;
  const told = single[error.code];
  if (told) return told;
  const ranked = error.faults
    .map((fault) => faultWords(fault, facts))
    .filter((found) => found !== undefined)
    .sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]));
  return ranked[0] ?? faultWords({ code: error.code, path: [], message: '' }, facts) ?? kinds[error.kind];
}

const order = [
  'missing_param',
  'not_found',
  'not_unique',
  'exceeded_file_size',
  'unsupported_file_type',
  'save_failed',
];
const tooLargePicture: Words = [400, 'exceeded_file_size', 'image size should not exceed 2Mo'];

function faultWords(fault: Fault, facts: FaultFacts): Words | undefined {
  const { path } = fault;
  const code = nameless(fault);
  const noun = nouns[code];
  if (noun) return [404, 'not_found', `The ${noun} with the id ${valueAt(facts, path)} doesn't exist.`];
  if (facts.method === 'DELETE' && catalogue[code].kind === 'CONFLICT') return deletionWords(code);
  switch (code) {
    case 'VALUE_REQUIRED':
      return [400, 'missing_param', `${parameterOf(path)} parameter is missing`];
    case 'PARENT_NOT_FOUND':
      return [404, 'not_found', `The parent ${subject(facts)} with the id ${valueAt(facts, path)} doesn't exist.`];
    // Odd as a 404, and literal: "Update", failure output.
    case 'PARENT_IS_SELF':
    case 'PARENT_LOOP':
      return [404, 'not_found', `The ${subject(facts)} cannot be a sub${subject(facts)} of itself.`];
    case 'CURRENCY_UNKNOWN':
      return [404, 'not_found', `The currency with name ${valueAt(facts, path)} doesn't exist.`];
    case 'CURRENCY_NOT_CONFIGURED':
      return [404, 'not_found', `The currency with name ${valueAt(facts, path)} is not configured.`];
    case 'COUNTRY_UNKNOWN':
      return [404, 'not_found', `The country with name ${valueAt(facts, path)} doesn't exist.`];
    case 'REFERENCE_TAKEN':
      return [400, 'not_unique', 'reference already used'];
    case 'PICTURE_TOO_LARGE':
      return tooLargePicture;
    case 'PICTURE_UNSUPPORTED':
      return [400, 'unsupported_file_type', 'image format not supported.'];
    default:
      return catalogue[code].kind === 'INVALID_INPUT' ? invalidWords(path, facts) : undefined;
  }
}

/** A currency or country whose very form is wrong is one that does not exist: `GmBP`. */
function nameless({ code, path }: Fault): ErrorCode {
  if (catalogue[code].kind !== 'INVALID_INPUT' || code === 'CURRENCY_NOT_CONFIGURED') return code;
  const last = path.at(-1);
  return last === 'currency' ? 'CURRENCY_UNKNOWN' : last === 'country' ? 'COUNTRY_UNKNOWN' : code;
}

function deletionWords(code: ErrorCode): Words {
  return code === 'CATEGORY_LAST_ROOT'
    ? [400, 'delete_not_authorized', 'The last root category cannot be deleted.']
    : [400, 'delete_failed', 'Failed to delete instance.'];
}

/** A value of the right type that breaks a rule: nothing is saved by a list, so there the parameter is named. */
function invalidWords(path: readonly string[], facts: FaultFacts): Words {
  if (facts.method === 'POST') return kinds.INVALID_INPUT;
  const name = path.find((part) => part !== 'filter') ?? 'id';
  const parameter = name === 'category' ? 'categoryReference' : name === 'by' ? 'id' : name;
  return [400, 'invalid_param', `The parameters [${parameter}] you provided are not valid for this request.`];
}

const subject = ({ path }: FaultFacts) =>
  path?.startsWith('/customerCategories') ? 'category' : path?.startsWith('/regions') ? 'region' : 'customer';

function parameterOf(path: readonly string[]): string {
  const name = path.find((part) => part !== 'input' && part !== 'by') ?? '';
  return parameters[name] ?? name;
}

/** What the caller wrote where a fault points: the id or reference inside a `…By`, or the value itself. */
function valueAt(facts: FaultFacts, path: readonly string[]): string {
  if (path[0] === 'by') return own(facts);
  let value: unknown = facts.variables;
  for (const part of path) {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, part)) value = Reflect.get(value, part);
  }
  if (typeof value === 'object' && value !== null && value !== facts.variables) value = Object.values(value)[0];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : own(facts);
}

const own = ({ params }: FaultFacts) => params.id ?? params.reference ?? '';
