import { and, asc, isNull, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ownId } from '../db/own.ts';
import { categories } from '../db/tables/references.ts';
import { storePicture } from '../domain/picture.ts';
import { resolveReference } from '../domain/reference.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import { builder, type Tx } from './builder.ts';
import { readPicture } from './customer-input.ts';
import * as gate from './gate.ts';
import { CategoryBy, identityOf } from './identity.ts';
import { loadOne, type Row } from './loader.ts';
import { globalId, Node } from './node.ts';
import { Category, type CategoryRow } from './nouns.ts';
import { PictureInput } from './parts.ts';
import { Picture } from './picture.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

Category.ref.implement({
  description: 'A node of the tree that sorts customers.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([categories.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Category', row.id),
    }),
    numericId: t.column(categories.id, { description: 'The integer of `/api/v1.0/customerCategories/{id}`.' }),
    reference: t.column(categories.reference, { description: 'Unique in the organization.' }),
    name: t.column(categories.name, { description: 'Name.' }),
    description: t.column(categories.description, { description: 'What belongs here.' }),
    isRoot: t.computed([categories.parentId], {
      type: 'Boolean',
      description: 'Whether it has no parent.',
      compute: (row) => row.parentId === null,
    }),
    parent: t.one(Category as never, { from: categories.parentId, nullable: true, description: 'The category above.' }),
    children: t.many(
      Category as never,
      { key: categories.parentId, order: categories.id },
      { description: 'The categories directly below.' },
    ),
    path: t.field({
      type: [Category.ref],
      description: 'From the root down to this category.',
      authScopes: { scope: 'references:read' },
      resolve: async (row, _args, ctx) => {
        const path: CategoryRow[] = [row];
        for (let top = row; top.parentId !== null && path.length < 100; ) {
          const above = (await loadOne(ctx, categories.id, top.parentId)) as CategoryRow | null;
          if (!above) break;
          path.unshift(above);
          top = above;
        }
        return path;
      },
    }),
    picture: t.one(Picture as never, { from: categories.pictureId, nullable: true, description: 'Picture.' }),
    createdAt: t.column(categories.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(categories.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(categories.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(Category as never, 'category', 'categories', CategoryBy, categories, {
  one: 'The category',
  many: 'Categories of the tree',
});

const categoryInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Category${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({ description: 'Unique in the organization, at most 100 characters.' }),
      name: t.string({ description: 'Name, at most 255 characters.' }),
      description: t.string({ description: 'What belongs here.' }),
      parent: t.field({ type: CategoryBy, description: 'The category above; null makes it a root.' }),
      picture: t.field({ type: PictureInput, description: 'Picture; null takes it away.' }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  name: gate.requiredText(255).nullish(),
  description: gate.text(10_000).nullish(),
});

referenceMutations({
  noun: Category as never,
  field: 'category',
  words: { a: 'a category', the: 'The category' },
  by: CategoryBy as never,
  inputs: {
    create: categoryInput('Create', 'A new category: reference and name are needed.'),
    update: categoryInput('Update', 'Changes to a category. Absent: unchanged; null: cleared.'),
    upsert: categoryInput('Upsert', 'A category as it should be.'),
  },
  scopes: { write: 'references:write' },
  codes: { missing: 'CATEGORY_NOT_FOUND' },
  required: { reference: 'reference', name: 'name' },
  picture: 'pictureId',
  insisted: {
    argument: 'requireParent',
    field: 'parent',
    description: 'Make no category without `parent`, rather than a root; null says that it is one.',
  },
  read: async ({ parent, picture, ...plain }, { caller }) => {
    const { value, faults } = gate.pass(form, plain);
    const decoded = picture ? await readPicture(picture, caller.organizationId, ['input', 'picture'], faults) : picture;
    return {
      columns: value,
      faults,
      resolve: async (tx: Tx, current: Row | null, found: Fault[]) => {
        const parentId = parent
          ? await resolveReference(
              { tx },
              categories,
              identityOf('Category', parent),
              'PARENT_NOT_FOUND',
              ['input', 'parent'],
              found,
            )
          : parent;
        if (current && typeof parentId === 'number') await checkParent(tx, Number(current.id), parentId, found);
        const pictureId = decoded ? await storePicture(tx, decoded.fileName, decoded.picture) : decoded;
        return { ...(parentId !== undefined && { parentId }), ...(pictureId !== undefined && { pictureId }) };
      },
    };
  },
  beforeDelete: async (tx, row) => {
    if (row.parentId !== null) return;
    const [other] = await tx
      .select({ id: categories.id })
      .from(categories)
      .where(and(isNull(categories.parentId), ne(categories.id, Number(row.id))))
      .orderBy(asc(categories.id))
      .limit(1);
    if (!other) throw new ApiError('CATEGORY_LAST_ROOT', [fault('CATEGORY_LAST_ROOT', ['by'])]);
  },
});

/** Neither itself nor a category below it; two moves at once, which could close a loop together, go one after the other. */
async function checkParent(tx: Tx, id: number, parentId: number, faults: Fault[]): Promise<void> {
  if (id === parentId) {
    faults.push(fault('PARENT_IS_SELF', ['input', 'parent']));
    return;
  }
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('category tree ' || current_setting('clientele.organization_id'), 0))`,
  );
  const [loop] = await tx.execute(sql`
    with recursive above(id) as (
      select parent_id from ${categories} where organization_id = ${ownId} and id = ${parentId}
      union select k.parent_id from ${categories} k join above on k.id = above.id
        where k.organization_id = ${ownId} and above.id is not null)
    select 1 from above where id = ${id}`);
  if (loop) faults.push(fault('PARENT_LOOP', ['input', 'parent']));
}
