import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { importCustomers } from '../../src/bulk/import.ts';
import { asAll, asOrganization, type Db, openDb, type Tx } from '../../src/db/client.ts';
import { startThrowaway, testDatabaseUrl } from '../support/database.ts';
import { newCustomer, newOrganization, refusal, vault, type World } from '../support/world.ts';

const wide = openDb({ url: await testDatabaseUrl(), max: 8 });
after(() => wide.close());

/** How far what is kept beside the customers is from what the customers themselves say. */
async function untruth(tx: Tx) {
  const documents = sql`select c.id, lower(c.name), c.reference, d.document from customers c, clientele_customer_document(c.name, c.reference, c.email, c.other_emails, c.phones) d`;
  const keys = sql`select c.id, k.kind, k.value from customers c, clientele_customer_keys(c.email, c.other_emails, c.phones, c.organization_number, c.last_name, c.company_name) k`;
  const kept = sql`select customer_id, n.name, s.reference, s.document from customer_search s full join customer_names n using (organization_id, customer_id)`;
  const [row] = await tx.execute(sql`select
    (select coalesce(sum(count), 0) from customer_counts)::int - (select count(*) from customers)::int as counted,
    (select count(*)::int from (${documents} except ${kept}) x) as unfound,
    (select count(*)::int from (${kept} except ${documents}) x) as stale,
    (select count(*)::int from (${keys} except select customer_id, kind, value from customer_keys) x) as "withoutKey",
    (select count(*)::int from (select customer_id, kind, value from customer_keys except ${keys}) x) as "staleKeys",
    (select count(*)::int from customers c where not exists (
      select from history h where h.table_name = 'customers' and h.row_id = c.id and h.operation = 'INSERT' and h.after ->> 'reference' is not null)) as unremembered`);
  return row;
}
const nothing = { counted: 0, unfound: 0, stale: 0, withoutKey: 0, staleKeys: 0, unremembered: 0 };

const many = (from: string) => sql`
  insert into customers (reference, name, last_name, email, phones, currency, category_id)
  select ${from} || n, 'Many ' || n, 'Nordmann', case when n % 3 > 0 then 'many' || n || '@mail.example' end,
    '[{"number":"+47 22 12 34 56","e164":"+4722123456"},{"number":"+47 22 12 34 56","e164":"+4722123456"}]', 'NOK', (select min(id) from categories)
  from generate_series(1, 30) n`;

test('totals, search, keys and history are true after a storm of creates, changes, deletes, imports and failures on 8 connections', async () => {
  const world = await newOrganization();
  const actor = { organizationId: world.organizationId };
  const made: string[] = [];
  const moves: ((mark: string) => Promise<unknown>)[] = [
    async (mark) => {
      const input = { name: `Åse ${mark}`, email: `${mark}@mail.example`, phone: '41234567' };
      made.push((await newCustomer(world, input)).id);
    },
    (mark) =>
      change(world, made.at(-1), {
        name: `Renamed ${mark}`,
        emails: [`a-${mark}@mail.example`, `b-${mark}@mail.example`],
      }),
    (mark) => importRows(world, [`S-${mark.slice(0, 1)},Søren ${mark}`, `I-${mark},Import ${mark}`, `,`]),
    (mark) => asOrganization(wide, actor, 'write', (tx) => tx.execute(many(`M-${mark}-`))),
    async (mark) => {
      const failed = asOrganization(wide, actor, 'write', async (tx) => {
        await tx.execute(many(`F-${mark}-`));
        throw new Error('This writer fails.');
      });
      await assert.rejects(failed, /This writer fails/);
    },
    () => remove(world, made.shift()),
    (mark) =>
      asOrganization(wide, actor, 'write', (tx) =>
        tx.execute(sql`delete from customers where reference like ${`M-${mark.slice(0, 1)}%-7`}`),
      ),
  ];
  const writer = async (letter: string, at: number) => {
    for (let round = 0; round < 14; round++) await moves[(at + round) % moves.length]?.(`${letter}${round}`);
  };
  await Promise.all([...'abcdefgh'].map(writer));
  assert.deepEqual(await world.as(untruth), nothing);
  const { customers } = await world.ok('{ customers(first: 1) { totalCount { value } } }');
  assert.ok(customers.totalCount.value > 300);
});

async function change(world: World, id: string | undefined, input: object): Promise<void> {
  if (id === undefined) return;
  const query = `mutation ($by: CustomerBy!, $input: CustomerUpdateInput!) { result: customerUpdate(by: $by, input: $input) { ${refusal} } }`;
  await world.ok(query, { by: { id }, input });
}

async function remove(world: World, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  await world.ok(`mutation ($by: CustomerBy!) { result: customerDelete(by: $by) { ${refusal} } }`, { by: { id } });
}

const importRows = (world: World, rows: readonly string[]) =>
  importCustomers(wide, vault, {
    ...{ organizationId: world.organizationId, file: null, format: 'csv', policy: 'upsert', key: 'reference' },
    ...{ emptyClears: false, isDry: false, again: false, refusedFile: null, outcomeFile: null, map: new Map() },
    input: Readable.from([`reference,name\n${rows.join('\n')}\n`]),
  });

test('what is kept beside the customers is nobody’s to write', async () => {
  const world = await newOrganization();
  for (const statement of [
    'update customer_counts set count = 0',
    'delete from customer_search',
    `update customer_names set name = 'x'`,
    `insert into customer_keys (kind, value, customer_id) values ('EMAIL', 'x', 1)`,
  ]) {
    const denied = world.as((tx) => tx.execute(sql.raw(statement)));
    await assert.rejects(denied, ({ cause }: Error) => /permission denied/.test(String(cause)), statement);
  }
});

test('on shards, where triggers are of rows alone, the same is kept', async () => {
  const throwaway = await startThrowaway();
  const owner = openDb({ url: throwaway.url });
  try {
    await owner.sql`select clientele_upkeep_by_row()`;
    const byStatement = await owner.sql`select tgname from pg_trigger where not tgisinternal and (tgtype & 1) = 0`;
    assert.deepEqual([...byStatement], []);
    await keepsRowByRow(owner);
  } finally {
    await owner.close();
    await throwaway.stop();
  }
});

async function keepsRowByRow(owner: Db): Promise<void> {
  const organizationId = await asAll(owner, async (tx) => {
    const [row] = await tx.execute<{ id: string }>(
      sql`insert into organizations (reference, name, country, currencies) values ('one', 'One', 'NO', '{NOK}') returning id`,
    );
    return Number(row?.id);
  });
  await asOrganization(owner, { organizationId }, 'write', async (tx) => {
    await tx.execute(sql`insert into categories (reference, name) values ('root', 'All customers')`);
    await tx.execute(many('A'));
    await tx.execute(many('B'));
    await tx.execute(
      sql`update customers set name = 'Renamed', email = 'renamed@mail.example' where reference like 'A1%'`,
    );
    await tx.execute(sql`delete from customers where reference like '%2'`);
    assert.deepEqual(await untruth(tx), nothing);
    const [row] = await tx.execute(sql`select sum(count)::int as n from customer_counts`);
    assert.deepEqual(row, { n: 54 });
  });
}
