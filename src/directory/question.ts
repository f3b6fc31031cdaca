import type { Trace } from '../db/trace.ts';
import { postalCodeForms } from '../values/address.ts';
import { bareNumber } from '../values/national-number.ts';
import type { DirectoryRow } from './entry.ts';

/**
 * Who is looked for. `identity` (a person's national number) and `organizationNumber` (a company's) may be two readings of one number:
 * either may match. `phone`, `postalCode` and `country` narrow. At least one of the first three is needed.
 */
export interface DirectoryQuestion {
  organizationId: number;
  identity?: string | null;
  organizationNumber?: string | null;
  phone?: string | null;
  postalCode?: string | null;
  /** Alpha-2: where the person lives, and where a phone without `+` is read first. */
  country?: string | null;
  trace?: Trace | null | undefined;
}

/** A person or company whom a directory knows. `identity` is plain: answer it to nobody who did not send it. */
export type DirectoryPerson = Required<Omit<DirectoryRow, 'reference'>>;

/** More than this many match nobody in particular. */
export const mostAnswers = 10;

/** Whether the person lives where the question says; what is not known of a person does not speak against a country. */
export function livesThere({ postalCode, country }: DirectoryQuestion, person: DirectoryPerson): boolean {
  if (country && person.country && person.country !== country) return false;
  if (!postalCode) return true;
  const given = postalCodeForms(bareNumber(postalCode), country ?? person.country);
  return person.postalCode !== null && given.includes(bareNumber(person.postalCode));
}
