import type { z } from 'zod';
import { ApiError, fault } from '../errors.ts';
import type { RawRequest, Reply, Route, ShapeIssue } from './route.ts';

/** The request in the route's form, or everything that is wrong with its form. */
export function checkShape(
  route: Pick<Route, 'request'>,
  raw: RawRequest,
): { words: unknown; issues: readonly ShapeIssue[] } {
  const checked = route.request.safeParse(raw, { reportInput: true });
  if (checked.success) return { words: checked.data, issues: [] };
  const issues = checked.error.issues.map(
    (issue): ShapeIssue => ({
      path: issue.path.map(String),
      code: issue.code,
      message: issue.message,
      missing: issue.input === undefined && issue.code === 'invalid_type',
      keys: 'keys' in issue ? issue.keys.map(String) : [],
      input: issue.input,
    }),
  );
  return { words: undefined, issues };
}

/** The same for a door: its request's words, or INVALID_INPUT. */
export function readShape<Shape extends z.ZodType>(request: Shape, raw: RawRequest): z.output<Shape> {
  const { words, issues } = checkShape({ request }, raw);
  if (issues.length > 0) throw shapeError(issues);
  return words as z.output<Shape>;
}

/** INVALID_INPUT with one fault for each issue, each by the caller's own name. */
export function shapeError(issues: readonly ShapeIssue[]): ApiError {
  return new ApiError(
    'INVALID_INPUT',
    issues.map(({ path, missing }) => fault(missing ? 'VALUE_REQUIRED' : 'VALUE_INVALID', path)),
  );
}

/** Throws INTERNAL when an answer is not the documented one: a slip of ours, for tests to find. */
export function checkReply(route: Route, reply: Reply): void {
  const checked = route.response.safeParse(JSON.parse(JSON.stringify(reply.body ?? null)));
  if (!checked.success) throw new ApiError('INTERNAL', [], { cause: checked.error });
  if (!route.statuses.includes(reply.status ?? 200)) {
    throw new ApiError('INTERNAL', [], { cause: new Error(`status ${reply.status ?? 200} is not documented`) });
  }
}
