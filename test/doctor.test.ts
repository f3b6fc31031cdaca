import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createOrganization } from '../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../src/db/client.ts';
import { customers } from '../src/db/tables/customers.ts';
import { categories } from '../src/db/tables/references.ts';
import { checkDatabase } from '../src/doctor.ts';
import { identityPlace } from '../src/domain/sealed-identity.ts';
import { makeKeys, openVault, parseKeys } from '../src/vault.ts';
import { startThrowaway } from './support/database.ts';

it('says what is well, what is not, and what to do', async () => {
  // A database of its own: what is broken here would be seen by other tests.
  const database = await startThrowaway();
  const db = openDb({ url: database.url });
  const vault = openVault(parseKeys(makeKeys()));
  const look = async (name: string, keys = vault) => (await checkDatabase(db, keys)).find((one) => one.name === name);
  try {
    const all = await checkDatabase(db, vault);
    assert.deepEqual(
      all.filter(({ name, state }) => state !== 'good' && !['login', 'durability'].includes(name)),
      [],
    );
    assert.ok(all.length >= 9);
    // A throwaway database keeps nothing, and is told so.
    assert.match((await look('durability'))?.said ?? '', /fsync/);

    await db.sql`create table left_open (id int)`;
    assert.equal((await look('row security'))?.state, 'bad');
    assert.match((await look('row security'))?.said ?? '', /left_open/);
    await db.sql`drop table left_open`;

    await db.sql`alter role clientele_app bypassrls`;
    assert.match((await look('roles'))?.said ?? '', /clientele_app/);
    await db.sql`alter role clientele_app nobypassrls`;

    await db.sql`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)`;
    assert.match((await look('migrations'))?.advice ?? '', /migrate/);

    const made = await asAll(db, (tx) =>
      createOrganization(tx, { reference: 'one', name: 'One', country: 'NO', currencies: ['NOK'] }),
    );
    assert.ok(made);
    await asOrganization(db, { organizationId: made.id }, 'write', async (tx) => {
      const [category] = await tx.select().from(categories).limit(1);
      const [row] = await tx
        .insert(customers)
        .values({
          organizationId: made.id,
          reference: 'a',
          name: 'A',
          currency: 'NOK',
          paymentId: '1',
          customerNumber: 1,
          categoryId: category?.id,
        } as never)
        .returning({ id: customers.id });
      assert.ok(row);
      const sealed = vault.seal(identityPlace(made.id, 'customers', row.id), '02016126007');
      await tx.update(customers).set({ identitySealed: sealed, identityIndex: vault.index(made.id, '02016126007') });
    });
    assert.equal((await look('key ring'))?.state, 'good');
    const lost = await look('key ring', openVault(parseKeys(makeKeys())));
    assert.equal(lost?.state, 'bad');
    assert.match(lost?.advice ?? '', /CLIENTELE_KEYS/);
  } finally {
    await db.close();
    await database.stop();
  }
});
