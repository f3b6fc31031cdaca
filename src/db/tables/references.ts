import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { identity, lifecycle, organizationId, safeInt } from './columns.ts';
import { organizations } from './organizations.ts';

/** A tree that sorts customers; a category without a parent is a root. */
export const categories = pgTable(
  'categories',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    parentId: safeInt('parent_id'),
    pictureId: safeInt('picture_id'),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'categories_pkey', columns: [t.organizationId, t.id] }),
    unique('categories_reference_key').on(t.organizationId, t.reference),
    index('categories_parent_idx').on(t.organizationId, t.parentId, t.id),
    index('categories_name_idx').on(t.organizationId, t.name, t.id),
    foreignKey({
      name: 'categories_organization_fkey',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'categories_parent_fkey',
      columns: [t.organizationId, t.parentId],
      foreignColumns: [t.organizationId, t.id],
    }),
    check('categories_parent_check', sql`${t.parentId} <> ${t.id}`),
  ],
);

/** A group of customers for selling and reporting. */
export const segmentations = pgTable(
  'segmentations',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'segmentations_pkey', columns: [t.organizationId, t.id] }),
    unique('segmentations_reference_key').on(t.organizationId, t.reference),
    index('segmentations_name_idx').on(t.organizationId, t.name, t.id),
    foreignKey({
      name: 'segmentations_organization_fkey',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** A way in which a customer may pay. */
export const paymentTypes = pgTable(
  'payment_types',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    name: text('name').notNull(),
    isActive: boolean('is_active').notNull().default(true),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'payment_types_pkey', columns: [t.organizationId, t.id] }),
    unique('payment_types_reference_key').on(t.organizationId, t.reference),
    index('payment_types_name_idx').on(t.organizationId, t.name, t.id),
    foreignKey({
      name: 'payment_types_organization_fkey',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** A geographical place in a tree; `level` is 1 at the top. */
export const regions = pgTable(
  'regions',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    name: text('name').notNull(),
    parentId: safeInt('parent_id'),
    level: integer('level').notNull().default(1),
    position: integer('position').notNull().default(0),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'regions_pkey', columns: [t.organizationId, t.id] }),
    unique('regions_reference_key').on(t.organizationId, t.reference),
    index('regions_parent_idx').on(t.organizationId, t.parentId, t.id),
    index('regions_name_idx').on(t.organizationId, t.name, t.id),
    foreignKey({ name: 'regions_organization_fkey', columns: [t.organizationId], foreignColumns: [organizations.id] }),
    foreignKey({
      name: 'regions_parent_fkey',
      columns: [t.organizationId, t.parentId],
      foreignColumns: [t.organizationId, t.id],
    }),
    check('regions_parent_check', sql`${t.parentId} <> ${t.id}`),
    check('regions_level_check', sql`${t.level} > 0`),
  ],
);
