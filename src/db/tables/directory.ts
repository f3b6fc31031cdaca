import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { bytea, identity, lifecycle, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';

/** One person or company of the register that look-ups consult. */
export const directoryEntries = pgTable(
  'directory_entries',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    kind: text('kind', { enum: ['PERSON', 'COMPANY'] }).notNull(),
    firstName: text('first_name'),
    middleName: text('middle_name'),
    lastName: text('last_name'),
    companyName: text('company_name'),
    organizationNumber: text('organization_number'),
    /** The number as look-ups compare it: upper case, no blanks, dots or joining dashes. */
    organizationNumberKey: text('organization_number_key'),
    identitySealed: bytea('identity_sealed'),
    identityIndex: bytea('identity_index'),
    phone: text('phone'),
    /** The phone in E.164, or its digits when it cannot be parsed. */
    phoneKey: text('phone_key'),
    email: text('email'),
    line1: text('line1'),
    line2: text('line2'),
    line3: text('line3'),
    street: text('street'),
    streetNumber: integer('street_number'),
    entrance: text('entrance'),
    postalCode: text('postal_code'),
    city: text('city'),
    country: text('country'),
    language: text('language'),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'directory_entries_pkey', columns: [t.organizationId, t.id] }),
    unique('directory_entries_reference_key').on(t.organizationId, t.reference),
    index('directory_entries_identity_idx').on(t.organizationId, t.identityIndex),
    index('directory_entries_phone_idx').on(t.organizationId, t.phoneKey),
    index('directory_entries_organization_number_idx').on(t.organizationId, t.organizationNumberKey),
    foreignKey({
      name: 'directory_entries_organization_fkey',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    check('directory_entries_kind_check', sql`${t.kind} in ('PERSON', 'COMPANY')`),
    check('directory_entries_identity_check', sql`(${t.identitySealed} is null) = (${t.identityIndex} is null)`),
  ],
);
