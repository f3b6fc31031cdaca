import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { organizationId, safeInt } from './columns.ts';

/**
 * What a pattern on the name reads: nothing but names in lower case, kept by triggers. Each entry of its index is three letters of one
 * organization, so that a search costs what the organization's own hits cost, however many there are beside it.
 */
export const customerNames = pgTable(
  'customer_names',
  {
    organizationId: organizationId(),
    customerId: safeInt('customer_id').notNull(),
    name: text('name').notNull(),
  },
  (t) => [
    primaryKey({ name: 'customer_names_pkey', columns: [t.organizationId, t.customerId] }),
    // What is not sorted in yet is read by every search: half a megabyte of it at most.
    index('customer_names_grams_idx')
      .using('gin', sql`clientele_grams(${t.organizationId}, ${t.name})`)
      .with({ gin_pending_list_limit: 512 }),
  ],
);

/** What a search of words reads, kept by triggers on `customers` and by nobody else, under a trigram index on `document` alone. */
export const customerSearch = pgTable(
  'customer_search',
  {
    organizationId: organizationId(),
    customerId: safeInt('customer_id').notNull(),
    reference: text('reference').notNull(),
    /** Name, reference, emails and phone digits in lower case without accents, one a line. */
    document: text('document').notNull(),
  },
  (t) => [
    primaryKey({ name: 'customer_search_pkey', columns: [t.organizationId, t.customerId] }),
    index('customer_search_document_idx').using('gin', t.document.op('gin_trgm_ops')),
  ],
);

/**
 * Exact keys that find customers, kept by triggers: EMAIL (lower case), PHONE (E.164, or bare digits),
 * ORGANIZATION_NUMBER (upper case, bare), LAST_NAME and COMPANY_NAME (lower case).
 */
export const customerKeys = pgTable(
  'customer_keys',
  {
    organizationId: organizationId(),
    kind: text('kind', { enum: ['EMAIL', 'PHONE', 'ORGANIZATION_NUMBER', 'LAST_NAME', 'COMPANY_NAME'] }).notNull(),
    value: text('value').notNull(),
    customerId: safeInt('customer_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'customer_keys_pkey', columns: [t.organizationId, t.kind, t.value, t.customerId] }),
    index('customer_keys_customer_idx').on(t.organizationId, t.customerId),
  ],
);

/** How many customers an organization has, in sixteen slots so that writers do not queue on one row. */
export const customerCounts = pgTable(
  'customer_counts',
  {
    organizationId: organizationId(),
    slot: integer('slot').notNull(),
    count: safeInt('count').notNull(),
  },
  (t) => [primaryKey({ name: 'customer_counts_pkey', columns: [t.organizationId, t.slot] })],
);
