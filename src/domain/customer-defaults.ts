import { asc, isNull } from 'drizzle-orm';
import { keptIds, keptRow } from '../db/references.ts';
import { categories } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import type { CustomerChange, PlainColumns } from './customer-change.ts';
import type { CustomerWriter } from './customer-write.ts';

/** What a new customer gets when nobody says it: the first currency, the first root category, its creator. */
export async function defaultsFor(writer: CustomerWriter, change: CustomerChange): Promise<PlainColumns> {
  const { organization, userId } = writer;
  const [root, creator] = await Promise.all([
    change.category ? null : firstRoot(writer),
    change.createdBy ? null : (userId ?? firstUser(writer)),
  ]);
  return {
    ...(organization.currencies[0] && { currency: organization.currencies[0] }),
    ...(root && { categoryId: root }),
    createdById: creator ?? null,
  };
}

async function firstRoot({ tx, references }: CustomerWriter): Promise<number | undefined> {
  const kept = references && keptIds(references, categories);
  if (kept) return kept.find((id) => keptRow(references, categories, id)?.parentId === null);
  const isRoot = isNull(categories.parentId);
  const [row] = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(isRoot)
    .orderBy(asc(categories.id))
    .limit(1);
  return row?.id;
}

async function firstUser({ tx, references }: CustomerWriter): Promise<number | undefined> {
  const kept = references && keptIds(references, users);
  if (kept) return kept[0];
  const [row] = await tx.select({ id: users.id }).from(users).orderBy(asc(users.id)).limit(1);
  return row?.id;
}
