import { z } from 'zod';

/** What a check tells about a value; `fault.ts` has the documented words for each. */
export type Told = 'missing' | 'boolean' | 'type' | 'datetime' | 'unknown' | 'rule';

/** From here on a number with a point has digits behind it that JSON's numbers cannot hold. */
const mostExact = 1e15;

/**
 * A value of a form, a query or JSON as text; `''` when it is null; undefined when it is a list, an object or a file, or a number
 * of which JSON's numbers cannot hold every digit.
 */
function asText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  const isExact = Number.isSafeInteger(value) || Math.abs(Number(value)) < mostExact;
  return typeof value === 'boolean' || (typeof value === 'number' && isExact) ? String(value) : undefined;
}

/** Lenient in: whatever a form or JSON can carry. Empty is null; absent stays absent; what `parse` refuses is `told`. */
function lenient<T>(parse: (text: string) => T | null | undefined, told: Told) {
  return z.unknown().transform((value, context): T | null => {
    const text = asText(value);
    if (text === '') return null;
    const parsed = text === undefined ? undefined : parse(text);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: 'custom', input: value, message: told, continue: true });
    return z.NEVER;
  });
}

const numeral = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const scientific = /^[+-]?(\d+(\.\d*)?|\.\d+)[eE][+-]?\d{1,3}$/;

function readNumber(text: string): number | undefined {
  const number = numeral.test(text) || scientific.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** A number with an exponent without it; `''` for what is none. */
function written(text: string): string {
  const number = scientific.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) return '';
  return Math.abs(number) < 1e21 ? number.toFixed(10).replace(/\.?0+$/, '') : String(BigInt(number));
}

/** Text of an exact number as our words want it: no exponent, no bare point, 10 digits after it. */
function readDecimal(text: string): string | undefined {
  const plain = numeral.test(text) ? text : written(text);
  const [, sign, whole, fraction] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain) ?? [];
  if (plain === '' || whole === undefined) return undefined;
  return `${sign === '-' ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction ? `.${fraction.slice(0, 10)}` : ''}`;
}

const mostLong = 2n ** 63n;

/** An id in digits; a documented Long beyond ours is that of nobody. Undefined for anything else. */
export function readId(text: string): number | undefined {
  const id = /^-?\d{1,19}$/.test(text) ? BigInt(text) : mostLong;
  if (id >= mostLong || id < -mostLong) return undefined;
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(id), Number.MAX_SAFE_INTEGER));
}

function readInteger(text: string): number | undefined {
  const number = readId(text);
  return number !== undefined && Math.abs(number) < 2 ** 31 ? number : undefined;
}

const readBoolean = (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined);

/** The kinds of parameter that the tables of the documentation name. Each may be left out; a blank text is none. */
export const text = lenient((value) => (value.trim() === '' ? null : value), 'type')
  .meta({ type: 'string' })
  .optional();
/** The id of a record, or the record as answers show it. */
export const recordId = z
  .unknown()
  .transform((value) => shown.safeParse(value).data?.id ?? value)
  .pipe(text)
  .meta({ type: 'string' })
  .optional();
export const boolean = lenient(readBoolean, 'boolean').meta({ type: 'boolean' }).optional();
export const double = lenient(readNumber, 'type').meta({ type: 'number' }).optional();
export const decimal = lenient(readDecimal, 'type')
  .refine((value) => !/^-?\d{21}/.test(value ?? ''), { error: () => 'rule' satisfies Told })
  .meta({ type: 'number' })
  .optional();
export const integer = lenient(readInteger, 'type').meta({ type: 'integer' }).optional();
export const id = lenient(readId, 'type').meta({ type: 'integer' }).optional();

/** A text that an update may leave out and never empty. */
export const kept = lenient((value) => value, 'type')
  .transform((value, context) => {
    if (value !== null) return value;
    context.issues.push({ code: 'custom', input: value, message: 'missing' satisfies Told, continue: true });
    return z.NEVER;
  })
  .meta({ type: 'string', minLength: 1 })
  .optional();

/** A text that must be there. */
export const required = z
  .unknown()
  .transform((value, context): string => {
    const given = asText(value);
    if (given !== undefined && given !== '') return given;
    const told: Told = given === '' ? 'missing' : 'type';
    context.issues.push({ code: 'custom', input: value, message: told, continue: true });
    return z.NEVER;
  })
  .meta({ type: 'string', minLength: 1 });

/** `{id}` of a path. */
export const byId = z.object({
  id: z
    .string()
    .transform((value, context) => {
      const parsed = readId(value);
      if (parsed !== undefined) return parsed;
      context.issues.push({ code: 'custom', input: value, message: 'type' satisfies Told, continue: true });
      return z.NEVER;
    })
    .meta({ type: 'integer' }),
});

/** `/reference/{reference}` of a path, decoded. */
export const byReference = z.object({ reference: z.string() });

/**
 * How a path reads the ids in a body: `/{id}` paths ours in digits, or with `useExternalId` references; `/reference/` paths
 * references, and digits that are no reference as ids of ours (contracts, 4.11.1).
 */
export type Ids = 'numeric' | 'reference';

/** An id of the body as one of our `…By` inputs; null and absent stay what they are. */
export function identity(value: string | null | undefined, ids: Ids, useExternalId?: boolean | null) {
  if (value === null || value === undefined) return value;
  if (ids === 'reference') return { key: value };
  return useExternalId ? { reference: value } : { numericId: readId(value) ?? 0 };
}

/** A picture's address as answers show it: whoever sends an answer back leaves the picture as it is. */
const shownPicture = /^https?:\/\/[^/]+\/[^/]+\/photoCustomer\/[^/]+$/;

/** A picture of a multipart form; null when the field was left empty. */
export const picture = z
  .unknown()
  .transform((value, context): { fileName: string; data: Uint8Array } | null => {
    if (value === null || value === '' || (typeof value === 'string' && shownPicture.test(value))) return null;
    const file = uploadedFile.safeParse(value);
    if (file.success)
      return file.data.bytes.length === 0 ? null : { fileName: file.data.fileName, data: file.data.bytes };
    context.issues.push({ code: 'custom', input: undefined, message: 'type' satisfies Told, continue: true });
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'binary', description: 'JPEG, GIF, PNG or BMP of at most 2 MB.' })
  .optional();

const shown = z.looseObject({ id: z.union([z.string(), z.number()]) });
const uploadedFile = z.object({ fileName: z.string(), bytes: z.instanceof(Uint8Array) });

/** Words of which any may be left out, and none is undefined. */
export type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The same words without those that are not said: absent stays absent. */
export function present<T extends object>(words: T): Present<T> {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** The same words for a new record: what is empty takes its default. */
export function given<T extends object>(words: T): T {
  return Object.fromEntries(
    Object.entries(words)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, isPlain(value) ? given(value) : value]),
  ) as T;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
