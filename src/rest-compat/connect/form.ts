import { said, text } from '../form.ts';

/** An empty text of at most `most` characters counts as absent (contracts, 3.6). */
export const optional = (most: number) => said(text(most).optional());

/** The form of an email at this gate; whether it can be stored is told by the operation. */
export const email = (most: number) =>
  text(most)
    .trim()
    .regex(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, 'must be an email address');

/** The documented limits of a name's parts (contracts, 3.3 and 3.6). */
export const names = {
  firstName: optional(30),
  middleName: optional(30),
  lastName: optional(30),
  companyName: optional(40),
  departmentName: optional(40),
};
