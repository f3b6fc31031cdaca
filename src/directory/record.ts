import { type Fault, fault } from '../errors.ts';
import { streetLine } from '../values/address.ts';
import { parseCountry } from '../values/country.ts';
import { parseEmail } from '../values/email.ts';
import { parseLanguage } from '../values/language.ts';
import { badText } from '../values/text.ts';
import type { DirectoryPerson } from './question.ts';

/** A row as it can be read from outside, and what is wrong with the fields that are null for it. */
export interface ReadRecord {
  row: DirectoryPerson & { reference: string | null };
  faults: Fault[];
}

const longest = 255;

/** Every field of a row of the register, as import files and HTTP directories name them. */
export const directoryFields = [
  'reference',
  'kind',
  'firstName',
  'middleName',
  'lastName',
  'companyName',
  'organizationNumber',
  'identity',
  'phone',
  'email',
  'line1',
  'line2',
  'line3',
  'street',
  'streetNumber',
  'entrance',
  'postalCode',
  'city',
  'country',
  'language',
] as const;
type Field = (typeof directoryFields)[number];

/**
 * Reads what may be a person or company from somebody else's JSON or CSV. A field that cannot be read is null and has a fault; blank
 * is null. Without a `kind`, it is a company when it has a company's name and no last name. A name is needed.
 */
export function readRecord(record: Readonly<Record<string, unknown>>): ReadRecord {
  const faults: Fault[] = [];
  const text = (name: Field): string | null => {
    const value = Object.hasOwn(record, name) ? record[name] : null;
    if (value === null || value === undefined) return null;
    const trimmed = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : null;
    const wrong =
      trimmed === null
        ? 'must be text'
        : trimmed.length > longest
          ? `must have at most ${longest} characters`
          : badText(trimmed);
    if (wrong !== null) faults.push(fault('INVALID_INPUT', [name], wrong));
    return wrong !== null || trimmed === '' ? null : trimmed;
  };
  const parsed = <T>(name: Field, parse: (value: string) => T | null, wanted: string): T | null => {
    const value = text(name);
    const result = value === null ? null : parse(value);
    if (value !== null && result === null) faults.push(fault('INVALID_INPUT', [name], `must be ${wanted}`));
    return result;
  };
  const lastName = text('lastName');
  const companyName = text('companyName');
  const street = {
    street: text('street'),
    streetNumber: parsed('streetNumber', parseStreetNumber, 'a whole number'),
    entrance: text('entrance'),
  };
  const row = {
    reference: text('reference'),
    kind: parsed('kind', parseKind, 'PERSON or COMPANY') ?? (companyName && !lastName ? 'COMPANY' : 'PERSON'),
    firstName: text('firstName'),
    middleName: text('middleName'),
    lastName,
    companyName,
    organizationNumber: text('organizationNumber'),
    identity: text('identity'),
    phone: text('phone'),
    email: parsed('email', parseEmail, 'an email address'),
    line1: text('line1') ?? streetLine(street),
    line2: text('line2'),
    line3: text('line3'),
    ...street,
    postalCode: text('postalCode'),
    city: text('city'),
    country: parsed('country', parseCountry, 'a country'),
    language: parsed('language', parseLanguage, 'a language tag'),
  };
  if (row.lastName === null && row.companyName === null) {
    faults.push(fault('INVALID_INPUT', ['lastName'], 'or companyName is needed'));
  }
  return { row, faults };
}

function parseKind(value: string): 'PERSON' | 'COMPANY' | null {
  const kind = value.toUpperCase();
  return kind === 'PERSON' || kind === 'COMPANY' ? kind : null;
}

function parseStreetNumber(value: string): number | null {
  return /^\d{1,6}$/.test(value) ? Number(value) : null;
}
