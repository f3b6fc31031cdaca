import { z } from 'zod';
import { asOrganization, type Tx } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { CustomerRow } from '../domain/customer-change.ts';
import { findOrCreate, type Lookup, questionOf } from '../domain/customer-lookup.ts';
import { matchCustomers } from '../domain/customer-match.ts';
import { ApiError, fault, refuse } from '../errors.ts';
import { isNumber } from '../values/national-number.ts';
import { builder, type Context } from './builder.ts';
import { customerWriter } from './customer-mutation.ts';
import * as gate from './gate.ts';
import { mutation, OutcomeType, type PayloadFields, write } from './mutation.ts';
import { Customer } from './nouns.ts';

const LookupField = builder.enumType('LookupField', {
  description: 'What kind of value is looked up.',
  values: {
    IDENTIFICATION_NUMBER: { description: 'A person’s national number or a company’s organization number.' },
    PHONE_NUMBER: { description: 'A phone in any format; without `+` it is read in the organization’s country.' },
  } as const,
});

type Organization = typeof organizations.$inferSelect;

/** A first look in a transaction of its own: whoever then waits for a directory must hold no connection. */
export async function look<T>(ctx: Context, work: (tx: Tx, organization: Organization) => Promise<T>): Promise<T> {
  const { organizationId } = ctx.caller;
  return asOrganization(ctx.db, { organizationId, trace: ctx.trace }, 'read', async (tx) => {
    const [organization] = await tx.select().from(organizations).limit(1);
    if (!organization) throw new ApiError('UNAUTHENTICATED');
    return work(tx, organization);
  }).catch((error: unknown) => {
    throw worded(error);
  });
}

/** A value that somebody can have: as long as the customer's own field takes. */
const formOf = (most: number) =>
  z.object({
    value: gate
      .text(60)
      .transform((value) => value.trim())
      .pipe(gate.requiredText(most)),
    reference: gate.requiredText(100).nullish(),
  });

const forms = { IDENTIFICATION_NUMBER: formOf(50), PHONE_NUMBER: formOf(40) };

interface Found {
  row: CustomerRow;
  outcome: 'FOUND' | 'CREATED';
}

mutation('customerLookup', {
  description:
    'Finds the customer with this number or phone, else makes one of what the directory knows. However many ask at once, one is made. Several customers with one phone: the last changed.',
  scope: 'customers:lookup',
  args: builder.args((t) => ({
    field: t.field({ type: LookupField, required: true, description: 'What kind of value it is.' }),
    value: t.string({ required: true, description: 'The value.' }),
    reference: t.string({ description: 'Reference of the customer, when one is made.' }),
    riskScore: t.field({ type: 'Decimal', description: 'Individual risk score of the customer, when one is made.' }),
  })),
  payload: (t: PayloadFields<Found>) => ({
    customer: t.field({ type: Customer.ref, description: 'The customer.', resolve: ({ row }) => row }),
    outcome: t.field({
      type: OutcomeType,
      description: 'FOUND: a customer already. CREATED: made of what the directory knows.',
      resolve: ({ outcome }) => outcome,
    }),
  }),
  resolve: async ({ field, value: asked, reference, riskScore }, ctx): Promise<Found> => {
    const { value: given, faults } = gate.pass(forms[field], { value: asked, reference }, []);
    if (faults.length > 0) throw refuse(faults);
    const lookup: Lookup = { field, value: given.value, reference: given.reference, riskScore };
    const first = await look(ctx, async (tx, organization) => ({
      organization,
      row: (await match(tx, ctx, lookup, organization.country))[0],
    }));
    if (first.row) return { row: first.row, outcome: 'FOUND' };
    // Of a value without digit or letter nobody is made: the next look-up would not find them.
    const isAnybodys = isNumber(given.value);
    const person = isAnybodys ? await personFor(ctx, lookup) : null;
    if (!isAnybodys || (!person && first.organization.lookupCreates === 'FOUND'))
      throw new ApiError('CUSTOMER_NOT_FOUND', [fault('CUSTOMER_NOT_FOUND', ['value'])]);
    return write(ctx, async (tx) => findOrCreate(await customerWriter(ctx, tx), lookup, person)).catch(atArguments);
  },
});

const match = (tx: Tx, ctx: Context, lookup: Lookup, country: string) =>
  matchCustomers(tx, ctx.vault, ctx.caller.organizationId, { ...questionOf(lookup), countries: [country] });

/** The one whom the directory knows. Several people of one phone are nobody in particular: none is picked at random. */
async function personFor(ctx: Context, { field, value }: Lookup) {
  const from = { organizationId: ctx.caller.organizationId, trace: ctx.trace };
  const isPhone = field === 'PHONE_NUMBER';
  const persons = await ctx.directory.find(
    isPhone ? { ...from, phone: value } : { ...from, identity: value, organizationNumber: value },
  );
  return persons.length === 1 ? (persons[0] ?? null) : null;
}

/** A refusal of the customer to be made speaks of arguments: there is no input here. */
function atArguments(error: unknown): never {
  if (!(error instanceof ApiError)) throw error;
  const faults = error.faults.map((one) => ({ ...one, path: one.path[0] === 'input' ? one.path.slice(1) : one.path }));
  throw new ApiError(error.code, faults, { cause: error.cause });
}
