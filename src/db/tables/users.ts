import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identity, lifecycle, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';

/** A member of the organization's staff. */
export const users = pgTable(
  'users',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    firstName: text('first_name'),
    lastName: text('last_name').notNull(),
    email: text('email'),
    role: text('role', { enum: ['ADMIN', 'EDITOR', 'READER'] })
      .notNull()
      .default('EDITOR'),
    isActive: boolean('is_active').notNull().default(true),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'users_pkey', columns: [t.organizationId, t.id] }),
    unique('users_reference_key').on(t.organizationId, t.reference),
    index('users_name_idx').on(t.organizationId, t.lastName, t.id),
    foreignKey({ name: 'users_organization_fkey', columns: [t.organizationId], foreignColumns: [organizations.id] }),
    check('users_role_check', sql`${t.role} in ('ADMIN', 'EDITOR', 'READER')`),
  ],
);
