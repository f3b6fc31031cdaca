import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newShop } from '../shop.ts';

type Row = { id: number; reference: string; dateCreated: string; lastUpdated: string };

async function shopOf(references: readonly string[]) {
  const shop = await newShop();
  for (const reference of references) {
    await shop.body(201, 'POST', '/customers', { form: { reference, name: `Name of ${reference}` } });
  }
  const references_ = async (query: string) =>
    (await shop.body(200, 'GET', `/customers?${query}`)).data.map((row: Row) => row.reference);
  return { ...shop, references: references_ };
}

test('200, pages by max and offset, with links around them', async () => {
  const shop = await shopOf(['a', 'b', 'c']);
  const { paging, data } = await shop.body(200, 'GET', '/customers?max=2');
  assert.deepEqual(paging, {
    total: 3,
    max: 2,
    offset: 0,
    previous: null,
    next: '/api/v1.0/customers?max=2&offset=2&sort=dateCreated&order=asc',
  });
  assert.deepEqual(
    data.map((row: Row) => row.reference),
    ['a', 'b'],
  );
  const next = await shop.body(200, 'GET', paging.next.replace('/api/v1.0', ''));
  assert.deepEqual([next.data[0].reference, next.paging.next], ['c', null]);
  assert.equal(next.paging.previous, '/api/v1.0/customers?max=2&offset=0&sort=dateCreated&order=asc');
  const beyond = await shop.body(200, 'GET', '/customers?offset=9007199254740991');
  assert.deepEqual([beyond.data, beyond.paging.total], [[], 3]);
  assert.equal((await shop.body(200, 'GET', '/customers?max=1000000')).paging.max, 1000);
});

test('200, a link keeps the filters', async () => {
  const shop = await shopOf(['a&b 1', 'a&b 2', 'c']);
  const { paging } = await shop.body(200, 'GET', '/customers?max=1&reference=a%26b*&sort=reference&order=desc');
  assert.equal(paging.total, 2);
  const next = await shop.body(200, 'GET', paging.next.replace('/api/v1.0', ''));
  assert.deepEqual([next.data[0].reference, next.paging.next], ['a&b 1', null]);
});

test('200, wildcards: * stands for any text, everything else for itself', async () => {
  const shop = await shopOf(['ref-61', 'Ref-62', 'xref-6', '100%', '100x', 'a_b', 'axb', 'a\\b']);
  assert.deepEqual(await shop.references('reference=*ef-6*'), ['ref-61', 'Ref-62', 'xref-6']);
  assert.deepEqual(await shop.references('reference=ref-6*'), ['ref-61']);
  assert.deepEqual(await shop.references('reference=*ef-6'), ['xref-6']);
  assert.deepEqual(await shop.references('reference=ref-6'), []);
  assert.deepEqual(await shop.references('reference=100%25'), ['100%']);
  assert.deepEqual(await shop.references('reference=100%25*'), ['100%']);
  assert.deepEqual(await shop.references('reference=a_b'), ['a_b']);
  assert.deepEqual(await shop.references('reference=a_*'), ['a_b']);
  assert.deepEqual(await shop.references('reference=a%5Cb*'), ['a\\b']);
  assert.deepEqual(await shop.references('name=*of%20ref-6*'), ['ref-61']);
  assert.deepEqual(await shop.references(`reference=${'r'.repeat(99)}*`), []);
});

test('200, by category and by status', async () => {
  const shop = await shopOf(['a']);
  await shop.body(201, 'POST', '/customerCategories', { form: { reference: 'jewelry', name: 'J', isRoot: 'true' } });
  const form = { name: 'B', categoryId: 'jewelry', isActive: 'false' };
  await shop.body(201, 'POST', '/customers/reference/b', { form });
  assert.deepEqual(await shop.references('categoryReference=jew*'), ['b']);
  assert.deepEqual(await shop.references('categoryReference=root'), ['a']);
  assert.deepEqual(await shop.references('isActive=false'), ['b']);
  assert.deepEqual(await shop.references('isActive=true'), ['a']);
});

test('200, a time that was answered finds its customer again', async () => {
  const shop = await shopOf(['a']);
  const [row] = (await shop.body(200, 'GET', '/customers')).data as Row[];
  assert.ok(row);
  for (const name of ['dateCreated', 'lastUpdated'] as const) {
    const time = encodeURIComponent(row[name]);
    assert.deepEqual(await shop.references(`${name}_lte=${time}`), ['a']);
    assert.deepEqual(await shop.references(`${name}_gte=${time}`), ['a']);
    assert.deepEqual(await shop.references(`${name}_lt=${time}`), []);
    assert.deepEqual(await shop.references(`${name}_gt=${time}`), []);
  }
});

test('200, sorted by every scalar field of an answer', async () => {
  const shop = await shopOf(['b', 'a']);
  const [row] = (await shop.body(200, 'GET', '/customers')).data;
  const structured = [
    'customerCategory',
    'parentCustomer',
    'customerSegmentation',
    'createdBy',
    'paymentTypes',
    'contacts',
  ];
  for (const name of Object.keys(row).filter((key) => !structured.includes(key))) {
    assert.equal((await shop.references(`sort=${name}&order=desc`)).length, 2, name);
  }
  assert.deepEqual(await shop.references('sort=reference'), ['a', 'b']);
  assert.deepEqual(await shop.references('sort=reference&order=desc'), ['b', 'a']);
});

test('200, kinds of due date are in the order of their documented words', async () => {
  const shop = await shopOf(['a', 'b', 'c', 'd']);
  for (const [reference, type] of [
    ['a', 'daysAfterInvoiceDate'],
    ['b', 'daysAfterEndOfInvoiceMonth'],
    ['c', 'daysAfterInvoiceDate'],
  ]) {
    const form = { dueDateConfigNumber: '7', dueDateConfigType: String(type) };
    await shop.body(200, 'POST', `/customers/reference/${reference}`, { form });
  }
  assert.deepEqual(await shop.references('sort=dueDateConfigType'), ['b', 'a', 'c', 'd']);
});

test('400, unknown names, dates and values in the documented words', async () => {
  const shop = await newShop();
  const told = async (query: string) => (await shop.body(400, 'GET', `/customers?${query}`)).error_description;
  const unknown = (names: string) => `The parameters [${names}] you provided are not valid for this request.`;
  assert.equal(await told('dateCreated_gta=1'), unknown('dateCreated_gta'));
  assert.equal(await told('a=1&b=2&max=1'), unknown('a, b'));
  assert.equal(await told('__proto__=1'), unknown('__proto__'));
  assert.equal(await told('sort=contacts'), unknown('sort'));
  assert.equal(
    await told('dateCreated_gt=2016-08-1Z'),
    'Invalid datetime filter (not ISO-8601 formatted): [2016-08-1Z]',
  );
  assert.equal(await told('max=0'), 'The type of parameter max you provided is not valid for this request.');
  assert.equal(await told(`reference=${'a*'.repeat(200)}`), unknown('reference'));
  assert.equal(await told('reference=a%00b'), unknown('reference'));
  assert.equal((await shop.body(400, 'GET', '/customers?reference=%FF')).error, 'invalid_param');
});
