import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Auth, openAuth } from '../../src/auth/index.ts';
import { asAll, asOrganization, type Db, openDb, type Tx } from '../../src/db/client.ts';
import { categories, customers, organizations, users } from '../../src/db/tables/index.ts';
import { ApiError } from '../../src/errors.ts';
import { makeKeys, openVault, parseKeys, type Vault } from '../../src/vault.ts';
import { ownerDatabaseUrl } from '../support/database.ts';

export const publicUrl = 'http://localhost:4000';

/** Authentication on the tests' database, with keys of its own. */
export async function openWorld(): Promise<{ db: Db; vault: Vault; auth: Auth; close(): Promise<void> }> {
  const db = openDb({ url: await ownerDatabaseUrl() });
  const vault = openVault(parseKeys(makeKeys()));
  const auth = openAuth({ db, vault, publicUrl });
  return {
    db,
    vault,
    auth,
    async close() {
      await auth.close();
      await db.close();
    },
  };
}

/** A fresh organization: a test's isolation. */
export async function newOrganization(db: Db): Promise<{ id: number; reference: string }> {
  const [row] = await asAll(db, (tx) =>
    tx
      .insert(organizations)
      .values({ reference: randomUUID(), name: 'Nordic Trading', country: 'NO', currencies: ['NOK'] })
      .returning({ id: organizations.id, reference: organizations.reference }),
  );
  assert.ok(row);
  return row;
}

/** A write of the organization. */
export function as<T>(db: Db, organizationId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asOrganization(db, { organizationId }, 'write', work);
}

/** A member of staff with this role; its identity. */
export async function newUser(db: Db, organizationId: number, role: 'ADMIN' | 'EDITOR' | 'READER'): Promise<number> {
  const [row] = await as(db, organizationId, (tx) =>
    tx
      .insert(users)
      .values({ organizationId, reference: randomUUID(), firstName: 'Kari', lastName: 'Nordmann', role })
      .returning({ id: users.id }),
  );
  assert.ok(row);
  return row.id;
}

/** A customer; its identity and number. */
export async function newCustomer(db: Db, organizationId: number): Promise<{ id: number; customerNumber: number }> {
  const [row] = await as(db, organizationId, async (tx) => {
    const [category] = await tx
      .insert(categories)
      .values({ organizationId, reference: randomUUID(), name: 'All' })
      .returning({ id: categories.id });
    assert.ok(category);
    return await tx
      .insert(customers)
      .values({
        organizationId,
        reference: randomUUID(),
        customerNumber: Math.floor(Math.random() * 1e9),
        name: 'Ola Nordmann',
        currency: 'NOK',
        paymentId: randomUUID(),
        categoryId: category.id,
      })
      .returning({ id: customers.id, customerNumber: customers.customerNumber });
  });
  assert.ok(row);
  return row;
}

/** Whether it was refused with this code. */
export const refusedAs = (code: ApiError['code']) => (error: unknown) =>
  error instanceof ApiError && error.code === code;
export const unauthenticated = refusedAs('UNAUTHENTICATED');
