import { z } from 'zod';
import type { ShapeIssue } from './route.ts';

const isNothing = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** For dialects in which null, empty and blank say nothing, as absent does. */
export const said = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value) => (isNothing(value) ? undefined : value), shape);

/** What a value must be, told in our own words. */
export const must = (be: string) => ({
  error: ({ input }: { input?: unknown }) => (isNothing(input) ? 'is required' : `must be ${be}`),
});

/** Text, of at most `most` characters where the document has a limit. */
export const text = (most?: number) => {
  const any = z.string(must('a string'));
  return most === undefined ? any : any.max(most, `is longer than ${most} characters`);
};

/** Asked even when something else is wrong, so that all of it is told at once: spread it into a `refine`. */
export const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

/** Which value is wrong, by the caller's own name, and why; `body` when it is all of it. */
export interface Told {
  name: string;
  reason: string;
}

/** What is wrong with a request's form. `params`, `query` and `body` are places, not names. */
export const issueWords = ({ path, missing, message }: ShapeIssue): Told => ({
  name: path.slice(1).join('.') || 'body',
  reason: missing ? 'is required' : reasonOf(message),
});

/** Reasons of ours go on after a name; a sentence that stands alone does not, and says nothing more. */
export const reasonOf = (message: string) => (/^\p{Ll}/u.test(message) ? message.replace(/\.$/, '') : 'is not valid');
