import { z } from 'zod';
import type { Told } from './params.ts';

const id = z.union([z.string().min(1), z.number().int()]).transform(String);
const list = z.array(z.object({ id }).transform((item) => item.id));

/**
 * `paymentTypes`: JSON `[{"id":7}]` and the documented `[{"id"=7},{"id"=8}]`, ids in digits or as text
 * (contracts, 4.11.2). Empty text is the empty list; anything else is of the wrong type.
 */
export const paymentTypeIds = z
  .unknown()
  .transform((value, context): string[] => {
    const read = list.safeParse(typeof value === 'string' ? parse(value) : (value ?? []));
    if (read.success) return read.data;
    context.issues.push({ code: 'custom', input: value, message: 'type' satisfies Told, continue: true });
    return z.NEVER;
  })
  .meta({ type: 'string', description: 'A list of ids: `[{"id":7},{"id":8}]`.', example: '[{"id"=7},{"id"=8}]' })
  .optional();

function parse(text: string): unknown {
  if (text.trim() === '') return [];
  const json = text.replaceAll(/([{,]\s*"id"\s*)=/g, '$1:');
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
