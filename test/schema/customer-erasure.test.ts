import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { createCustomerLogin } from '../../src/auth/customer-login.ts';
import { asAll } from '../../src/db/client.ts';
import {
  db,
  fetchServer,
  type Json,
  newCustomer,
  newOrganization,
  refusal,
  vault,
  type World,
} from '../support/world.ts';
import { change, remove } from './customer-calls.ts';

const erase = async (world: World, by: object): Promise<Json> =>
  (
    await world.ok(
      `mutation ($by: CustomerBy!) { result: customerErase(by: $by) { ... on CustomerErasePayload { erasedId erasedAt credentialId } ${refusal} } }`,
      { by },
    )
  ).result;

/** Everything that is stored of the organization, table by table, with the kept answers opened. */
async function dump(world: World): Promise<Record<string, string>> {
  const { organizationId } = world;
  return asAll(db, async (tx) => {
    const tables = await tx.execute<{ name: string; owned: boolean }>(sql`
      select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id') as owned
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`);
    const all: Record<string, string> = {};
    for (const { name, owned } of tables) {
      const rows = await tx.execute<{ row: string }>(
        `select to_jsonb(t)::text as row from ${name} t ${owned ? `where organization_id = ${organizationId}` : ''}`,
      );
      all[name] = rows.map(({ row }) => row).join('\n');
    }
    const answers = await tx.execute<{ credential_id: string; key: string; sealed: string }>(sql`
      select credential_id, encode(key, 'hex') as key, encode(sealed, 'hex') as sealed from idempotency
      where organization_id = ${organizationId}`);
    all.answers = answers
      .map(({ credential_id, key, sealed }) =>
        vault.open(
          { organizationId, table: 'idempotency', column: 'sealed', rowId: `${credential_id} ${key}` },
          Buffer.from(sealed, 'hex'),
        ),
      )
      .join('\n');
    return all;
  });
}

/** In which tables a word stands. */
const where = (all: Record<string, string>, word: string) =>
  Object.keys(all).filter((name) => all[name]?.toLowerCase().includes(word.toLowerCase()));

async function send(world: World, once: string, path: string, body: string | URLSearchParams) {
  const headers = {
    authorization: `Bearer ${world.key}`,
    'idempotency-key': once,
    ...(typeof body === 'string' && { 'content-type': 'application/json' }),
  };
  const answer = await fetchServer(new Request(`http://clientele.test${path}`, { method: 'POST', headers, body }));
  return { status: answer.status, body: (await answer.json()) as Json };
}

const picture = {
  fileName: 'quillfeather.gif',
  data: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
};
const planted = {
  ...{ name: 'Quillfeather Former', later: 'Quillfeather Later', email: 'q@quillfeather.example', city: 'Quillby' },
  ...{ contact: 'Zwingelspan', moved: 'Grumblethorpe', uniqueId: 'quill-login', mobile: '+4799887766' },
  ...{ signIn: 'quill@signin.example', identity: '31129956715', comment: 'Quietly "odd" remark' },
};

/** A customer with all that may be stored of one, the answers of its writers included. */
async function plant(world: World) {
  const byGraphql = randomUUID();
  const input = {
    ...{ name: planted.name, currency: 'NOK', email: planted.email, identity: planted.identity, logo: picture },
    ...{
      reference: 'quillfeather-1',
      comment: planted.comment,
      billingAddress: { line1: 'Quillway 1', city: planted.city },
    },
    phones: [{ number: planted.mobile, kind: 'mobile' }],
  };
  const document = `mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { ... on CustomerCreatePayload { customer { numericId comment } } } }`;
  const asked = JSON.stringify({ query: document, variables: { input } });
  const made = await send(world, byGraphql, '/graphql', asked);
  const id: number = made.body.data.customerCreate.customer.numericId;
  const byForm = randomUUID();
  const form = new URLSearchParams({ name: planted.later });
  assert.equal((await send(world, byForm, `/api/v1.0/customers/${id}`, form)).status, 200);
  const other = await newCustomer(world, { name: 'Bystander', reference: 'bystander' });
  const contact = (customer: object, reference: string, lastName: string) =>
    world.ok(
      `mutation ($input: ContactCreateInput!) { contactCreate(input: $input) { ... on ContactCreatePayload { contact { id } } ${refusal} } }`,
      { input: { customer, reference, firstName: 'Ada', lastName, photo: picture } },
    );
  await contact({ numericId: id }, 'contact-1', planted.contact);
  await contact({ id: other.id }, 'contact-2', planted.moved);
  await world.ok(
    `mutation ($id: SafeInt!) { contactUpdate(by: { reference: "contact-2" }, input: { customer: { numericId: $id } }) { __typename } }`,
    { id },
  );
  await world.ok(
    `mutation ($input: LoginCreateInput!) { loginCreate(input: $input) { ... on LoginCreatePayload { login { id } } ${refusal} } }`,
    {
      input: { customer: { numericId: id }, uniqueId: planted.uniqueId, credentials: [{ credential: planted.email }] },
    },
  );
  await asAll(db, (tx) =>
    createCustomerLogin(tx, { organizationId: world.organizationId, userName: planted.signIn, customerId: id }),
  );
  return {
    id,
    other,
    again: [
      () => send(world, byGraphql, '/graphql', asked),
      () => send(world, byForm, `/api/v1.0/customers/${id}`, form),
    ],
  };
}

test('an erased customer is gone everywhere: rows, searches, pictures, logins, history, kept answers', async () => {
  const world = await newOrganization();
  const { id, other, again } = await plant(world);
  const before = await dump(world);
  for (const word of Object.values(planted).filter((one) => one !== planted.identity && one !== planted.comment))
    assert.ok(where(before, word).length > 0, word);
  assert.ok(before.pictures);

  const result = await erase(world, { reference: 'quillfeather-1' });
  assert.ok(result.erasedId, JSON.stringify(result));
  const after = await dump(world);
  for (const word of [...Object.values(planted), 'quillfeather', 'Quietly'])
    assert.deepEqual(where(after, word), [], word);
  assert.equal(after.pictures, '');
  assert.equal(after.logins, '');

  // What stays: another customer, the total, and that each change was made.
  const { customer, customers } = await world.ok(
    '{ customer(by: { reference: "bystander" }) { id } customers { totalCount(exact: true) { value } } }',
  );
  assert.deepEqual([customer.id, customers.totalCount.value], [other.id, 1]);
  const rows = await world.as((tx) =>
    tx.execute<{ operation: string; credential_id: string }>(
      sql`select operation, credential_id from history where customer_id = ${id} and table_name = 'customers' order by id`,
    ),
  );
  assert.deepEqual(
    rows.map(({ operation }) => operation),
    ['INSERT', 'UPDATE', 'DELETE', 'ERASE'],
  );
  assert.equal(rows.at(-1)?.credential_id, result.credentialId);

  // Whoever asks once more is neither told, nor is it done again.
  const [graphql, form] = await Promise.all(again.map((ask) => ask()));
  assert.deepEqual([graphql?.status, graphql?.body.errors[0].extensions.code], [409, 'IDEMPOTENCY_ERASED']);
  assert.equal(form?.status, 409);
  assert.deepEqual(where(await dump(world), 'quillfeather'), []);
});

test('what a login that came from another customer signed in with is forgotten there too', async () => {
  const world = await newOrganization();
  const [first, second] = [
    await newCustomer(world, { reference: 'first', name: 'First' }),
    await newCustomer(world, { reference: 'second', name: 'Second' }),
  ];
  const asked = (mutation: string) => world.ok(`mutation { ${mutation} { __typename } }`);
  const uniqueId = randomUUID();
  const credentials = '[{ credential: "secretia.login@example.org" }]';
  const moved = `by: { uniqueId: "${uniqueId}" }, input: { customer: { numericId: ${second.numericId} } }`;
  await asked(
    `loginCreate(input: { uniqueId: "${uniqueId}", customer: { numericId: ${first.numericId} }, credentials: ${credentials} })`,
  );
  await asked(`loginUpdate(${moved})`);
  await erase(world, { reference: 'second' });
  assert.deepEqual(where(await dump(world), 'secretia'), []);
  const { customer } = await world.ok(
    '{ customer(by: { reference: "first" }) { history(first: 20) { nodes { record operation } } } }',
  );
  const kept = customer.history.nodes.map(({ record, operation }: Json) => `${record} ${operation}`);
  assert.ok(!kept.includes('LOGIN_CREDENTIAL DELETE'), kept.join());
});

test('asked again it answers the same, by id also for a customer that was deleted before', async () => {
  const world = await newOrganization();
  const { id, numericId } = await newCustomer(world, { name: 'Umberfield', reference: 'umber' });
  await change(world, { numericId }, { name: 'Umberfield the Second' });
  await remove(world, { numericId });
  assert.ok(where(await dump(world), 'Umberfield').includes('history'));
  const first = await erase(world, { numericId });
  assert.equal(first.erasedId, id);
  assert.deepEqual(where(await dump(world), 'Umberfield'), []);
  assert.deepEqual(await erase(world, { id }), first);
  assert.deepEqual(await erase(world, { key: String(numericId) }), first);
});

test('answers about others are kept', async () => {
  const world = await newOrganization();
  await newCustomer(world, { name: 'Oakhollow', reference: 'oak', email: 'oak@example.com' });
  const once = randomUUID();
  const make = () => send(world, once, '/api/v1.0/customers', new URLSearchParams({ name: 'Elm', reference: 'elm' }));
  const { body } = await make();
  await erase(world, { reference: 'oak' });
  assert.deepEqual((await make()).body, body);
});

test('refused: nobody with this name, subcustomers below, another organization’s, a key that may delete alone', async () => {
  const [world, stranger] = await Promise.all([newOrganization(), newOrganization()]);
  const { id, numericId } = await newCustomer(world, { name: 'Parent', reference: 'parent' });
  await newCustomer(world, { name: 'Child', reference: 'child', parent: { id } });
  assert.equal((await erase(world, { reference: 'nobody' })).code, 'CUSTOMER_NOT_FOUND');
  assert.equal((await erase(world, { reference: 'parent' })).code, 'CUSTOMER_IN_USE');
  assert.equal((await erase(stranger, { numericId })).code, 'CUSTOMER_NOT_FOUND');
  const key = await world.keyFor(['customers:read', 'customers:write', 'customers:delete']);
  const document = 'mutation { customerErase(by: { reference: "parent" }) { __typename } }';
  assert.equal(await world.refused(document, {}, key), 'FORBIDDEN');
  assert.ok((await world.ok('{ customer(by: { reference: "parent" }) { id } }')).customer);
});
