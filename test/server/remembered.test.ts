import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plansByDefault } from '../../src/env.ts';
import { allStatementsOf, db, type Json, newOrganization, statementsOf } from '../support/world.ts';

// What is remembered, is so by the planner: without plans these ask more.
const skip = !plansByDefault();

// A change begins with the organization as it was read last, and looks in its own transaction whether that still holds.

const create = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) {
    ... on CustomerCreatePayload { customer { reference currency } }
    ... on Error { code }
  }
}`;

test('a change does not read the organization again, and goes by its settings of now all the same', {
  skip,
}, async () => {
  const { ok, as } = await newOrganization();
  const make = async (reference: string) =>
    (await ok(create, { input: { reference, name: reference } })).customerCreate;
  await make('first');
  await ok('{ customers { nodes { name } } }');

  const statements = await allStatementsOf(() => make('second'));
  assert.equal(statements.filter((text) => text.includes('cors_origins')).length, 0, statements.join('\n'));

  // Another process changes it: nobody tells this one.
  await as((tx) => tx.execute(`update organizations set currencies = '{SEK}' where true`));
  assert.deepEqual(await make('third'), { customer: { reference: 'third', currency: 'SEK' } });
  assert.deepEqual(await make('fourth'), { customer: { reference: 'fourth', currency: 'SEK' } });
});

test('what an operation changes of the organization holds for the rest of it, and for nobody when it is not kept', async () => {
  const { ok, gql } = await newOrganization();
  await ok('{ customers { nodes { name } } }');
  const { data } = await gql(`mutation {
    organizationUpdate(input: { currencies: ["DKK"] }) { ... on OrganizationUpdatePayload { organization { currencies } } }
    customerCreate(input: { name: "A" }) { ... on CustomerCreatePayload { customer { currency } } }
  }`);
  assert.equal(data.customerCreate.customer.currency, 'DKK');
  assert.deepEqual((await ok('{ organization { currencies } }')).organization.currencies, ['DKK']);
});

const make = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) {
    ... on CustomerCreatePayload { customer { reference category { reference name } segmentation { name }} }
    ... on Error { code faults { code path existingId } }
  }
}`;

test('a new customer costs one statement, however many remembered records it points at', { skip }, async () => {
  const { ok, as } = await newOrganization();
  await ok(`mutation {
    a: categoryCreate(input: { reference: "cat", name: "Cats" }) { __typename }
    b: segmentationCreate(input: { reference: "seg", name: "Segment" }) { __typename }
  }`);
  const create = async (reference: string) => {
    const [category, segmentation] = [{ reference: 'cat' }, { reference: 'seg' }];
    const input = { reference, name: reference, category, segmentation };
    return (await ok(make, { input })).customerCreate;
  };
  await create('first');
  await ok('{ customers { nodes { name } } }');

  const statements = await statementsOf(async () => {
    const { customer } = await create('second');
    assert.deepEqual(customer.category, { reference: 'cat', name: 'Cats' });
    assert.deepEqual(customer.segmentation, { name: 'Segment' });
  });
  assert.deepEqual(
    statements.map((text) => text.split(' ', 3).join(' ')),
    ['insert into "customers"'],
  );

  // Another process changes it: nobody tells this one.
  await as((tx) => tx.execute(`update categories set name = 'Dogs' where reference = 'cat'`));
  assert.deepEqual((await create('third')).customer.category, { reference: 'cat', name: 'Dogs' });
  await as((tx) => tx.execute(`update categories set reference = 'dog' where reference = 'cat'`));
  assert.equal((await create('fourth')).code, 'CATEGORY_NOT_FOUND');
});

test('a new customer of one row is one message: no transaction is begun or committed beside it', {
  skip: skip || (await db.inCluster()),
}, async () => {
  const { ok, as } = await newOrganization();
  const create = async (input: object, shown = 'reference') => {
    const text = `mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) {
      ... on CustomerCreatePayload { customer { reference ${shown} } } ... on Error { code } } }`;
    return (await ok(text, { input })).customerCreate;
  };
  await create({ reference: 'first', name: 'A' });
  await ok('{ customers { nodes { name } } }');
  // That the credential was used is noted beside, once a minute.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const sent = async (input: object, shown?: string) => {
    const statements = await allStatementsOf(() => create(input, shown));
    return statements.map((text) => text.split(' ', 1)[0]).filter((word) => word !== 'select');
  };
  assert.deepEqual(await sent({ reference: 'second', name: 'B' }), ['insert']);
  assert.deepEqual(await sent({ reference: 'third', name: 'C' }, 'category { name } createdBy { lastName }'), [
    'insert',
  ]);
  // It has nothing of its own yet.
  assert.deepEqual(await sent({ reference: 'fourth', name: 'D' }, 'contacts { lastName } paymentTypes { name }'), [
    'insert',
  ]);
  // A list that it shows, and what it writes beside its row, is one transaction with it.
  const shown = await sent({ reference: 'sixth', name: 'F' }, 'subcustomers { nodes { name } }');
  assert.deepEqual(shown, ['insert', 'commit']);
  const paid = await sent({ reference: 'fifth', name: 'E', paymentTypes: [{ reference: 'nowhere' }] });
  assert.equal(paid.includes('insert'), false);

  const history = await as((tx) =>
    tx.execute<{ dialect: string; credential_id: string; request_id: string }>(
      `select dialect, credential_id, request_id from history where table_name = 'customers' order by id`,
    ),
  );
  assert.equal(history.length, 5);
  for (const { dialect, credential_id, request_id } of history) {
    assert.equal(dialect, 'GRAPHQL');
    assert.equal(credential_id, history[0]?.credential_id);
    assert.notEqual(request_id, '');
  }
});

test('a change of one row is that row read, and one message: no lock, no transaction beside it', {
  skip: skip || (await db.inCluster()),
}, async () => {
  const { ok } = await newOrganization();
  await ok(make, { input: { reference: 'a', name: 'A' } });
  await ok('{ customers { nodes { name } } }');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const sent = async (text: string, shown = 'outcome') => {
    let data: Json;
    const statements = await allStatementsOf(async () => {
      data = await ok(`mutation { change: ${text.replace('SHOWN', shown)} }`);
    });
    const words = statements.map((text) => text.split(' ', 1)[0]).filter((word) => word !== 'select');
    return [data.change.outcome ?? data.change.code ?? 'DONE', ...words];
  };
  const update = (input: string) =>
    `customerUpdate(by: { reference: "a" }, input: ${input}) { ... on CustomerUpdatePayload { SHOWN } ... on Error { code } }`;
  const upsert = (by: string, input: string) =>
    `customerUpsert(by: { reference: "${by}" }, input: ${input}) { ... on CustomerUpsertPayload { SHOWN } ... on Error { code } }`;
  assert.deepEqual(await sent(update('{ comment: "x" }')), ['UPDATED', 'update']);
  assert.deepEqual(await sent(upsert('a', '{ comment: "y" }')), ['UPDATED', 'update']);
  assert.deepEqual(await sent(upsert('b', '{ name: "B" }')), ['CREATED', 'insert']);
  assert.deepEqual(
    (await sent(update('{ comment: "y" }'))).filter((word) => word === 'update'),
    [],
  );
  assert.deepEqual(await sent(update('{ comment: "z" }'), 'customer { contacts { lastName } parent { name } }'), [
    'DONE',
    'update',
  ]);
  // A list that it shows, and what it writes beside its row, is one transaction with it.
  assert.deepEqual(await sent(update('{ comment: "u" }'), 'customer { subcustomers { nodes { name } } }'), [
    'DONE',
    'update',
    'commit',
  ]);
  assert.ok((await sent(update('{ paymentTypes: [] , comment: "0" }'))).includes('commit'));
  const { customers } = await ok('{ customers { nodes { reference comment version } } }');
  assert.deepEqual(customers.nodes, [
    { reference: 'a', comment: '0', version: 6 },
    { reference: 'b', comment: null, version: 1 },
  ]);
});

test('of many who change one customer at once, nobody’s change is lost', async () => {
  const { ok } = await newOrganization();
  await ok(make, { input: { reference: 'a', name: 'A' } });
  await ok('{ customers { nodes { name } } }');
  const change = (input: object) =>
    ok(
      `mutation ($input: CustomerUpdateInput!) { customerUpdate(by: { reference: "a" }, input: $input) {
        ... on CustomerUpdatePayload { outcome } ... on Error { code } } }`,
      { input },
    );
  const given = {
    comment: 'c',
    website: 'w',
    barcode: 'b',
    taxNumber: 't',
    risk: 'r',
    reference2: '2',
    language: 'en',
  };
  const told = await Promise.all(Object.entries(given).map(([key, value]) => change({ [key]: value })));
  assert.ok(told.every(({ customerUpdate }) => customerUpdate.outcome === 'UPDATED'));
  const { customer } = await ok(`{ customer(by: { reference: "a" }) { version ${Object.keys(given).join(' ')} } }`);
  assert.deepEqual(customer, { version: 8, ...given });
});

test('what is refused is told in full, and nothing of it is kept', async () => {
  const { ok } = await newOrganization();
  await ok('{ customers { nodes { name } } }');
  const create = async (input: object) => (await ok(make, { input })).customerCreate;
  await create({ reference: 'taken', name: 'A' });
  const told = await create({ reference: 'taken', name: 'B', category: { reference: 'nowhere' } });
  assert.deepEqual(told.faults.map(({ code }: { code: string }) => code).sort(), [
    'CATEGORY_NOT_FOUND',
    'REFERENCE_TAKEN',
  ]);
  const again = await create({ reference: 'taken', name: 'C' });
  assert.equal(again.code, 'REFERENCE_TAKEN');
  assert.equal(typeof again.faults[0].existingId, 'string');
  const { customers } = await ok('{ customers { totalCount { value } nodes { name } } }');
  assert.deepEqual(customers, { totalCount: { value: 1 }, nodes: [{ name: 'A' }] });
});
