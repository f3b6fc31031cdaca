import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { openAuth } from '../../src/auth/index.ts';
import { asAll, asOrganization, type Db, openDb } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { DemoFacts } from '../../src/demo.ts';
import { openDirectory } from '../../src/directory/index.ts';
import { seedDemo } from '../../src/seed/index.ts';
import { parseEmail } from '../../src/values/email.ts';
import { checkNationalNumber } from '../../src/values/national-number.ts';
import { parsePhone } from '../../src/values/phone.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { ownerDatabaseUrl } from '../support/database.ts';

const vault = openVault(parseKeys(makeKeys()));
const log = pino({ level: 'silent' });
const opened: { db: Db; name: string }[] = [];
let owner: Db;
let db: Db;
let facts: DemoFacts;
let ms = 0;

/** An empty, migrated database of its own: the demo's organizations have fixed references. */
async function newDatabase(): Promise<Db> {
  const name = `seed_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(await ownerDatabaseUrl());
  await owner.sql.unsafe(`create database ${name}`);
  url.pathname = `/${name}`;
  await migrate(url.href, log);
  const made = openDb({ url: url.href });
  opened.push({ db: made, name });
  return made;
}

before(async () => {
  owner = openDb({ url: await ownerDatabaseUrl(), max: 1 });
  db = await newDatabase();
  const started = performance.now();
  const made = await seedDemo({ db, vault, log });
  ms = performance.now() - started;
  assert.ok(made);
  facts = made;
});
after(async () => {
  for (const one of opened) await one.db.close();
  for (const { name } of opened) await owner.sql.unsafe(`drop database ${name}`);
  await owner.close();
});

/** Rows of a statement, as clientele_all. */
const all = (statement: string): Promise<Record<string, unknown>[]> =>
  asAll(db, async (tx) => [...(await tx.execute(statement))]);
const count = async (from: string) => Number((await all(`select count(*) n from ${from}`))[0]?.n);

describe('the demo data', () => {
  test('is two organizations with thousands of customers', async (t) => {
    assert.deepEqual(
      facts.organizations.map(({ reference }) => reference),
      ['entity1', 'entity2'],
    );
    assert.equal(await count('customers'), 3300);
    assert.ok((await count("customers where kind = 'PERSON'")) > 1500);
    assert.ok((await count("customers where kind = 'COMPANY'")) > 1000);
    assert.ok((await count('customers where parent_id is not null')) > 100);
    assert.ok((await count('contacts')) > 1000);
    assert.ok((await count('directory_entries')) >= 600);
    t.diagnostic(`laid in within ${Math.round(ms)} ms`);
    assert.ok(ms < 30_000);
  });

  test('has a tree of three levels, of categories and of regions', async () => {
    for (const table of ['categories', 'regions']) {
      const deep = `${table} a join ${table} b on b.id = a.parent_id join ${table} c on c.id = b.parent_id`;
      assert.ok((await count(`${deep} where c.parent_id is null`)) > 10, table);
    }
    const [one] = await all("select region_level from organizations where reference = 'entity1'");
    assert.equal(one?.region_level, 3);
  });

  test('is laid in once', async () => {
    assert.equal(await seedDemo({ db, vault, log }), null);
    assert.equal(await count('customers'), 3300);
  });

  test('is not there when its credentials could not be kept', async () => {
    const other = await newDatabase();
    const keep = () => Promise.reject(new Error('disk full'));
    await assert.rejects(seedDemo({ db: other, vault, log, keep }), /disk full/);
    const [row] = await other.sql`select count(*)::int as n from credentials`;
    assert.equal(row?.n, 0);
  });

  test('is the same on every machine, but for its secrets', async () => {
    const other = await newDatabase();
    await seedDemo({ db: other, vault: openVault(parseKeys(makeKeys())), log });
    const secret = ['identity_sealed', 'identity_index', 'reference_version'];
    const byClock = ['created_at', 'updated_at'];
    const tables = [
      'organizations',
      'users',
      'categories',
      'regions',
      'customers',
      'customer_payment_types',
      'contacts',
    ];
    for (const table of [...tables, 'logins', 'login_credentials', 'directory_entries']) {
      const without = ['organizations', 'directory_entries'].includes(table) ? [...secret, ...byClock] : secret;
      const kept = `to_jsonb(t) - array['${without.join("','")}']`;
      const digest = `select md5(string_agg(x, '|' order by x)) as digest from (select (${kept})::text as x from ${table} t) y`;
      const [mine, theirs] = [await all(digest), await asAll(other, async (tx) => [...(await tx.execute(digest))])];
      assert.deepEqual(mine, theirs, table);
    }
  });
});

describe('its customers', () => {
  test('have emails and phones that are valid in form', async () => {
    const rows = await all('select email, other_emails, invoice_email, phones from customers');
    const mails = rows.flatMap((row) => [row.email, row.invoice_email].filter((mail) => typeof mail === 'string'));
    for (const mail of mails) assert.equal(parseEmail(mail), mail);
    // The only addresses outside of the domains kept for examples are those of the Connect document.
    const reachable = mails.filter((mail) => !/(@example\.(com|net|org)|\.example)$/.test(mail));
    assert.deepEqual([...new Set(reachable)], ['ola.nordmann@hotmail.no']);
    const bad = await count(
      `customers c cross join jsonb_array_elements(c.phones) p where p->>'e164' is null or p->>'e164' !~ '^\\+[1-9][0-9]{7,14}$'`,
    );
    assert.equal(bad, 0);
    const home = await all(
      `select p->>'number' number, p->>'e164' e164, o.country from customers c join organizations o on o.id = c.organization_id
       cross join jsonb_array_elements(c.phones) p where c.billing_country = o.country limit 400`,
    );
    for (const { number, e164, country } of home) {
      assert.equal(parsePhone(String(number), String(country)).e164, e164);
    }
  });

  test('have national numbers that only the vault can read, and that are valid in form', async () => {
    const rows = await asAll(db, (tx) =>
      tx.execute<{ id: string; o: string; sealed: string; country: string }>(
        `select id, organization_id o, encode(identity_sealed, 'hex') sealed, billing_country country from customers
         where identity_sealed is not null order by id limit 300`,
      ),
    );
    assert.equal(rows.length, 300);
    for (const { id, o, sealed, country } of rows) {
      const place = { organizationId: Number(o), table: 'customers', column: 'identity_sealed', rowId: id };
      assert.equal(checkNationalNumber(vault.open(place, Buffer.from(sealed, 'hex')), country), null);
    }
  });

  test('are written later one than the other, and none in days to come', async () => {
    const out = `(select created_at, lag(created_at) over (partition by organization_id order by id) as before from customers) x`;
    assert.equal(await count(`${out} where created_at < before`), 0);
    assert.equal(await count("customers where updated_at < created_at or updated_at > '2026-07-02'"), 0);
  });

  test("hold the Valomnia document's example", async () => {
    const [row] = await all(
      `select c.*, k.reference category, k.name category_name, s.reference seg, s.name seg_name, u.reference creator,
         (select string_agg(p.reference, ',' order by p.id) from customer_payment_types cp join payment_types p on p.id = cp.payment_type_id
          where cp.customer_id = c.id) payments
       from customers c join categories k on k.id = c.category_id join segmentations s on s.id = c.segmentation_id
       join users u on u.id = c.created_by_id where c.reference = 'NC-3'`,
    );
    assert.equal(row?.name, "Marie's Jewelry");
    assert.equal(Number(row?.id), 3);
    assert.deepEqual([row?.category, row?.category_name], ['jewelry', 'Jewelry and accessories']);
    assert.deepEqual([row?.seg, row?.seg_name, row?.creator], ['seg_a', 'Segmentation A', 'emp-002']);
    assert.deepEqual([row?.credit_limit, row?.currency], ['5000', 'EUR']);
    assert.deepEqual([row?.billing_country, row?.billing_city, row?.shipping_country], ['FR', 'Nice', null]);
    assert.equal(row?.payments, 'cash,cheque');
    const [made] = await all(
      "select created_at = '2015-12-17T23:00:00Z' as is_same from customers where reference = 'NC-3'",
    );
    assert.equal(made?.is_same, true);
  });

  test("hold the Connect document's example with its login", async () => {
    const [row] = await all(
      `select c.last_name, l.unique_id, lc.credential from customers c join logins l on l.customer_id = c.id
       join login_credentials lc on lc.login_id = l.id where c.customer_number = 563457 order by lc.id`,
    );
    assert.deepEqual(row, {
      last_name: 'Nordmann',
      unique_id: 'abc123ee63461dd',
      credential: 'ola.nordmann@hotmail.no',
    });
  });
});

describe('its directory', () => {
  test("knows the documents' persons, who are no customers yet", async () => {
    const directory = openDirectory({ db, vault });
    for (const organizationId of [1, 2]) {
      const tom = await directory.find({ organizationId, identity: '02016126007' });
      const gustav = await directory.find({ organizationId, identity: '012345678901', country: 'SE' });
      assert.deepEqual(
        [...tom, ...gustav].map(({ lastName }) => lastName),
        ['Customer', 'Adolfs'],
      );
      const index = vault.index(organizationId, '02016126007').toString('hex');
      assert.equal(await count(`customers where encode(identity_index, 'hex') = '${index}'`), 0);
    }
  });
});

describe('its credentials', () => {
  test('open the organization they are for, and only that', async () => {
    const auth = openAuth({ db, vault, publicUrl: 'http://127.0.0.1:4000' });
    for (const { reference, apiKey } of facts.organizations) {
      const caller = await auth.authenticate({ type: 'bearer', token: apiKey });
      const seen = await asOrganization(db, caller, 'read', async (tx) => [
        ...(await tx.execute('select reference from organizations')),
      ]);
      assert.deepEqual(seen, [{ reference }]);
    }
  });

  test('are of every kind, and other ones in each installation', () => {
    for (const one of facts.organizations) {
      for (const value of [
        ...Object.values(one.valomnia),
        ...Object.values(one.riverty),
        ...Object.values(one.worldline),
      ]) {
        assert.ok(value);
      }
      assert.ok(one.connect.oauthId && one.connect.oauthSecret && one.connect.user && one.connect.password);
      assert.match(one.apiKey, /^clk_\w{12}_\w{43}$/);
    }
  });
});
