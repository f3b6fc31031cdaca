import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, organizationId, time } from './columns.ts';

/** What a write answered under a key of its caller's, kept for a day so that a retry gets the same answer. */
export const idempotency = pgTable(
  'idempotency',
  {
    organizationId: organizationId(),
    credentialId: text('credential_id').notNull(),
    /** SHA-256 of organization, credential and key: a key may be anything, also something personal. */
    key: bytea('key').notNull(),
    /** The request's fingerprint and the operation's result, sealed: it holds personal data. */
    sealed: bytea('sealed').notNull(),
    createdAt: time('created_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ name: 'idempotency_pkey', columns: [t.organizationId, t.credentialId, t.key] }),
    index('idempotency_created_at_idx').on(t.createdAt),
  ],
);
