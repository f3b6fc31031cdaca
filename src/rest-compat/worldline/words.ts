import { z } from 'zod';

/** Absent: nothing, blank, null, or what a browser library writes where its caller gave nothing (contracts, 5.5). */
function present(value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim() : value;
  return text === '' || text === null || text === 'undefined' ? undefined : text;
}

const code = (form: RegExp) => z.string().regex(form).toUpperCase();

/** A country's code, in upper case. */
export const countryCode = z.preprocess(present, code(/^[A-Za-z]{2}$/));

/** A currency's code, in upper case. */
export const currencyCode = z.preprocess(present, code(/^[A-Za-z]{3}$/));

/** The same in a query, where a name may come many times: its last value. */
export const asked = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value) => (Array.isArray(value) ? value.at(-1) : value), shape);

/** A whole number of cents. */
export const cents = z
  .preprocess(
    present,
    z
      .string()
      .regex(/^\d{1,12}$/)
      .optional(),
  )
  .meta({ type: 'integer', minimum: 0 });

/** `true` or `false`. */
export const flag = z.preprocess(present, z.enum(['true', 'false']).optional()).meta({ type: 'boolean' });

const longest = 100;

/** A list of at most a hundred: its length is looked at before what is in it. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= longest) return value;
    context.addIssue({ code: 'too_big', origin: 'array', maximum: longest, inclusive: true, input: value });
    return z.NEVER;
  }, z.array(item).max(longest));
}

/** A name that may come many times. */
export const names = z.preprocess((value) => (value === undefined ? [] : [value].flat()), listOf(z.string()));
