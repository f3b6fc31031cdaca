import { sql } from 'drizzle-orm';
import { foreignKey, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { bytea, identity, organizationId, safeInt, time } from './columns.ts';
import { organizations } from './organizations.ts';

/** A picture in three sizes, already decoded and written anew. `stamp` is the milliseconds in its documented path. */
export const pictures = pgTable(
  'pictures',
  {
    organizationId: organizationId(),
    id: identity(),
    stamp: safeInt('stamp').notNull(),
    fileName: text('file_name').notNull(),
    contentType: text('content_type').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    original: bytea('original').notNull(),
    small: bytea('small').notNull(),
    medium: bytea('medium').notNull(),
    createdAt: time('created_at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ name: 'pictures_pkey', columns: [t.organizationId, t.id] }),
    unique('pictures_stamp_key').on(t.organizationId, t.stamp),
    foreignKey({ name: 'pictures_organization_fkey', columns: [t.organizationId], foreignColumns: [organizations.id] }),
  ],
);
