import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identity, lifecycle, safeInt } from './columns.ts';

/** Whose data it is. Global: read before the organization of a request is known. */
export const organizations = pgTable(
  'organizations',
  {
    id: identity(),
    reference: text('reference').notNull(),
    name: text('name').notNull(),
    country: text('country').notNull(),
    currencies: text('currencies').array().notNull(),
    corsOrigins: text('cors_origins').array().notNull().default(sql`'{}'::text[]`),
    lookupCreates: text('lookup_creates', { enum: ['FOUND', 'ALWAYS'] })
      .notNull()
      .default('FOUND'),
    regionLevel: integer('region_level'),
    directoryUrl: text('directory_url'),
    referenceVersion: safeInt('reference_version').notNull().default(1),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'organizations_pkey', columns: [t.id] }),
    unique('organizations_reference_key').on(t.reference),
    check('organizations_currencies_check', sql`cardinality(${t.currencies}) > 0`),
    check('organizations_country_check', sql`${t.country} ~ '^[A-Z]{2}$'`),
    check('organizations_region_level_check', sql`${t.regionLevel} > 0`),
    check('organizations_lookup_creates_check', sql`${t.lookupCreates} in ('FOUND', 'ALWAYS')`),
  ],
);
