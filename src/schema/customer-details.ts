import { z } from 'zod';
import { take } from '../auth/rate.ts';
import type { DirectoryPerson } from '../directory/question.ts';
import type { CustomerRow } from '../domain/customer-change.ts';
import { matchCustomers } from '../domain/customer-match.ts';
import { identityPlace } from '../domain/sealed-identity.ts';
import { type Fault, fault, refuse } from '../errors.ts';
import { postalCodeForms } from '../values/address.ts';
import { bareNumber } from '../values/national-number.ts';
import { builder, type Context } from './builder.ts';
import * as gate from './gate.ts';
import type { Row } from './loader.ts';
import { look } from './lookup.ts';
import { Address, CompanyName, PersonName } from './parts.ts';

/** What is known of one person or company. */
interface Details {
  source: 'CUSTOMER' | 'DIRECTORY';
  person: Row | null;
  company: Row | null;
  identity: string | null;
  address: Row | null;
  phone: string | null;
  email: string | null;
  language: string | null;
}

const DetailsSource = builder.enumType('DetailsSource', {
  description: 'Who knows the person or company.',
  values: {
    CUSTOMER: { description: 'A customer of the organization.' },
    DIRECTORY: { description: 'The directory.' },
  } as const,
});

const CustomerDetails = builder.objectRef<Details>('CustomerDetails').implement({
  description: 'What fills in a buyer’s form.',
  fields: (t) => ({
    source: t.expose('source', { type: DetailsSource, description: 'Who knows it.' }),
    person: t.field({
      type: PersonName,
      nullable: true,
      description: 'The person’s name. One of whom a whole name alone is known has it as last name.',
      resolve: ({ person }) => person,
    }),
    company: t.field({
      type: CompanyName,
      nullable: true,
      description: 'The company’s name; its number only when the question carried one.',
      resolve: ({ company }) => company,
    }),
    identity: t.exposeString('identity', {
      nullable: true,
      description: 'The number as it is stored, only when the question carried it.',
    }),
    address: t.field({
      type: Address,
      nullable: true,
      description: 'Billing address.',
      resolve: ({ address }) => address,
    }),
    phone: t.exposeString('phone', { nullable: true, description: 'Primary phone as typed.' }),
    email: t.exposeString('email', { nullable: true, description: 'Primary email.' }),
    language: t.exposeString('language', { nullable: true, description: 'Language tag.' }),
  }),
});

const form = z.object({
  country: gate.country,
  identity: gate.text(50).nullish(),
  phone: gate.text(60).nullish(),
  postalCode: gate.text(20).nullish(),
});
interface Question {
  country: string;
  identity: string | null;
  phone: string | null;
  postalCode: string | null;
}

builder.queryField('customerDetails', (t) =>
  t.field({
    type: CustomerDetails,
    nullable: true,
    description:
      'What is known of the one person or company with these values: of the customers, else of the directory. Null for nobody, and for more than one.',
    authScopes: { scope: 'customers:lookup' },
    args: {
      country: t.arg.string({ required: true, description: 'Where the buyer lives: ISO 3166-1 code or English name.' }),
      identity: t.arg.string({ description: 'National or organization number. This, or a phone, is needed.' }),
      phone: t.arg.string({ description: 'Phone in any format; alone it needs the postal code.' }),
      postalCode: t.arg.string({ description: 'Postal code of the billing address.' }),
    },
    resolve: async (_root, args, ctx) => {
      const question = read(args);
      return counted(ctx, async () => {
        const own = await ofCustomers(ctx, question);
        if (own && own !== 'nobody') return own;
        // Asked for several customers too, who are nobody: that there are some must not be told by the time it takes.
        const known = await ofDirectory(ctx, question);
        return own ?? known;
      });
    },
  }),
);

function read(args: z.input<typeof form>): Question {
  const { value, faults } = gate.pass(form, args, []);
  const blank = (text: string | null | undefined) => text?.trim() || null;
  const given = { identity: blank(args.identity), phone: blank(args.phone), postalCode: blank(args.postalCode) };
  faults.push(...lacking(given));
  if (faults.length > 0) throw refuse(faults);
  return { country: value.country, ...given };
}

function lacking({ identity, phone, postalCode }: Omit<Question, 'country'>): Fault[] {
  if (identity) return [];
  if (!phone) return [fault('VALUE_REQUIRED', ['identity'], 'or a phone with its postal code is required')];
  return postalCode ? [] : [fault('VALUE_REQUIRED', ['postalCode'], 'is required with a phone')];
}

/** Tries that a client session has, which a browser holds: refilled so slowly that its two hours bring none back. */
const misses = { capacity: 10, refillPerSecond: 1e-5 };

/** From the eleventh miss of a client session on nobody is looked for (contracts, 5.9.10). */
async function counted(ctx: Context, find: () => Promise<Details | 'nobody'>): Promise<Details | null> {
  const session = ctx.caller.clientSession;
  const key = session && `details-misses:${session.id}`;
  if (key && !(await take(ctx.db, key, misses)).allowed) return null;
  let isMiss = false;
  try {
    const found = await find();
    isMiss = found === 'nobody';
    return found === 'nobody' ? null : found;
  } finally {
    // Taken before the look, so that many at once have no more of them; nobody's fault is no miss.
    if (key && !isMiss) await take(ctx.db, key, misses, -1);
  }
}

/** The one customer of whom all this is true; null when there is none, so that the directory is asked. */
async function ofCustomers(ctx: Context, question: Question): Promise<Details | 'nobody' | null> {
  const { organizationId } = ctx.caller;
  const found = await look(ctx, (tx, { country }) =>
    matchCustomers(tx, ctx.vault, organizationId, {
      number: question.identity,
      phone: question.phone,
      countries: [question.country, country],
    }),
  );
  const here = found.filter((row) => livesThere(row, question));
  const [row] = here;
  if (!row) return null;
  return here.length > 1 ? 'nobody' : detailsOf(ctx, row, question);
}

/** What is not known of a customer does not speak against a country, but against a postal code. */
function livesThere(row: CustomerRow, { country, postalCode }: Question): boolean {
  if (row.billingCountry && row.billingCountry !== country) return false;
  if (!postalCode) return true;
  const forms = postalCodeForms(bareNumber(postalCode), country);
  return row.billingPostalCode !== null && forms.includes(bareNumber(row.billingPostalCode));
}

function detailsOf({ vault }: Context, row: CustomerRow, { identity }: Question): Details {
  const { firstName, middleName, lastName, companyName, department, organizationNumber, identitySealed } = row;
  const person = { firstName, middleName, lastName: lastName ?? (firstName || companyName ? null : row.name) };
  const sealed = identitySealed && vault.open(identityPlace(row.organizationId, 'customers', row.id), identitySealed);
  return {
    source: 'CUSTOMER',
    person: someOf(person),
    company: someOf({ name: companyName, department, organizationNumber: identity && organizationNumber }),
    identity: carried(identity, [sealed, organizationNumber]),
    address: someOf({
      line1: row.billingLine1,
      line2: row.billingLine2,
      line3: row.billingLine3,
      careOf: row.billingCareOf,
      street: row.billingStreet,
      streetNumber: row.billingStreetNumber,
      entrance: row.billingEntrance,
      postalCode: row.billingPostalCode,
      city: row.billingCity,
      country: row.billingCountry,
    }),
    phone: row.phones.find(({ primary }) => primary)?.number ?? null,
    email: row.email,
    language: row.language,
  };
}

async function ofDirectory(ctx: Context, question: Question): Promise<Details | 'nobody'> {
  const { organizationId } = ctx.caller;
  const { identity, ...where } = question;
  const found = await ctx.directory.find({
    organizationId,
    trace: ctx.trace,
    identity,
    organizationNumber: identity,
    ...where,
  });
  const [person] = found;
  return person && found.length === 1 ? detailsOfPerson(person, identity) : 'nobody';
}

function detailsOfPerson(person: DirectoryPerson, identity: string | null): Details {
  const { firstName, middleName, lastName, companyName, organizationNumber, phone, email, language } = person;
  const { line1, line2, line3, street, streetNumber, entrance, postalCode, city, country } = person;
  return {
    source: 'DIRECTORY',
    person: someOf({ firstName, middleName, lastName }),
    company: someOf({ name: companyName, organizationNumber: identity && organizationNumber }),
    identity: carried(identity, [person.identity, organizationNumber]),
    address: someOf({ line1, line2, line3, street, streetNumber, entrance, postalCode, city, country }),
    phone,
    email,
    language,
  };
}

/** The stored number that the question carried, as it was stored. */
function carried(asked: string | null, stored: readonly (string | null)[]): string | null {
  return asked ? (stored.find((number) => number && bareNumber(number) === bareNumber(asked)) ?? null) : null;
}

const someOf = (parts: Row): Row | null => (Object.values(parts).some((value) => value !== null) ? parts : null);
