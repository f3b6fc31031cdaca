import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newShop, send } from '../shop.ts';

const notFound = (words: string) => ({ error: 'not_found', error_description: words });
const missing = (name: string) => ({ error: 'missing_param', error_description: `${name} parameter is missing` });
const gone = { success: 'true', success_description: 'Instance deleted successfully' };
const failed = { error: 'delete_failed', error_description: 'Failed to delete instance.' };

/** What every collection answers alike. */
const collections: [path: string, noun: string][] = [
  ['/customerCategories', 'customer category'],
  ['/customerSegmentations', 'customer segmentation'],
  ['/paymentTypes', 'payment type'],
  ['/contacts', 'contact'],
  ['/regions', 'region'],
  ['/users', 'user'],
];

for (const [path, noun] of collections) {
  test(`${path}: 200 lists, 400, 401 and 404 in the words of the customers`, async () => {
    const shop = await newShop();
    const { paging, data } = await shop.body(200, 'GET', `${path}?max=1&sort=reference&order=desc&name=*`);
    assert.deepEqual([paging.max, paging.offset, paging.previous], [1, 0, null]);
    for (const { id } of data) {
      assert.equal((await shop.body(200, 'GET', `${path}/${id}`)).id, id);
      assert.equal((await (await newShop()).call('GET', `${path}/${id}`)).status, 404, 'another organization’s');
    }
    assert.equal((await shop.body(400, 'GET', `${path}?isActive=true`)).error, 'invalid_param');
    assert.equal((await shop.body(400, 'GET', `${path}/x`)).error, 'invalid_param_type');
    assert.equal((await send('GET', `/api/v1.0${path}`)).status, 401);
    const words = (name: string) => notFound(`The ${noun} with the id ${name} doesn't exist.`);
    assert.deepEqual(await shop.body(404, 'GET', `${path}/999999`), words('999999'));
    assert.deepEqual(await shop.body(404, 'GET', `${path}/reference/no%2Fbody`), words('no/body'));
  });
}

describe('customerCategories', () => {
  test('201, a category below another; 200 changed, moved and deleted', async () => {
    const shop = await newShop();
    const [root] = (await shop.body(200, 'GET', '/customerCategories')).data;
    assert.deepEqual([root.isRoot, root.parentId, root.parentCategory, root.image], [true, null, null, null]);
    const form = { reference: 'jewelry', name: 'Jewelry', parentId: String(root.id), description: 'Rings' };
    const made = await shop.body(201, 'POST', '/customerCategories', { form });
    const href = `/api/v1.0/customerCategories/${root.id}`;
    const parentCategory = { id: root.id, reference: 'root', name: root.name, href };
    assert.deepEqual(
      { ...made, dateCreated: '', lastUpdated: '' },
      {
        id: made.id,
        name: 'Jewelry',
        isRoot: false,
        parentId: root.id,
        parentCategory,
        reference: 'jewelry',
        description: 'Rings',
        image: null,
        organization: shop.reference,
        dateCreated: '',
        lastUpdated: '',
      },
    );
    const path = `/customerCategories/${made.id}`;
    assert.equal((await shop.body(200, 'POST', path, { form: { isRoot: 'true' } })).isRoot, true);
    const below = await shop.body(200, 'POST', '/customerCategories/reference/jewelry', { form: { parentId: 'root' } });
    assert.equal(below.parentId, root.id);
    const upsert = (status: number, name: string, form: Record<string, string>) =>
      shop.body(status, 'POST', `/customerCategories/reference/${name}`, { form: { name: 'New', ...form } });
    assert.deepEqual(await upsert(400, 'fresh', {}), missing('parentId'));
    assert.equal((await upsert(201, 'fresh', { parentId: 'root', reference: 'x'.repeat(101) })).reference, 'fresh');
    assert.equal((await upsert(200, 'fresh', {})).parentId, root.id);
    assert.equal((await upsert(201, 'top', { isRoot: 'true' })).isRoot, true);
    assert.deepEqual(await shop.body(200, 'DELETE', path), gone);
  });

  test('400 and 404, faults of a save and of a deletion', async () => {
    const shop = await newShop();
    const [root] = (await shop.body(200, 'GET', '/customerCategories')).data;
    const save = (status: number, form: Record<string, string>) =>
      shop.body(status, 'POST', '/customerCategories', { form });
    assert.deepEqual(await save(400, {}), missing('reference'));
    assert.deepEqual(await save(400, { reference: 'a' }), missing('name'));
    assert.deepEqual(await save(400, { reference: 'a', name: 'A' }), missing('parentId'));
    assert.deepEqual(await save(400, { reference: 'a', name: 'A', isRoot: 'x' }), {
      error: 'invalid_param_type',
      error_description: 'An invalid value was specified for parameter: isRoot (must be a boolean: true or false)',
    });
    assert.equal((await save(404, { reference: 'a', name: 'A', parentId: '999999' })).error, 'not_found');
    assert.equal((await save(400, { reference: 'root', name: 'A', isRoot: 'true' })).error, 'not_unique');
    await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    await save(201, { reference: 'other', name: 'A', isRoot: 'true' });
    assert.deepEqual(await shop.body(400, 'DELETE', `/customerCategories/${root.id}`), failed);
    await shop.body(200, 'DELETE', '/customers/reference/a');
    await shop.body(200, 'DELETE', `/customerCategories/${root.id}`);
    assert.equal(
      (await shop.body(400, 'DELETE', '/customerCategories/reference/other')).error,
      'delete_not_authorized',
    );
  });
});

test('customerSegmentations: 201, 200 and 400 while customers have it', async () => {
  const shop = await newShop();
  const form = { reference: 'seg_a', name: 'Segmentation A' };
  const made = await shop.body(201, 'POST', '/customerSegmentations', { form });
  await shop.body(201, 'POST', '/customers/reference/a', { form: { name: 'A', customerSegmentationId: 'seg_a' } });
  assert.deepEqual(await shop.body(400, 'DELETE', `/customerSegmentations/${made.id}`), failed);
  await shop.body(200, 'POST', '/customers/reference/a', { form: { customerSegmentationId: '' } });
  assert.deepEqual(await shop.body(200, 'DELETE', '/customerSegmentations/reference/seg_a'), gone);
  const words = notFound("The customer segmentation with the id 9999 doesn't exist.");
  assert.deepEqual(await shop.body(404, 'DELETE', '/customerSegmentations/9999'), words);
});

test('paymentTypes: 201 from JSON, 200 changed, 400 without a name', async () => {
  const shop = await newShop();
  const made = await shop.body(201, 'POST', '/paymentTypes', { json: { reference: 'cash', name: 'Cash' } });
  assert.deepEqual(
    { ...made, dateCreated: '', lastUpdated: '' },
    {
      id: made.id,
      name: 'Cash',
      reference: 'cash',
      isActive: true,
      organization: shop.reference,
      dateCreated: '',
      lastUpdated: '',
    },
  );
  const changed = await shop.body(200, 'POST', `/paymentTypes/${made.id}`, { json: { isActive: false } });
  assert.equal(changed.isActive, false);
  assert.equal(
    (await shop.body(201, 'POST', '/paymentTypes/reference/card', { json: { name: 'Card' } })).reference,
    'card',
  );
  assert.deepEqual(await shop.body(400, 'POST', '/paymentTypes/reference/new', { json: {} }), missing('name'));
  assert.deepEqual(await shop.body(400, 'POST', '/paymentTypes', { json: { reference: 'x' } }), missing('name'));
});

test('regions: 200, as the documentation lists them', async () => {
  const shop = await newShop({ regionLevel: 1 });
  const country = await shop.region('USA', 1, null);
  const state = await shop.region('California', 2, country);
  const { data } = await shop.body(200, 'GET', '/regions?sort=id');
  const told = data.map(({ id, name, parentId }: Record<string, unknown>) => ({ id, name, parentId }));
  assert.deepEqual(told, [
    { id: country, name: 'USA', parentId: null },
    { id: state, name: 'California', parentId: country },
  ]);
  assert.deepEqual(await shop.body(200, 'GET', `/regions/${state}`), data[1]);
});

test('contacts: 201 with its customer, 200 in the customer’s answer', async () => {
  const shop = await newShop();
  const customer = await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
  const form = {
    firstName: 'Marie',
    lastName: 'Curie',
    customerId: String(customer.id),
    fonction: 'Buyer',
    email: 'marie@example.com',
    phone: '1',
    phone2: '2',
    mobile: '3',
    fax: '4',
    address: '5 Rue Y',
    postalCode: '0001',
    city: 'Nice',
    country: 'France',
  };
  const made = await shop.body(201, 'POST', '/contacts', { form });
  const { customerId, ...said } = form;
  for (const [name, value] of Object.entries({ ...said, country: 'FR' })) assert.equal(made[name], value, name);
  assert.deepEqual([made.customerReference, made.customer.id], ['a', customer.id]);
  const { contacts } = await shop.body(200, 'GET', `/customers/${customerId}`);
  const href = `/api/v1.0/contacts/${made.id}`;
  assert.deepEqual(contacts, [{ id: made.id, firstName: 'Marie', lastName: 'Curie', href }]);
  assert.deepEqual(await shop.body(200, 'GET', href.replace('/api/v1.0', '')), made);
  const lacking = (name: string) => Object.fromEntries(Object.entries(form).filter(([key]) => key !== name));
  for (const name of ['firstName', 'lastName', 'customerId']) {
    assert.deepEqual(await shop.body(400, 'POST', '/contacts', { form: lacking(name) }), missing(name));
  }
  const stranger = { ...form, customerId: '999999' };
  assert.deepEqual(
    await shop.body(404, 'POST', '/contacts', { form: stranger }),
    notFound("The customer with the id 999999 doesn't exist."),
  );
  assert.deepEqual(await shop.body(200, 'DELETE', `/contacts/${made.id}`), gone);
});
