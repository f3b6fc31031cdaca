import { foreignKey, index, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identity, lifecycle, organizationId, safeInt } from './columns.ts';
import { customers } from './customers.ts';

/** Somebody who signs in as a customer: Connect's attached user. */
export const logins = pgTable(
  'logins',
  {
    organizationId: organizationId(),
    id: identity(),
    customerId: safeInt('customer_id').notNull(),
    uniqueId: text('unique_id').notNull(),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'logins_pkey', columns: [t.organizationId, t.id] }),
    unique('logins_unique_id_key').on(t.organizationId, t.uniqueId),
    index('logins_customer_idx').on(t.organizationId, t.customerId, t.id),
    foreignKey({
      name: 'logins_customer_fkey',
      columns: [t.organizationId, t.customerId],
      foreignColumns: [customers.organizationId, customers.id],
    }).onDelete('cascade'),
  ],
);

/** What a login signs in with: an email or a phone, and how far it was verified. */
export const loginCredentials = pgTable(
  'login_credentials',
  {
    organizationId: organizationId(),
    id: identity(),
    loginId: safeInt('login_id').notNull(),
    credential: text('credential').notNull(),
    /** Lower-case email or E.164 phone: what a check compares. */
    credentialKey: text('credential_key').notNull(),
    credentialType: text('credential_type').notNull(),
    verificationLevel: text('verification_level').notNull(),
  },
  (t) => [
    primaryKey({ name: 'login_credentials_pkey', columns: [t.organizationId, t.id] }),
    unique('login_credentials_credential_key').on(t.organizationId, t.loginId, t.credentialKey),
    index('login_credentials_credential_idx').on(t.organizationId, t.credentialKey),
    foreignKey({
      name: 'login_credentials_login_fkey',
      columns: [t.organizationId, t.loginId],
      foreignColumns: [logins.organizationId, logins.id],
    }).onDelete('cascade'),
  ],
);
