/** What sort of thing went wrong: closed, so that every dialect can answer each of them. */
export type ErrorKind =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'STALE'
  | 'INVALID_INPUT'
  | 'MISMATCH'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** The HTTP status of each kind where a dialect does not say otherwise. */
export const statusOf = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  STALE: 412,
  INVALID_INPUT: 400,
  MISMATCH: 422,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorKind, number>;

interface Entry {
  kind: ErrorKind;
  message: string;
  /** What the caller can do. */
  advice: string;
}

const correct = 'Correct the value named by `path` and send the request again.';
const look = 'Check the identity, or list the records to find it.';
const taken = 'Use another value, or change the existing record, which `existingId` names.';

/** Everything that a caller can be told. A code says what happened and may grow; messages are for people. */
export const catalogue = {
  UNAUTHENTICATED: {
    kind: 'UNAUTHENTICATED',
    message: 'A valid credential is required.',
    advice: 'Send `Authorization: Bearer <API key>`, or the credential that the documented API asks for.',
  },
  FORBIDDEN: {
    kind: 'FORBIDDEN',
    message: 'This credential does not allow that.',
    advice: 'Use a credential that has the scope which the field or path names.',
  },
  NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is nothing here.', advice: look },
  METHOD_NOT_ALLOWED: {
    kind: 'METHOD_NOT_ALLOWED',
    message: 'This path does not answer that method.',
    advice: 'Use a method that the `Allow` header names.',
  },
  INVALID_INPUT: { kind: 'INVALID_INPUT', message: 'The input is not valid.', advice: correct },
  MALFORMED_REQUEST: {
    kind: 'INVALID_INPUT',
    message: 'The request could not be read.',
    advice: 'Send a well-formed UTF-8 body of the stated media type.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    kind: 'INVALID_INPUT',
    message: 'Queries are not kept under their hash.',
    advice: 'Send the query itself, as clients do when they read this code.',
  },
  VALUE_REQUIRED: { kind: 'INVALID_INPUT', message: 'A value is required.', advice: correct },
  VALUE_INVALID: { kind: 'INVALID_INPUT', message: 'The value does not have the right form.', advice: correct },
  VALUE_TOO_LONG: { kind: 'INVALID_INPUT', message: 'The value is too long.', advice: correct },
  TEXT_INVALID: {
    kind: 'INVALID_INPUT',
    message: 'The text holds characters that cannot be stored.',
    advice: 'Remove control characters and unpaired surrogates.',
  },
  CURSOR_INVALID: {
    kind: 'INVALID_INPUT',
    message: 'The cursor does not belong to this list.',
    advice: 'Use a cursor that a page of the same list and order returned.',
  },
  PAGE_SIZE_INVALID: {
    kind: 'INVALID_INPUT',
    message: 'The page size is out of range.',
    advice: 'Ask for 1 to 100 records with either `first` or `last`.',
  },
  LIST_TOO_LONG: { kind: 'INVALID_INPUT', message: 'The list is too long.', advice: 'Send at most 250 items.' },
  COUNTRY_UNKNOWN: {
    kind: 'INVALID_INPUT',
    message: 'There is no such country.',
    advice: 'Use an ISO 3166-1 code or the English name.',
  },
  CURRENCY_UNKNOWN: { kind: 'INVALID_INPUT', message: 'There is no such currency.', advice: 'Use an ISO 4217 code.' },
  CURRENCY_NOT_CONFIGURED: {
    kind: 'INVALID_INPUT',
    message: 'The organization does not use this currency.',
    advice: 'Use one of the organization’s currencies, or add it with `organizationUpdate`.',
  },
  CUSTOMER_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such customer.', advice: look },
  PARENT_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such parent.', advice: look },
  CATEGORY_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such category.', advice: look },
  SEGMENTATION_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such segmentation.', advice: look },
  PAYMENT_TYPE_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such payment type.', advice: look },
  REGION_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such region.', advice: look },
  USER_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such user.', advice: look },
  CONTACT_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such contact.', advice: look },
  LOGIN_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such login.', advice: look },
  DIRECTORY_ENTRY_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such directory entry.', advice: look },
  API_KEY_NOT_FOUND: { kind: 'NOT_FOUND', message: 'There is no such API key.', advice: look },
  DETAILS_NOT_FOUND: {
    kind: 'NOT_FOUND',
    message: 'No one person or company has these values.',
    advice: 'Check the values that identify the person.',
  },
  REFERENCE_TAKEN: { kind: 'CONFLICT', message: 'Another record has this reference.', advice: taken },
  CUSTOMER_NUMBER_TAKEN: { kind: 'CONFLICT', message: 'Another customer has this number.', advice: taken },
  LOGIN_TAKEN: { kind: 'CONFLICT', message: 'Another login has this unique id.', advice: taken },
  PARENT_IS_SELF: {
    kind: 'CONFLICT',
    message: 'A record cannot be its own parent.',
    advice: 'Choose another parent.',
  },
  PARENT_LOOP: {
    kind: 'CONFLICT',
    message: 'The parent is below this record.',
    advice: 'Choose a parent that does not descend from this record.',
  },
  REGION_LEVEL: {
    kind: 'CONFLICT',
    message: 'The region is above the level that the organization uses.',
    advice: 'Choose a region at that level or below.',
  },
  CATEGORY_IN_USE: {
    kind: 'CONFLICT',
    message: 'The category still has customers or categories below it.',
    advice: 'Move them first.',
  },
  CATEGORY_LAST_ROOT: {
    kind: 'CONFLICT',
    message: 'The last root category must stay.',
    advice: 'Make another root category first.',
  },
  CUSTOMER_IN_USE: {
    kind: 'CONFLICT',
    message: 'The customer still has subcustomers.',
    advice: 'Move or delete them first.',
  },
  SEGMENTATION_IN_USE: {
    kind: 'CONFLICT',
    message: 'The segmentation still has customers.',
    advice: 'Move them first.',
  },
  PAYMENT_TYPE_IN_USE: {
    kind: 'CONFLICT',
    message: 'The payment type is still used by customers.',
    advice: 'Take it from them, or make it inactive.',
  },
  REGION_IN_USE: {
    kind: 'CONFLICT',
    message: 'The region still has customers or regions below it.',
    advice: 'Move them first.',
  },
  USER_IN_USE: {
    kind: 'CONFLICT',
    message: 'The user still stands on customers or contacts.',
    advice: 'Make the user inactive instead.',
  },
  VERSION_STALE: {
    kind: 'STALE',
    message: 'Somebody else changed the record meanwhile.',
    advice: 'Read it again and repeat the change on the new version.',
  },
  PICTURE_TOO_LARGE: {
    kind: 'INVALID_INPUT',
    message: 'The picture is larger than 2 MB or 25 megapixels.',
    advice: 'Send a smaller picture.',
  },
  PICTURE_UNSUPPORTED: {
    kind: 'INVALID_INPUT',
    message: 'The file is no readable JPEG, GIF, PNG or BMP picture.',
    advice: 'Send one of these formats.',
  },
  PRODUCT_NOT_FOUND: {
    kind: 'NOT_FOUND',
    message: 'There is no such payment product.',
    advice: 'Use the id of a payment product that the merchant has.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    kind: 'CONFLICT',
    message: 'A request with this idempotency key is still running.',
    advice: 'Wait a moment and send the same request again.',
  },
  IDEMPOTENCY_MISMATCH: {
    kind: 'MISMATCH',
    message: 'This idempotency key was used with another request.',
    advice: 'Use a new key for a new request.',
  },
  IDEMPOTENCY_ERASED: {
    kind: 'CONFLICT',
    message: 'This was done, but what it answered has been erased since.',
    advice: 'Do not send it again; read the record if you need it.',
  },
  TOO_LARGE: { kind: 'TOO_LARGE', message: 'The request is too large.', advice: 'Send less at once.' },
  QUERY_TOO_COMPLEX: {
    kind: 'INVALID_INPUT',
    message: 'The operation asks for too much at once.',
    advice: 'Ask for fewer fields or shorter lists.',
  },
  UNSUPPORTED_MEDIA: {
    kind: 'UNSUPPORTED_MEDIA',
    message: 'The media type is not one that this path reads.',
    advice: 'Send one of the documented media types in UTF-8.',
  },
  TOO_MANY_MATCHES: {
    kind: 'FORBIDDEN',
    message: 'More records match than may be shown at once.',
    advice: 'Say more, so that fewer match.',
  },
  RATE_LIMITED: {
    kind: 'RATE_LIMITED',
    message: 'Too many requests.',
    advice: 'Wait for the seconds that `Retry-After` names.',
  },
  UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    message: 'The database does not answer at the moment.',
    advice: 'Try again after the seconds that `Retry-After` names.',
  },
  DIRECTORY_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    message: 'The directory does not answer at the moment.',
    advice: 'Try again after the seconds that `Retry-After` names.',
  },
  INTERNAL: {
    kind: 'INTERNAL',
    message: 'Something went wrong on our side.',
    advice: 'Try again; if it stays, report the request id.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** One thing wrong: what, at which place of the input, and which record stands in the way. */
export interface Fault {
  code: ErrorCode;
  path: string[];
  message: string;
  /** The global id of the record that has the value already. */
  existingId?: string;
  /** The version that the record has by now. */
  currentVersion?: number;
}

/**
 * Anything that a caller is told. Throw it anywhere; it is put into words once per language.
 * The error's own code is that of its first fault, in the order of `weight` below, when faults are given.
 */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly faults: readonly Fault[];
  /** Seconds after which to try again: RATE_LIMITED and UNAVAILABLE. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, faults: readonly Fault[] = [], options: { retryAfter?: number; cause?: unknown } = {}) {
    super(catalogue[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ApiError';
    this.code = code;
    this.kind = catalogue[code].kind;
    this.faults = faults;
    this.retryAfter = options.retryAfter;
  }
}

/** One fault in the catalogue's own words unless others are given. */
export function fault(code: ErrorCode, path: readonly (string | number)[], message?: string): Fault {
  return { code, path: path.map(String), message: message ?? catalogue[code].message };
}

const weight: readonly ErrorKind[] = ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT'];

/**
 * Many faults as one error: missing records first, then conflicts, then forms, as Valomnia's order of faults asks
 * (contracts, 4.2). One conflict among forms does not hide them: `faults` has all.
 */
export function refuse(faults: readonly Fault[]): ApiError {
  const rank = (f: Fault) => (weight.indexOf(catalogue[f.code].kind) + weight.length + 1) % (weight.length + 1);
  const sorted = [...faults].sort((a, b) => rank(a) - rank(b));
  const first = sorted[0];
  if (!first) return new ApiError('INTERNAL');
  const code = catalogue[first.code].kind === 'INVALID_INPUT' && sorted.length > 1 ? 'INVALID_INPUT' : first.code;
  return new ApiError(code, sorted);
}
