import { GraphQLError } from 'graphql';
import { worded } from '../db/constraints.ts';
import { ApiError, type ErrorCode, type ErrorKind, statusOf } from '../errors.ts';

/** Kinds that decide about the whole answer, and so about its HTTP status. */
const whole: ReadonlySet<ErrorKind> = new Set([
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA',
]);

/** Codes that do so beside them. */
const refusesAll: ReadonlySet<ErrorCode> = new Set(['QUERY_TOO_COMPLEX', 'MALFORMED_REQUEST']);

/** The ApiError behind an error of the execution; null for one of syntax or validation, whose own words may be shown. */
export function apiErrorOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  // A variable of the wrong form is told as an error within an error: both are graphql-js's own words.
  if (error instanceof GraphQLError) return error.originalError ? apiErrorOf(error.originalError) : null;
  return worded(error);
}

/**
 * An error as a caller of GraphQL is told it: code, faults, place, request id; never a library's words. `isAll`: there are no data beside
 * it, and so no success for those who go by GraphQL over HTTP's own media type.
 */
export function publicError(error: unknown, requestId: string, isAll = false): GraphQLError {
  const told = apiErrorOf(error);
  const failed = isAll && { http: { status: told ? statusOf[told.kind] : 400, spec: true } };
  const at = error instanceof GraphQLError ? error : null;
  const nodes = at?.nodes ?? null;
  const path = at?.path ?? null;
  if (!told) {
    // What was told already keeps its words and its id.
    const extensions = { code: 'INVALID_INPUT', requestId, ...failed, ...at?.extensions };
    const [source, positions] = [at?.source ?? null, at?.positions ?? null];
    return new GraphQLError(at?.message ?? 'The operation is not valid.', {
      nodes,
      source,
      positions,
      path,
      extensions,
    });
  }
  const wait =
    told.retryAfter === undefined
      ? {}
      : { headers: { 'Retry-After': String(Math.max(1, Math.ceil(told.retryAfter))) } };
  const extensions = {
    code: told.code,
    ...(told.faults.length > 0 && { faults: told.faults }),
    requestId,
    ...failed,
    ...((whole.has(told.kind) || told.code.startsWith('IDEMPOTENCY_') || refusesAll.has(told.code)) && {
      http: { status: statusOf[told.kind], ...wait },
    }),
  };
  return new GraphQLError(told.message, { nodes, path, extensions });
}
