import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { asAll, asOrganization, type Db, openDb } from '../../src/db/client.ts';
import { directoryEntries } from '../../src/db/tables/directory.ts';
import { organizations } from '../../src/db/tables/organizations.ts';
import type { DirectoryRow } from '../../src/directory/entry.ts';
import { importDirectory } from '../../src/directory/import.ts';
import { openDirectory } from '../../src/directory/index.ts';
import { documentedEntries } from '../../src/seed/documented.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';

let db: Db;
const ring = parseKeys(makeKeys());
const vault = openVault(ring);

before(async () => {
  db = openDb({ url: await testDatabaseUrl() });
});
after(() => db.close());

async function newOwner(country = 'NO') {
  const [row] = await asAll(db, (tx) =>
    tx
      .insert(organizations)
      .values({ reference: randomUUID(), name: 'Test', country, currencies: ['NOK'] })
      .returning({ id: organizations.id }),
  );
  assert.ok(row);
  return { organizationId: row.id, country };
}

/** Imports as an organization does through GraphQL: behind its wall. */
function bring(owner: { organizationId: number; country: string }, rows: readonly DirectoryRow[]) {
  return asOrganization(db, owner, 'write', (tx) => importDirectory(tx, { ...owner, vault }, rows));
}

const kari: DirectoryRow = {
  reference: 'kari',
  kind: 'PERSON',
  firstName: 'Kari',
  lastName: 'Vik',
  identity: '41058512345',
  phone: '13 12 34 56',
  line1: 'Storgata 5B',
  postalCode: '0155',
  city: 'Oslo',
  country: 'NO',
};
const names = (found: readonly { lastName: string | null; companyName: string | null }[]) =>
  found.map(({ lastName, companyName }) => lastName ?? companyName);

describe('who is found', () => {
  test("the documents' own persons are, by the values that the documents send", async () => {
    const { organizationId, country } = await newOwner();
    await bring({ organizationId, country }, documentedEntries);
    const directory = openDirectory({ db, vault });

    const [tom] = await directory.find({ organizationId, identity: '02016126007' });
    assert.equal(tom?.firstName, 'Tom');
    assert.equal(tom?.line1, 'Customer Street 1');
    assert.equal(tom?.postalCode, '0002');
    assert.equal(tom?.identity, '02016126007');
    assert.deepEqual(names(await directory.find({ organizationId, phone: '+47 123 45 678' })), ['Customer']);

    const [gustav] = await directory.find({ organizationId, identity: '012345678901', country: 'SE' });
    assert.equal(gustav?.lastName, 'Adolfs');
    assert.equal(gustav?.phone, '0123456789');
    assert.equal(gustav?.street, 'Gustav Adolfs torg');
    assert.equal(gustav?.streetNumber, 22);
  });

  test('numbers and phones are found however they are written', async () => {
    const owner = await newOwner();
    const { organizationId } = owner;
    await bring(owner, [
      kari,
      { reference: 'as', kind: 'COMPANY', companyName: 'Vik AS', organizationNumber: '365 648 034' },
    ]);
    const directory = openDirectory({ db, vault });
    for (const identity of ['41058512345', '410585 12345', '410585-12345']) {
      assert.deepEqual(names(await directory.find({ organizationId, identity })), ['Vik'], identity);
    }
    for (const phone of ['+4713123456', '13123456', '0047 13 12 34 56', '+47 (13) 12-34-56']) {
      assert.deepEqual(names(await directory.find({ organizationId, phone })), ['Vik'], phone);
    }
    // Riverty does not tell whether a number is a person's or a company's.
    const asked = { identity: '365648034', organizationNumber: '365648034' };
    assert.deepEqual(names(await directory.find({ organizationId, ...asked })), ['Vik AS']);
  });

  test('postal code and country narrow; a phone and a number must both be right', async () => {
    const owner = await newOwner();
    const { organizationId } = owner;
    await bring(owner, [kari]);
    const directory = openDirectory({ db, vault });
    const count = async (more: object) => (await directory.find({ organizationId, phone: '13123456', ...more })).length;
    assert.equal(await count({ postalCode: '0155', country: 'NO' }), 1);
    assert.equal(await count({ postalCode: '01 55' }), 1);
    assert.equal(await count({ postalCode: '155', country: 'NO' }), 1);
    assert.equal(await count({ postalCode: '0156' }), 0);
    assert.equal(await count({ country: 'SE' }), 0);
    assert.equal(await count({ identity: kari.identity }), 1);
    assert.equal(await count({ identity: '41058512346' }), 0);
  });

  test('a question without a number or phone finds nobody', async () => {
    const owner = await newOwner();
    await bring(owner, [kari]);
    const { organizationId } = owner;
    assert.deepEqual(
      await openDirectory({ db, vault }).find({ organizationId, postalCode: '0155', country: 'NO' }),
      [],
    );
    assert.deepEqual(await openDirectory({ db, vault }).find({ organizationId, identity: '' }), []);
  });

  test("nobody of another organization's register", async () => {
    const [mine, theirs] = [await newOwner(), await newOwner()];
    await bring(theirs, [kari]);
    const directory = openDirectory({ db, vault });
    const asked = { organizationId: mine.organizationId };
    assert.deepEqual(await directory.find({ ...asked, identity: kari.identity ?? '' }), []);
    assert.deepEqual(await directory.find({ ...asked, phone: '+4713123456' }), []);
  });

  test('and by a number that an older key of the ring sealed', async () => {
    const owner = await newOwner();
    await bring(owner, [kari]);
    const rotated = openVault(parseKeys(makeKeys(ring)));
    const found = await openDirectory({ db, vault: rotated }).find({ ...owner, identity: '41058512345' });
    assert.equal(found[0]?.identity, '41058512345');
  });
});

describe('an import', () => {
  test('creates, updates and leaves alone, and says how many', async () => {
    const owner = await newOwner();
    const ola: DirectoryRow = { reference: 'ola', kind: 'PERSON', lastName: 'Berg', identity: '50018512345' };
    assert.deepEqual(await bring(owner, [kari, ola]), { created: 2, updated: 0, unchanged: 0 });
    const again = await bring(owner, [kari, { ...ola, city: 'Bergen' }, { ...ola, reference: 'new' }]);
    assert.deepEqual(again, { created: 1, updated: 1, unchanged: 1 });
    const versions = await asOrganization(db, owner, 'read', (tx) =>
      tx
        .select({ reference: directoryEntries.reference, version: directoryEntries.version })
        .from(directoryEntries)
        .orderBy(directoryEntries.id),
    );
    assert.deepEqual(
      versions.map(({ reference, version }) => [reference, version]),
      [
        ['kari', 1],
        ['ola', 2],
        ['new', 1],
      ],
    );
  });

  test('an updated number is found, and the old one no more', async () => {
    const owner = await newOwner();
    await bring(owner, [kari]);
    await bring(owner, [{ ...kari, identity: '42058512345' }]);
    const directory = openDirectory({ db, vault });
    assert.equal((await directory.find({ ...owner, identity: '42058512345' }))[0]?.identity, '42058512345');
    assert.deepEqual(await directory.find({ ...owner, identity: '41058512345' }), []);
  });

  test('the last of several rows of one reference counts', async () => {
    const owner = await newOwner();
    assert.deepEqual(await bring(owner, [kari, { ...kari, lastName: 'Lie' }]), {
      created: 1,
      updated: 0,
      unchanged: 0,
    });
    assert.deepEqual(names(await openDirectory({ db, vault }).find({ ...owner, phone: '13123456' })), ['Lie']);
  });

  test('keeps no national number in plain', async () => {
    const owner = await newOwner();
    await bring(owner, [kari]);
    const rows = await asOrganization(db, owner, 'read', (tx) => tx.select().from(directoryEntries));
    assert.equal(rows.length, 1);
    assert.ok(!JSON.stringify(rows).includes('41058512345'));
    assert.ok(!rows[0]?.identitySealed?.includes('41058512345'));
  });
});
