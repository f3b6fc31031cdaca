import { sql } from 'drizzle-orm';
import type { directoryEntries } from '../db/tables/directory.ts';
import { bareNumber } from '../values/national-number.ts';
import { parsePhone } from '../values/phone.ts';
import type { CustomerChange, CustomerRow } from './customer-change.ts';
import { matchCustomers, phoneKeys } from './customer-match.ts';
import { type CustomerWriter, createCustomer } from './customer-write.ts';

/** Whom a directory knows; `identity` is plain. */
type KnownPerson = Omit<
  typeof directoryEntries.$inferSelect,
  | 'organizationId'
  | 'id'
  | 'reference'
  | 'organizationNumberKey'
  | 'identitySealed'
  | 'identityIndex'
  | 'phoneKey'
  | 'createdAt'
  | 'updatedAt'
  | 'version'
> & { identity: string | null };

/** What is looked up, and what a customer gets that is made of it. */
export interface Lookup {
  field: 'IDENTIFICATION_NUMBER' | 'PHONE_NUMBER';
  value: string;
  reference?: string | null | undefined;
  riskScore?: string | null | undefined;
}

/** The look-up's value as a question to customers and directory. */
export const questionOf = ({ field, value }: Pick<Lookup, 'field' | 'value'>) =>
  field === 'PHONE_NUMBER' ? { phone: value } : { number: value };

/**
 * Finds the customer who has the value by now, or makes one of the person whom the directory knows (null: of the number alone).
 * Look-ups of one value, and of one person by several values, go one after the other, so that one of them makes the customer
 * (contracts, 2.7).
 */
export async function findOrCreate(
  writer: CustomerWriter,
  lookup: Lookup,
  person: KnownPerson | null,
): Promise<{ row: CustomerRow; outcome: 'FOUND' | 'CREATED' }> {
  const { tx, vault, organization } = writer;
  const questions = [questionOf(lookup), ...numbersOf(person).map((number) => ({ number }))];
  for (const key of locksOf(writer, lookup, person))
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  for (const question of questions) {
    const [row] = await matchCustomers(tx, vault, organization.id, { ...question, countries: [organization.country] });
    if (row) return { row, outcome: 'FOUND' };
  }
  const change = { ...changeOf(lookup, person, organization.country), reference: lookup.reference };
  // A company has no risk score (Riverty, “individualRiskScore”).
  const score = change.kind === 'COMPANY' ? {} : { riskScore: lookup.riskScore };
  const { row } = await createCustomer(writer, { change: { ...change, ...score }, faults: [] });
  return { row, outcome: 'CREATED' };
}

/** The numbers that are one person's or company's alone; a phone may be a household's. */
const numbersOf = (person: KnownPerson | null) =>
  [person?.identity, person?.organizationNumber].filter((number): number is string => Boolean(number));

/** What to hold while looking and making, always in the same order. National numbers go by their blind index. */
function locksOf({ vault, organization }: CustomerWriter, lookup: Lookup, person: KnownPerson | null): string[] {
  const isPhone = lookup.field === 'PHONE_NUMBER';
  const numbers = [...(isPhone ? [] : [lookup.value]), ...numbersOf(person)];
  const keys = [
    ...numbers.map((number) => vault.index(organization.id, number).toString('hex')),
    ...(isPhone ? phoneKeys(lookup.value, [organization.country]) : []),
  ];
  return [...new Set(keys)].sort().map((key) => `lookup ${organization.id} ${key}`);
}

/** Everything that the directory tells, and always the value itself, so that the next look-up finds the customer. */
function changeOf({ field, value }: Lookup, person: KnownPerson | null, home: string): CustomerChange {
  if (field === 'PHONE_NUMBER') {
    const asked = parsePhone(value, home);
    if (!person) return { kind: 'UNDEFINED', phone: asked };
    const known = person.phone ? parsePhone(person.phone, person.country ?? home) : asked;
    const isSame = (known.e164 ?? known.number) === (asked.e164 ?? asked.number);
    const phones = [
      { ...known, kind: null, primary: true },
      ...(isSame ? [] : [{ ...asked, kind: null, primary: false }]),
    ];
    return { ...toldOf(person), phones };
  }
  if (!person) return { kind: 'UNDEFINED', identity: value };
  const told = toldOf(person);
  const phone = person.phone ? { phone: parsePhone(person.phone, person.country ?? home) } : {};
  const has = (number: string | null) => number !== null && bareNumber(number) === bareNumber(value);
  if (has(person.identity) || has(person.organizationNumber)) return { ...told, ...phone };
  return person.kind === 'COMPANY'
    ? { ...told, ...phone, company: { ...told.company, organizationNumber: value } }
    : { ...told, ...phone, identity: value };
}

function toldOf(person: KnownPerson): CustomerChange {
  const { kind, firstName, middleName, lastName, companyName, organizationNumber, identity, email, language } = person;
  const { line1, line2, line3, street, streetNumber, entrance, postalCode, city, country } = person;
  const isParsed = street !== null || streetNumber !== null || entrance !== null;
  return {
    kind,
    person: { firstName, middleName, lastName },
    company: { name: companyName, organizationNumber },
    identity,
    email,
    language,
    billingAddress: {
      ...{ line1, line2, line3, postalCode, city, country },
      // Parts that nobody gave are parsed from the line; said as null they would not be.
      ...(isParsed && { street, streetNumber, entrance }),
    },
  };
}
