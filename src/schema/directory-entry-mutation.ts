import { z } from 'zod';
import type { directoryEntries } from '../db/tables/directory.ts';
import { type AddressColumns, address } from '../domain/customer-change.ts';
import { sealIdentity } from '../domain/sealed-identity.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import { bareNumber } from '../values/national-number.ts';
import { phoneKey } from '../values/phone.ts';
import { builder, type Context, type Tx } from './builder.ts';
import { addressForm, companyForm, personForm } from './customer-input.ts';
import { DirectoryEntryKind } from './directory-entry.ts';
import type { Refusal } from './error.ts';
import * as gate from './gate.ts';
import { DirectoryEntryBy } from './identity.ts';
import type { Row } from './loader.ts';
import { asData, inRow, rowsMutation } from './mutation.ts';
import { DirectoryEntry } from './nouns.ts';
import { AddressInput, CompanyNameInput, PersonNameInput } from './parts.ts';
import { type ReferenceInput, referenceMutations, type Written } from './reference-mutation.ts';

type EntryRow = typeof directoryEntries.$inferSelect;

const entryInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`DirectoryEntry${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({ description: 'Unique in the organization, at most 100 characters.' }),
      kind: t.field({ type: DirectoryEntryKind, description: 'Person or company; told by the names unless given.' }),
      person: t.field({ type: PersonNameInput, description: 'The person’s name.' }),
      company: t.field({ type: CompanyNameInput, description: 'The company’s name and number; no department.' }),
      identity: t.string({ description: 'National identification number. Sealed at rest, answered masked.' }),
      phone: t.string({ description: 'Phone in any format.' }),
      email: t.string({ description: 'Email.' }),
      address: t.field({
        type: AddressInput,
        description: 'Address without `careOf`, `latitude` and `longitude`; only the given parts change.',
      }),
      language: t.string({ description: 'Language tag.' }),
    }),
  });

const UpsertInput = entryInput('Upsert', 'A directory entry as it should be.');

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  kind: gate.kept(z.enum(['PERSON', 'COMPANY'])),
  person: personForm.nullish(),
  company: companyForm.omit({ department: true }).nullish(),
  identity: gate.text(50).nullish(),
  phone: gate.text(40).nullish(),
  email: gate.email().nullish(),
  address: addressForm.omit({ careOf: true, latitude: true, longitude: true }).nullish(),
  language: gate.language.nullish(),
});
type Value = z.output<typeof form>;

const upsert = referenceMutations({
  noun: DirectoryEntry as never,
  field: 'directoryEntry',
  words: { a: 'a directory entry', the: 'The directory entry' },
  by: DirectoryEntryBy as never,
  inputs: {
    create: entryInput('Create', 'A new directory entry: a reference, and a last or company name are needed.'),
    update: entryInput('Update', 'Changes to a directory entry. Absent: unchanged; null: cleared.'),
    upsert: UpsertInput,
  },
  scopes: { write: 'directory:write' },
  codes: { missing: 'DIRECTORY_ENTRY_NOT_FOUND' },
  required: { reference: 'reference' },
  read: readEntry,
});

async function readEntry(input: typeof UpsertInput.$inferInput, ctx: Context): Promise<ReferenceInput> {
  const { value, faults } = gate.pass(form, input);
  faults.push(...notKept(input));
  const { reference, email, language } = value;
  const home = (await ctx.organization()).country;
  return {
    columns: { reference, email, language },
    faults,
    resolve: async (tx: Tx, row: Row | null, found: Fault[]) => {
      const current = row as EntryRow | null;
      const columns = { ...names(current, value, found), ...place(current, value) };
      const phone = value.phone === undefined ? (current?.phone ?? null) : value.phone || null;
      const country = 'country' in columns ? columns.country : current?.country;
      const key = phone && phoneKey(phone, typeof country === 'string' ? country : home);
      const { vault, caller } = ctx;
      const owner = { tx, vault, organizationId: caller.organizationId, table: 'directory_entries', current } as const;
      return { ...columns, phone, phoneKey: key, ...(await sealIdentity(owner, value.identity)) };
    },
  };
}

/** Fields of the shared inputs that the register does not have: told, rather than lost. */
function notKept({ company, address }: typeof UpsertInput.$inferInput): Fault[] {
  const given: Record<string, unknown> = {
    'company.department': company?.department,
    'address.careOf': address?.careOf,
    'address.latitude': address?.latitude,
    'address.longitude': address?.longitude,
  };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([path]) => fault('VALUE_INVALID', ['input', ...path.split('.')], 'is not kept of a directory entry'));
}

/** Names and kind: a last name or a company's is needed. */
function names(current: EntryRow | null, { person, company, kind }: Value, faults: Fault[]): Row {
  const cleared = (given: unknown, keys: string[]) =>
    given === null ? Object.fromEntries(keys.map((key) => [key, null])) : {};
  const organizationNumber = company?.organizationNumber;
  const columns: Row = {
    ...cleared(person, ['firstName', 'middleName', 'lastName']),
    ...person,
    ...cleared(company, ['companyName', 'organizationNumber', 'organizationNumberKey']),
    ...(company?.name !== undefined && { companyName: company.name }),
    ...(organizationNumber !== undefined && {
      organizationNumber,
      organizationNumberKey: organizationNumber && bareNumber(organizationNumber),
    }),
  };
  const after: Row = { ...current, ...columns };
  if (!after.lastName && !after.companyName)
    faults.push(fault('VALUE_REQUIRED', ['input', 'person', 'lastName'], 'or a company name is required'));
  const guessed = after.companyName && !after.lastName ? 'COMPANY' : 'PERSON';
  return { ...columns, kind: kind ?? current?.kind ?? guessed };
}

function place(current: EntryRow | null, value: Value): Row {
  if (value.address === undefined) return {};
  const { careOf, latitude, longitude, ...columns } = address(value.address, (current ?? {}) as AddressColumns);
  return columns;
}

rowsMutation('directoryEntriesUpsert', 'DirectoryEntryUpsertResult', {
  description: 'Up to 250 upserts by reference at once, in order: a bad row does not spoil the others.',
  scope: 'directory:write',
  args: builder.args((t) => ({
    rows: t.field({ type: [UpsertInput], required: true, description: 'The rows, each with its reference.' }),
  })),
  resolve: async ({ rows }, ctx) => {
    if (rows.length > 250)
      throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['rows'], 'has more than 250 items')]);
    const results: (Written | Refusal)[] = [];
    for (const [i, row] of rows.entries()) {
      const reference = row.reference ?? '';
      const given = await readEntry(row, ctx);
      results.push(await upsert(ctx, { reference }, given, null).catch((error) => inputRow(asData(error), i)));
    }
    return results;
  },
});

/** A row is an input without more: its faults stand below the row itself, and what identifies it is its reference. */
const inputRow = (refusal: Refusal, i: number): Refusal =>
  inRow(
    {
      ...refusal,
      faults: refusal.faults.map((one) => ({
        ...one,
        path: one.path[0] === 'by' ? ['reference'] : one.path.slice(1),
      })),
    },
    ['rows', i],
  );
