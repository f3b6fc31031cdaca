import { boolean, foreignKey, index, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identity, lifecycle, organizationId, safeInt } from './columns.ts';
import { customers } from './customers.ts';
import { pictures } from './pictures.ts';
import { users } from './users.ts';

/** A person to speak to at a customer. */
export const contacts = pgTable(
  'contacts',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    customerId: safeInt('customer_id').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    jobTitle: text('job_title'),
    isDecisionMaker: boolean('is_decision_maker').notNull().default(false),
    email: text('email'),
    phone: text('phone'),
    phone2: text('phone2'),
    mobile: text('mobile'),
    fax: text('fax'),
    line1: text('line1'),
    postalCode: text('postal_code'),
    city: text('city'),
    country: text('country'),
    userId: safeInt('user_id'),
    photoId: safeInt('photo_id'),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'contacts_pkey', columns: [t.organizationId, t.id] }),
    unique('contacts_reference_key').on(t.organizationId, t.reference),
    index('contacts_customer_idx').on(t.organizationId, t.customerId, t.id),
    index('contacts_name_idx').on(t.organizationId, t.lastName, t.id),
    index('contacts_created_at_idx').on(t.organizationId, t.createdAt, t.id),
    index('contacts_updated_at_idx').on(t.organizationId, t.updatedAt, t.id),
    foreignKey({
      name: 'contacts_customer_fkey',
      columns: [t.organizationId, t.customerId],
      foreignColumns: [customers.organizationId, customers.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'contacts_user_fkey',
      columns: [t.organizationId, t.userId],
      foreignColumns: [users.organizationId, users.id],
    }),
    foreignKey({
      name: 'contacts_photo_fkey',
      columns: [t.organizationId, t.photoId],
      foreignColumns: [pictures.organizationId, pictures.id],
    }),
  ],
);
