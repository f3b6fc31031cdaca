import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { customers } from '../db/tables/customers.ts';
import { organizations as o } from '../db/tables/organizations.ts';
import { users } from '../db/tables/users.ts';
import { ApiError, fault, refuse } from '../errors.ts';
import { builder, type Context } from './builder.ts';
import * as gate from './gate.ts';
import { loadOne } from './loader.ts';
import { checkVersion, mutation, type PayloadFields, staleArg, write } from './mutation.ts';
import { globalId, Node } from './node.ts';
import { Customer, type CustomerRow, type OrganizationRow, User } from './nouns.ts';
import { type Noun, nouns, type Source } from './source.ts';

const LookupCreates = builder.enumType('LookupCreates', {
  description: 'When a look-up that finds no customer makes one.',
  values: {
    FOUND: { description: 'When the directory knows the person or company.' },
    ALWAYS: { description: 'Always: one of whom nothing is known but the number that was asked for.' },
  } as const,
});

const Organization = builder.objectRef<OrganizationRow>('Organization');
// It has no list and no identity to ask by, but `node` finds the caller's own.
const own: Noun = { name: 'Organization', ref: Organization as never, table: o as never, scope: 'references:read' };
nouns.set(own.name, own);

Organization.implement({
  description: 'Whose data it is: the organization of the credential.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([o.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Organization', row.id),
    }),
    numericId: t.column(o.id, { description: 'The integer identity.' }),
    reference: t.column(o.reference, { description: 'Unique on this server.' }),
    name: t.column(o.name, { description: 'Name.' }),
    country: t.column(o.country, {
      description: 'ISO 3166-1 alpha-2 code: where phones without `+` are read, among others.',
    }),
    currencies: t.column(o.currencies, { description: 'ISO 4217 codes that customers may have, the default first.' }),
    corsOrigins: t.column(o.corsOrigins, { description: 'Origins whose pages may call from a browser.' }),
    lookupCreates: t.column(o.lookupCreates, {
      type: LookupCreates,
      description: 'When a look-up that finds no customer makes one.',
    }),
    regionLevel: t.column(o.regionLevel, {
      description: 'The lowest level of region that a customer may have; null where regions are not used.',
    }),
    directoryUrl: t.column(o.directoryUrl, { description: 'A directory that look-ups ask besides its own entries.' }),
    createdAt: t.column(o.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(o.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(o.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

const Viewer = builder.objectRef<Context['caller']>('Viewer').implement({
  description: 'Who is calling.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      description: 'The organization of the credential. Not for a customer’s login.',
      resolve: (caller, _args, ctx) => {
        if (caller.customerId !== null) throw new ApiError('FORBIDDEN');
        return ctx.organization();
      },
    }),
    scopes: t.stringList({ description: 'What the credential may do.', resolve: ({ scopes }) => [...scopes] }),
    user: t.field({
      type: User.ref,
      nullable: true,
      description: 'The member of staff who is signed in.',
      resolve: async ({ userId }, _args, ctx) =>
        userId === null ? null : ((await loadOne(ctx, users.id, userId)) as typeof users.$inferSelect | null),
    }),
    customer: t.field({
      type: Customer.ref,
      nullable: true,
      description: 'The customer whose own login this is.',
      resolve: async ({ customerId }, _args, ctx) =>
        customerId === null ? null : ((await loadOne(ctx, customers.id, customerId)) as CustomerRow | null),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    description: 'Who is calling. Every credential may ask.',
    authScopes: () => true,
    resolve: (_root, _args, ctx) => ctx.caller,
  }),
  organization: t.field({
    type: Organization,
    description: 'The organization of the credential.',
    authScopes: { scope: 'references:read' },
    resolve: (_root, _args, ctx) => ctx.organization(),
    extensions: { source: { kind: 'one', noun: own, from: o.id } satisfies Source },
  }),
}));

const OrganizationUpdateInput = builder.inputType('OrganizationUpdateInput', {
  description: 'Changes to the organization. Absent: unchanged; null: cleared where there may be none.',
  fields: (t) => ({
    name: t.string({ description: 'Name, at most 255 characters.' }),
    country: t.string({ description: 'ISO 3166-1 code or English name; stored as two letters.' }),
    currencies: t.stringList({ description: 'ISO 4217 codes, the default first; replaces the list.' }),
    corsOrigins: t.stringList({
      description: 'Origins as `https://shop.example`, or `http://localhost:*` for any port; replaces the list.',
    }),
    lookupCreates: t.field({ type: LookupCreates, description: 'When a look-up that finds no customer makes one.' }),
    regionLevel: t.int({
      description: 'The lowest level of region that a customer may have; null: regions are not used.',
    }),
    directoryUrl: t.string({ description: 'A directory that look-ups ask besides its own entries: https.' }),
  }),
});

/** A browser's origin: scheme, host and port as it sends them, nothing behind. */
const isOrigin = (text: string) =>
  text === 'http://localhost:*' || (/^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text);
const bad = (message: string) => ({ message, params: { code: 'VALUE_INVALID' } });

const form = z.object({
  name: gate.kept(gate.requiredText(255)),
  country: gate.kept(gate.country),
  currencies: gate.kept(
    gate
      .list(gate.currency, 50)
      .refine((codes) => codes.length > 0, bad('at least one currency is required'))
      .transform((codes) => [...new Set(codes)]),
  ),
  corsOrigins: gate.kept(
    gate
      .list(gate.text(255).refine(isOrigin, bad('is no origin: give scheme, host and port alone')), 50)
      .transform((origins) => [...new Set(origins)]),
  ),
  lookupCreates: gate.kept(z.enum(['FOUND', 'ALWAYS'])),
  regionLevel: z.number().int().positive().max(100).nullish(),
  directoryUrl: gate.text(2048).nullish(),
});

mutation('organizationUpdate', {
  description: 'Changes the settings of the organization.',
  scope: 'organizations:write',
  args: builder.args((t) => ({
    input: t.field({ type: OrganizationUpdateInput, required: true, description: 'What changes.' }),
    expectedVersion: t.int(staleArg),
  })),
  payload: (t: PayloadFields<OrganizationRow>) => ({
    organization: t.field({ type: Organization, description: 'The organization as it is now.', resolve: (row) => row }),
  }),
  resolve: async ({ input, expectedVersion }, ctx) => {
    const { value, faults } = gate.pass(form, input);
    const urlFault = value.directoryUrl ? ctx.directory.urlFault(value.directoryUrl) : null;
    if (urlFault) faults.push(fault('VALUE_INVALID', ['input', 'directoryUrl'], urlFault));
    if (faults.length > 0) throw refuse(faults);
    const next = { ...value, ...(value.directoryUrl === '' && { directoryUrl: null }) };
    const known = await ctx.organization();
    return write(ctx, async (tx) => {
      const [current] = await tx.select().from(o).where(eq(o.id, known.id)).for('update');
      if (!current) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
      checkVersion(current, expectedVersion);
      const before: Record<string, unknown> = current;
      const changed = Object.entries(next).filter(
        ([key, given]) => given !== undefined && JSON.stringify(given) !== JSON.stringify(before[key]),
      );
      if (changed.length === 0) return current;
      const [row] = await tx.update(o).set(Object.fromEntries(changed)).where(eq(o.id, known.id)).returning();
      if (!row) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
      // Later fields of the same operation go by the new settings.
      return Object.assign(known, row);
    });
  },
});
