import { z } from 'zod';
import { type ErrorCode, type Fault, fault } from '../errors.ts';
import { parseColor } from '../values/color.ts';
import { parseCountry } from '../values/country.ts';
import { parseCurrency } from '../values/currency.ts';
import { parseEmail } from '../values/email.ts';
import { parseLanguage } from '../values/language.ts';
import { isNumber } from '../values/national-number.ts';
import { parsePhone } from '../values/phone.ts';

/**
 * Forms of GraphQL inputs. Each schema turns what was sent into what is stored; a fault carries the catalogue's code.
 * All of an input's faults are found in one pass.
 */
const bad = (code: ErrorCode, message: string) => ({ message, params: { code } });

/** Text of at most `max` characters. */
export const text = (max: number) => z.string().max(max, bad('VALUE_TOO_LONG', `is longer than ${max} characters`));

/** Text that must not be empty, nor blank; null is an omission that is refused. */
export const requiredText = (max: number) => text(max).regex(/\S/, bad('VALUE_REQUIRED', 'must not be empty'));

function parsed<T>(max: number, code: ErrorCode, message: string, parse: (value: string) => T | null) {
  return text(max).transform((value, ctx) => {
    const result = parse(value.trim());
    if (result !== null) return result;
    ctx.addIssue({ code: 'custom', ...bad(code, message) });
    return z.NEVER;
  });
}

export const email = (max = 255) => parsed(max, 'VALUE_INVALID', 'is no email address', parseEmail);
export const country = parsed(
  60,
  'COUNTRY_UNKNOWN',
  'is no country: give an ISO 3166-1 code or the English name',
  parseCountry,
);
export const currency = parsed(3, 'CURRENCY_UNKNOWN', 'is no ISO 4217 currency', parseCurrency);
export const language = parsed(35, 'VALUE_INVALID', 'is no language tag', (tag) =>
  tag === '' ? '' : parseLanguage(tag),
);
export const color = parsed(7, 'VALUE_INVALID', 'is no colour: give #RRGGBB', parseColor);
/** A phone as typed, with its E.164 form where it can be read in the organization's country. */
export const phone = (countryOfOrganization: string) =>
  text(40)
    .regex(/\S/, bad('VALUE_REQUIRED', 'must not be empty'))
    .transform((typed) => parsePhone(typed, countryOfOrganization));
/** A number as people write it: what has neither digit nor letter is found by nobody, or by everybody. */
export const written = (max: number) =>
  text(max).refine(isNumber, bad('VALUE_INVALID', 'must have a digit or a letter'));
export const latitude = z
  .number()
  .min(-90, bad('VALUE_INVALID', 'must be -90 to 90'))
  .max(90, bad('VALUE_INVALID', 'must be -90 to 90'));
export const longitude = z
  .number()
  .min(-180, bad('VALUE_INVALID', 'must be -180 to 180'))
  .max(180, bad('VALUE_INVALID', 'must be -180 to 180'));
/** A value that a record always has: absent and null both leave it as it is. */
export const kept = <T extends z.ZodType>(value: T) => value.nullish().transform((given) => given ?? undefined);
/** A list of at most 250 items. */
export const list = <T extends z.ZodType>(item: T, max = 250) =>
  z.array(item).max(max, bad('LIST_TOO_LONG', `has more than ${max} items`));

/** What passed the gate, and what did not: `value` holds the good parts, so that a caller hears of everything at once. */
export function pass<T extends z.ZodRawShape>(
  schema: z.ZodObject<T>,
  value: unknown,
  at: readonly (string | number)[] = ['input'],
) {
  const whole = schema.safeParse(value);
  if (whole.success) return { value: whole.data, faults: [] as Fault[] };
  const faults = whole.error.issues.map((issue) => {
    const params =
      issue.code === 'custom' || 'params' in issue ? (issue as { params?: { code?: ErrorCode } }).params : undefined;
    return fault(
      params?.code ?? codeOf(issue),
      [...at, ...issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))],
      messageOf(issue),
    );
  });
  // The parts without a fault are read again alone, so that their own look-ups can be told in the same answer.
  const faulty = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  const rest = Object.fromEntries(Object.entries(value as object).filter(([key]) => !faulty.has(key)));
  const part = partOf(schema).safeParse(rest);
  return { value: (part.success ? part.data : {}) as z.output<z.ZodObject<T>>, faults };
}

/** To make a form costs more than to use it a hundred times. */
const parts = new WeakMap<z.ZodObject, z.ZodObject>();
function partOf(schema: z.ZodObject): z.ZodObject {
  const part = parts.get(schema) ?? schema.partial();
  if (!parts.has(schema)) parts.set(schema, part);
  return part;
}

/** What is wrong in our words; a message that the form did not choose is the library's. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'number' && /^Too small/.test(issue.message))
    return issue.inclusive ? `must be at least ${issue.minimum}` : `must be greater than ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.origin === 'number' && /^Too big/.test(issue.message))
    return `must be at most ${issue.maximum}`;
  return /^(Invalid|Too|Unrecognized|Not)\b/.test(issue.message) ? 'does not have the right form' : issue.message;
}

/** zod keeps `params` for custom issues alone, so the form of a built-in one is told by its kind. */
function codeOf(issue: z.core.$ZodIssue): ErrorCode {
  if (issue.code === 'too_big')
    return issue.origin === 'string' ? 'VALUE_TOO_LONG' : issue.origin === 'array' ? 'LIST_TOO_LONG' : 'VALUE_INVALID';
  if (issue.code === 'invalid_format' && issue.format === 'regex') return 'VALUE_REQUIRED';
  if (issue.code === 'too_small') return issue.origin === 'string' ? 'VALUE_REQUIRED' : 'VALUE_INVALID';
  return 'VALUE_INVALID';
}
