import type { CustomerChange } from '../domain/customer-change.ts';
import { findCustomer, lockCustomer, lockCustomers } from '../domain/customer-find.ts';
import {
  type CustomerWrite,
  type CustomerWriter,
  changeCustomer,
  createCustomer,
  deleteCustomer,
  type Written,
} from '../domain/customer-write.ts';
import type { Identity } from '../domain/reference.ts';
import { ApiError, type Fault, fault, refuse } from '../errors.ts';
import { checkNationalNumber, checkOrganizationNumber } from '../values/national-number.ts';
import { builder, type Context, type Tx } from './builder.ts';
import {
  CustomerCreateInput,
  type CustomerInput,
  CustomerUpdateInput,
  CustomerUpsertInput,
  readCustomerInput,
  readPicture,
} from './customer-input.ts';
import type { Refusal } from './error.ts';
import { CustomerBy, identityFaults, identityOf } from './identity.ts';
import {
  asData,
  asRace,
  checkVersion,
  deletedPayload,
  inRow,
  mutation,
  OutcomeType,
  type PayloadFields,
  rowsMutation,
  staleArg,
  write,
  writeAlone,
} from './mutation.ts';
import { globalId } from './node.ts';
import { Customer } from './nouns.ts';
import { PictureInput } from './parts.ts';

/** What the rooms below need of a request to write customers. */
export async function customerWriter(ctx: Context, tx: Tx): Promise<CustomerWriter> {
  return {
    tx,
    references: ctx.shortcut?.references() ?? null,
    vault: ctx.vault,
    organization: await ctx.organization(),
    userId: ctx.caller.userId,
    globalId: (id) => globalId('Customer', id),
  };
}

type Version = number | null | undefined;

const notFound = () => new ApiError('CUSTOMER_NOT_FOUND', [fault('CUSTOMER_NOT_FOUND', ['by'])]);

/** Refuses a customer that would be named by something else. */
const nameless = (faults: readonly Fault[]) => refuse([fault('VALUE_REQUIRED', ['input', 'name']), ...faults]);

/** An input read and its picture decoded, before any transaction waits for it. */
const read = async (ctx: Context, input: CustomerInput) => readCustomerInput(input, await ctx.organization());

/** Whether a customer is written by one row, without a look at others that are not remembered. */
const isOneRow = ({ change, logo }: CustomerWrite): boolean =>
  logo === undefined && change.paymentTypes === undefined && !change.identity && !change.parent && !change.region;

/** Changes the customer that is there. */
async function update(ctx: Context, identity: Identity, input: CustomerWrite, expected: Version): Promise<Written> {
  return writeAlone(
    ctx,
    async (tx, alone) => {
      const current = await findCustomer(tx, identity, !alone);
      if (!current) throw notFound();
      checkVersion(current, expected);
      await alone?.foresee(current);
      return changeCustomer(await customerWriter(ctx, tx), current, input);
    },
    isOneRow(input),
  );
}

/** Makes the customer, or changes the one that is there. An id names one that must be there. */
async function upsert(
  ctx: Context,
  identity: Identity,
  input: CustomerWrite,
  expected: Version,
  requireName = false,
): Promise<Written> {
  return writeAlone(
    ctx,
    async (tx, alone) => {
      const current = await findCustomer(tx, identity, !alone);
      const writer = await customerWriter(ctx, tx);
      if (current) {
        checkVersion(current, expected);
        await alone?.foresee(current);
        return changeCustomer(writer, current, input);
      }
      if ('id' in identity || 'key' in identity) throw notFound();
      if (requireName && (input.change.name ?? null) === null) throw nameless(input.faults);
      checkVersion(null, expected);
      // The identity is the new customer's own: an upsert cannot make one that it would not find again.
      const faults = identityFaults(identity, input.faults);
      const write = { ...input, faults, change: { ...input.change, ...identity } };
      const made = await createCustomer(writer, write).catch(asRace(identity));
      alone?.isNew(made.row);
      return made;
    },
    isOneRow(input),
  );
}

const payload = (t: PayloadFields<Written>) => ({
  customer: t.field({ type: Customer.ref, description: 'The customer as it is now.', resolve: ({ row }) => row }),
  outcome: t.field({ type: OutcomeType, description: 'What happened to it.', resolve: ({ outcome }) => outcome }),
  warnings: t.stringList({
    description: 'What is odd about the given national and organization numbers. They were kept as they are.',
    resolve: async ({ change, row }, _args, ctx) =>
      numberWarnings(change, row.billingCountry ?? (await ctx.organization()).country),
  }),
});

/** A number that its country's check refuses is kept all the same: documented samples fail every check. */
function numberWarnings({ identity, company }: CustomerChange, country: string): string[] {
  const number = company?.organizationNumber;
  return [
    identity ? checkNationalNumber(identity, country) : null,
    number ? checkOrganizationNumber(number, country) : null,
  ].filter((warning) => warning !== null);
}

mutation('customerCreate', {
  description: 'Makes a customer.',
  scope: 'customers:write',
  args: builder.args((t) => ({
    input: t.field({ type: CustomerCreateInput, required: true, description: 'The new customer.' }),
  })),
  payload,
  resolve: async ({ input }, ctx) => {
    const customer = await read(ctx, input);
    return writeAlone(
      ctx,
      async (tx, alone) => {
        const made = await createCustomer(await customerWriter(ctx, tx), customer);
        alone?.isNew(made.row);
        return made;
      },
      isOneRow(customer),
    );
  },
});

mutation('customerUpdate', {
  description:
    'Changes a customer: what is absent stays, null clears. A change that changes nothing raises no version.',
  scope: 'customers:write',
  args: builder.args((t) => ({
    by: t.field({ type: CustomerBy, required: true, description: 'Which customer.' }),
    input: t.field({ type: CustomerUpdateInput, required: true, description: 'What changes.' }),
    expectedVersion: t.int(staleArg),
  })),
  payload,
  resolve: async ({ by, input, expectedVersion }, ctx) =>
    update(ctx, identityOf('Customer', by), await read(ctx, input), expectedVersion),
});

mutation('customerUpsert', {
  description:
    'Makes the customer with this reference or number, or changes the one that is there. However many ask at once, one is made.',
  scope: 'customers:write',
  args: builder.args((t) => ({
    by: t.field({
      type: CustomerBy,
      required: true,
      description: 'Which customer; the new one gets this reference or number.',
    }),
    input: t.field({ type: CustomerUpsertInput, required: true, description: 'How the customer should be.' }),
    expectedVersion: t.int(staleArg),
    requireName: t.boolean({
      description: 'Make no customer without `name`, rather than name it by person, company or reference.',
    }),
  })),
  payload,
  resolve: async ({ by, input, expectedVersion, requireName }, ctx) =>
    upsert(ctx, identityOf('Customer', by), await read(ctx, input), expectedVersion, requireName === true),
});

const UpsertRow = builder.inputType('CustomersUpsertRow', {
  description: 'One row of `customersUpsert`.',
  fields: (t) => ({
    by: t.field({ type: CustomerBy, required: true, description: 'Which customer.' }),
    input: t.field({ type: CustomerUpsertInput, required: true, description: 'How the customer should be.' }),
    expectedVersion: t.int(staleArg),
  }),
});

rowsMutation('customersUpsert', 'CustomerUpsertResult', {
  description: 'Up to 250 upserts at once, in order, with a result for each: a bad row does not spoil the others.',
  scope: 'customers:write',
  args: builder.args((t) => ({ rows: t.field({ type: [UpsertRow], required: true, description: 'The rows.' }) })),
  resolve: async ({ rows }, ctx) => {
    if (rows.length > 250)
      throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['rows'], 'has more than 250 items')]);
    const home = await ctx.organization();
    const inputs: CustomerWrite[] = [];
    // One after the other, as pictures are decoded.
    for (const { input } of rows) inputs.push(await readCustomerInput(input, home));
    const results: (Written | Refusal)[] = [];
    const identities = rows.map(({ by }) => identityOf('Customer', by));
    await lockCustomers(await ctx.work.tx(), identities);
    for (const [i, { by, expectedVersion }] of rows.entries()) {
      const input = inputs[i] ?? { change: {}, faults: [] };
      const written = upsert(ctx, identityOf('Customer', by), input, expectedVersion);
      results.push(await written.catch((error: unknown) => inRow(asData(error), ['rows', i])));
    }
    return results;
  },
});

mutation('customerDelete', {
  description: 'Deletes a customer with its contacts and logins. Refused while subcustomers point at it.',
  scope: 'customers:delete',
  args: builder.args((t) => ({
    by: t.field({ type: CustomerBy, required: true, description: 'Which customer.' }),
    expectedVersion: t.int(staleArg),
  })),
  payload: deletedPayload,
  resolve: ({ by, expectedVersion }, ctx) =>
    write(ctx, async (tx) => {
      const current = await lockCustomer(tx, identityOf('Customer', by));
      if (!current) throw notFound();
      checkVersion(current, expectedVersion);
      await deleteCustomer(tx, current);
      return { deletedId: globalId('Customer', current.id) };
    }),
});

mutation('customerLogoSet', {
  description: 'Sets or takes away a customer’s logo.',
  scope: 'customers:write',
  args: builder.args((t) => ({
    by: t.field({ type: CustomerBy, required: true, description: 'Which customer.' }),
    logo: t.field({ type: PictureInput, description: 'The picture; null takes it away, absent leaves it.' }),
  })),
  payload: (t: PayloadFields<Written>) => ({ customer: payload(t).customer }),
  resolve: async ({ by, logo }, ctx) => {
    const faults: Fault[] = [];
    const picture = logo && (await readPicture(logo, ctx.caller.organizationId, ['logo'], faults));
    return update(
      ctx,
      identityOf('Customer', by),
      { change: {}, faults, ...(picture !== undefined && { logo: picture }) },
      null,
    );
  },
});

/** What customers may say of themselves; credit, risk, holds and where they belong are the organization's to say. */
const ownFields = new Set([
  ...['kind', 'name', 'person', 'company', 'email', 'emails', 'invoiceEmail', 'language', 'logo'],
  ...[
    'phone',
    'mobile',
    'fax',
    'phones',
    'voicePhones',
    'keepPhonesAsTyped',
    'billingAddress',
    'shippingAddress',
    'shippingSameAsBilling',
  ],
]);

mutation('ownCustomerUpdate', {
  description:
    'A customer’s own login changes its customer: names, emails, phones, addresses, language and logo, and nothing else.',
  scope: 'own',
  args: builder.args((t) => ({
    input: t.field({ type: CustomerUpdateInput, required: true, description: 'What changes.' }),
    expectedVersion: t.int(staleArg),
  })),
  payload,
  resolve: async ({ input, expectedVersion }, ctx) => {
    const foreign = Object.keys(input).filter((key) => !ownFields.has(key));
    if (foreign.length > 0)
      throw new ApiError(
        'FORBIDDEN',
        foreign.map((key) => fault('FORBIDDEN', ['input', key])),
      );
    return update(ctx, { id: ctx.caller.customerId ?? -1 }, await read(ctx, input), expectedVersion);
  },
});
