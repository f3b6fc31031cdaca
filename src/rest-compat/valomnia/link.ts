import { z } from 'zod';
import type { Facts } from '../route.ts';

/** Another record as an answer points at it. */
export const wireLink = z
  .strictObject({
    id: z.number().int(),
    reference: z.string(),
    name: z.string(),
    href: z.string(),
  })
  .meta({ id: 'Link' });

/** Who made or keeps a record. */
export const wireUserLink = z.strictObject({ userId: z.number().int(), reference: z.string(), href: z.string() });

export type Named = { numericId: number; reference: string; name: string };

/** A record as a link below the request's own version; null where there is none. */
export function toLink<One extends Named | null>(
  facts: Facts,
  collection: string,
  record: One,
): z.output<typeof wireLink> | (One & null) {
  if (record === null) return record as One & null;
  const { numericId: id, reference, name } = record;
  return { id, reference, name, href: `${facts.base}/${collection}/${id}` };
}

/** The creator's link. */
export function toUserLink(facts: Facts, user: { numericId: number; reference: string } | null) {
  if (!user) return null;
  return { userId: user.numericId, reference: user.reference, href: `${facts.base}/users/${user.numericId}` };
}

/** `YYYY-MM-DDTHH:MM:SSZ`, UTC, whole seconds: of a time as `toISOString` writes it. */
export const toTime = (value: string) => `${value.slice(0, 19)}Z`;

/** A picture's address. */
export const toPicture = (facts: Facts, picture: { path: string } | null) =>
  picture ? facts.origin + picture.path : null;
