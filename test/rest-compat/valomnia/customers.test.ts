import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newShop, send } from '../shop.ts';

const refusal = (error: string, error_description: string) => ({ error, error_description });
const notFound = (words: string) => refusal('not_found', words);
const wrongType = (name: string) =>
  refusal('invalid_param_type', `The type of parameter ${name} you provided is not valid for this request.`);

describe('show', () => {
  test('200, by id and by reference, whatever letters the reference has', async () => {
    const shop = await newShop();
    for (const reference of ['NC-3', 'a/b', 'ü ñ', '100%', 'a+b', '%2F', '7', '?&#', 'a\nb', '.']) {
      const made = await shop.body(201, 'POST', '/customers', { form: { reference, name: 'Marie' } });
      const path = `/customers/reference/${encodeURIComponent(reference)}`;
      // A bare dot is a path of its own to every client.
      if (reference !== '.') assert.deepEqual(await shop.body(200, 'GET', path), made);
      assert.deepEqual(await shop.body(200, 'GET', `/customers/${made.id}`), made);
    }
  });

  test('200, links have the version of the request', async () => {
    const shop = await newShop();
    const { id } = await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    const headers = { authorization: `Bearer ${shop.key}` };
    const { body } = await send('GET', `/api/v2.1/customers/${id}`, { headers });
    assert.match(body.customerCategory.href, /^\/api\/v2\.1\/customerCategories\/\d+$/);
    assert.match(body.createdBy.href, /^\/api\/v2\.1\/users\/\d+$/);
  });

  test('400, an id that is no integer', async () => {
    const shop = await newShop();
    for (const id of ['abc', '1.5', '1e3', '99999999999999999999']) {
      assert.deepEqual(await shop.body(400, 'GET', `/customers/${id}`), wrongType('id'));
    }
  });

  test('401, nobody is told what is there', async () => {
    for (const path of [
      '/customers',
      '/customers/1',
      '/customers/abc',
      '/customers/reference/a',
      '/nothing',
      '/users',
    ]) {
      const { status, body } = await send('GET', `/api/v1.0${path}`);
      assert.deepEqual([status, body.error], [401, 'no_credentials']);
    }
    const wrong = await send('GET', '/api/v1.0/customers', { headers: { cookie: 'JSESSIONID=0123' } });
    assert.equal(wrong.status, 401);
  });

  test('404, the same words for a missing customer and for another organization’s', async () => {
    const [shop, other] = await Promise.all([newShop(), newShop()]);
    const { id } = await other.body(201, 'POST', '/customers', { form: { reference: 'theirs', name: 'B' } });
    const words = (name: string | number) => notFound(`The customer with the id ${name} doesn't exist.`);
    assert.deepEqual(await shop.body(404, 'GET', `/customers/${id}`), words(id));
    for (const id of ['999999999', '9223372036854775807'])
      assert.deepEqual(await shop.body(404, 'GET', `/customers/${id}`), words(id));
    assert.deepEqual(await shop.body(404, 'GET', '/customers/reference/theirs'), words('theirs'));
    assert.deepEqual(await shop.body(404, 'POST', `/customers/${id}`, { form: { name: 'Mine' } }), words(id));
    assert.deepEqual(await shop.body(404, 'DELETE', `/customers/${id}`), words(id));
    assert.deepEqual(await shop.body(404, 'DELETE', '/customers/reference/theirs'), words('theirs'));
    assert.equal((await other.body(200, 'GET', `/customers/${id}`)).name, 'B');
  });

  test('404 and 405, paths and methods that the API does not have', async () => {
    const shop = await newShop();
    assert.equal((await shop.body(404, 'GET', '/nothing')).error, 'not_found');
    const { status, headers, body } = await shop.call('PUT', '/customers/1', { form: { name: 'x' } });
    assert.deepEqual([status, body.error], [405, 'method_not_allowed']);
    assert.equal(headers.get('allow'), 'GET, HEAD, POST, DELETE');
  });
});

describe('create', () => {
  test('201, every parameter is answered as it was sent', async () => {
    const shop = await newShop({ regionLevel: 1 });
    const category = await shop.body(201, 'POST', '/customerCategories', {
      form: { reference: 'jewelry', name: 'Jewelry', isRoot: 'true' },
    });
    const segmentation = await shop.body(201, 'POST', '/customerSegmentations', {
      form: { reference: 'a', name: 'A' },
    });
    const cash = await shop.body(201, 'POST', '/paymentTypes', { json: { reference: 'cash', name: 'Cash' } });
    const parent = await shop.body(201, 'POST', '/customers', { form: { reference: 'parent', name: 'Parent' } });
    const regionId = await shop.region('California', 1, null);
    const said = {
      reference: 'NC-3',
      name: "Marie's Jewelry",
      reference2: 'second',
      barcode: '4006381333931',
      email: 'marie@example.com',
      phone: '04 93 00 00 00',
      mobile: '06 12 34 56 78',
      fax: '04 93 00 00 01',
      comment: 'Zoë & Ørsted 😀',
      website: 'https://example.com',
      creditLimit: '5000.50',
      dueDateConfigNumber: '3',
      taxNumber: 'FR1',
      companyRegistrationNumber: '732 829 320',
      currency: 'USD',
      customerRisk: 'low',
      customerRiskColor: '#1BE9D8',
      onHoldReason: 'late',
      billingCity: 'Nice',
      billingPostalCode: '06000',
      billingAddress: '12 Rue X',
      billingLat: '43.7',
      billingLng: '7.25',
      city: 'Tunis',
      postalCode: '0001',
      address: '5 Rue Y',
      latitude: '-36.8',
      longitude: '10.1',
    };
    const form = {
      ...said,
      dueDateConfigType: '2',
      billingCountry: 'France',
      country: 'TUN',
      isActive: 'false',
      onHold: 'true',
      isSameAddress: 'false',
      isSubCustomer: 'true',
      billWithParent: 'true',
      parentCustomer: String(parent.id),
      categoryId: String(category.id),
      customerSegmentationId: String(segmentation.id),
      paymentTypes: `[{"id"=${cash.id}}]`,
      regionId: String(regionId),
    };
    const made = await shop.body(201, 'POST', '/customers', { form });
    const numbers = ['creditLimit', 'dueDateConfigNumber', 'billingLat', 'billingLng', 'latitude', 'longitude'];
    for (const [name, value] of Object.entries(said)) {
      assert.deepEqual(made[name], numbers.includes(name) ? Number(value) : value, name);
    }
    const link = (of: { id: number; reference: string; name: string }, collection: string) => ({
      id: of.id,
      reference: of.reference,
      name: of.name,
      href: `/api/v1.0/${collection}/${of.id}`,
    });
    assert.deepEqual(
      {
        type: made.dueDateConfigType,
        billing: made.billingCountry,
        country: made.country,
        flags: [made.isActive, made.onHold, made.isSameAddress, made.isSubCustomer, made.billWithParent],
        parent: made.parentCustomer,
        category: [made.categoryReference, made.customerCategory],
        segmentation: [made.customerSegmentationReference, made.customerSegmentation],
        paymentTypes: made.paymentTypes,
        region: made.region,
      },
      {
        type: 'daysAfterEndOfInvoiceMonth',
        billing: 'FR',
        country: 'TN',
        flags: [false, true, false, true, true],
        parent: link(parent, 'customers'),
        category: ['jewelry', link(category, 'customerCategories')],
        segmentation: ['a', link(segmentation, 'customerSegmentations')],
        paymentTypes: [link(cash, 'paymentTypes')],
        region: { id: regionId, name: 'California', href: `/api/v1.0/regions/${regionId}` },
      },
    );
    assert.deepEqual(await shop.body(200, 'GET', `/customers/${made.id}`), made);
  });

  test('201, form, multipart and JSON say the same', async () => {
    const shop = await newShop();
    const words = { name: 'Zoë 😀', phone: '1', creditLimit: '12.5', isActive: 'false' };
    const multipart = new FormData();
    for (const [name, value] of Object.entries({ ...words, reference: 'm' })) multipart.append(name, value);
    const bodies = await Promise.all([
      shop.body(201, 'POST', '/customers', { form: { ...words, reference: 'f' } }),
      shop.body(201, 'POST', '/customers', { multipart }),
      shop.body(201, 'POST', '/customers', { json: { ...words, reference: 'j', creditLimit: 12.5, isActive: false } }),
    ]);
    const told = bodies.map(({ name, phone, creditLimit, isActive }) => ({ name, phone, creditLimit, isActive }));
    assert.deepEqual(told, Array(3).fill({ name: 'Zoë 😀', phone: '1', creditLimit: 12.5, isActive: false }));
  });

  test('400 and 404, each documented fault in its words', async () => {
    const shop = await newShop({ regionLevel: 2 });
    const made = await shop.body(201, 'POST', '/customers', { form: { reference: 'taken', name: 'A' } });
    const top = await shop.region('Country', 1, null);
    const saveFailed = refusal('save_failed', 'Failed to save instance.');
    const faults: [number, Record<string, string>, object][] = [
      [400, { reference: '' }, refusal('missing_param', 'reference parameter is missing')],
      [400, { name: '' }, refusal('missing_param', 'name parameter is missing')],
      [400, { isSubCustomer: 'true' }, refusal('missing_param', 'parentCustomer parameter is missing')],
      [400, { reference: 'taken' }, refusal('not_unique', 'reference already used')],
      [400, { paymentTypes: '[{"id"=x}]' }, wrongType('payment type id')],
      [400, { paymentTypes: '7' }, wrongType('payment type id')],
      [400, { categoryId: 'x' }, wrongType('categoryId')],
      [400, { creditLimit: 'x' }, wrongType('creditLimit')],
      [404, { paymentTypes: '[{"id"=999}]' }, notFound("The payment type with the id 999 doesn't exist.")],
      [404, { paymentTypes: '[{"id":"-1"}]' }, notFound("The payment type with the id -1 doesn't exist.")],
      [404, { currency: 'GmBP' }, notFound("The currency with name GmBP doesn't exist.")],
      [404, { currency: 'ZZZ' }, notFound("The currency with name ZZZ doesn't exist.")],
      [404, { currency: 'GBP' }, notFound('The currency with name GBP is not configured.')],
      [
        404,
        { parentCustomer: '188911', isSubCustomer: 'true' },
        notFound("The parent customer with the id 188911 doesn't exist."),
      ],
      [404, { categoryId: '999999' }, notFound("The customer category with the id 999999 doesn't exist.")],
      [404, { customerSegmentationId: '9999' }, notFound("The customer segmentation with the id 9999 doesn't exist.")],
      [404, { userId: '9999' }, notFound("The user with the id 9999 doesn't exist.")],
      [404, { regionId: '9999' }, notFound("The region with the id 9999 doesn't exist.")],
      [404, { billingCountry: 'Narnia' }, notFound("The country with name Narnia doesn't exist.")],
      [404, { useExternalId: 'true', categoryId: 'x' }, notFound("The customer category with the id x doesn't exist.")],
      [400, { regionId: String(top) }, saveFailed],
      [400, { email: 'no email' }, saveFailed],
      [400, { customerRiskColor: 'red' }, saveFailed],
      [400, { billingLat: '91' }, saveFailed],
      [400, { name: 'x'.repeat(256) }, saveFailed],
      [400, { comment: 'a\u0000b' }, saveFailed],
      [400, { dueDateConfigNumber: '-1' }, saveFailed],
      // One fault is told, in the documented order.
      [
        404,
        { email: 'no email', reference: 'taken', currency: 'GBP' },
        notFound('The currency with name GBP is not configured.'),
      ],
      [400, { email: 'no email', reference: 'taken' }, refusal('not_unique', 'reference already used')],
    ];
    for (const [status, form, words] of faults) {
      assert.deepEqual(
        await shop.body(status, 'POST', '/customers', { form: { reference: 'new', name: 'A', ...form } }),
        words,
      );
    }
    assert.deepEqual(await shop.body(200, 'GET', `/customers/${made.id}`), made);
    assert.equal((await shop.body(200, 'GET', '/customers')).paging.total, 1);
  });

  test('400, 413 and 415, bodies that cannot be read', async () => {
    const shop = await newShop();
    const post = async (body: string, type: string) => {
      const headers = { authorization: `Bearer ${shop.key}`, 'content-type': type };
      const { status } = await send('POST', '/api/v1.0/customers', { headers, text: body });
      return status;
    };
    assert.equal(await post('{', 'application/json'), 400);
    assert.equal(await post('[]', 'application/json'), 400);
    assert.equal(await post('null', 'application/json'), 400);
    assert.equal(await post('<a/>', 'text/xml'), 415);
    assert.equal(await post(`name=${'x'.repeat(3 * 1024 * 1024)}`, 'application/x-www-form-urlencoded'), 413);
  });

  test('403, a key that may not write; a page of somebody else’s with the cookie', async () => {
    const shop = await newShop();
    const reader = await shop.keyFor(['customers:read', 'references:read']);
    const headers = { authorization: `Bearer ${reader}` };
    const sent = { headers, form: { reference: 'a', name: 'A' } };
    assert.equal((await shop.body(403, 'POST', '/customers', sent)).error, 'access_denied');
    assert.equal((await shop.body(200, 'GET', '/customers', { headers })).paging.total, 0);
  });
});

describe('update', () => {
  test('200, what is absent stays and what is empty is cleared', async () => {
    const shop = await newShop();
    const form = {
      reference: 'a',
      name: 'A',
      email: 'a@example.com',
      phone: '1',
      mobile: '2',
      billingCity: 'Nice',
      billingAddress: '5 Rue Y',
    };
    const made = await shop.body(201, 'POST', '/customers', { form });
    const changed = await shop.body(200, 'POST', `/customers/${made.id}`, { form: { phone: '', billingCity: 'Lyon' } });
    assert.deepEqual({ ...changed, lastUpdated: made.lastUpdated }, { ...made, phone: null, billingCity: 'Lyon' });
  });

  test('200, references with useExternalId; paymentTypes replaces the list', async () => {
    const shop = await newShop();
    for (const reference of ['cash', 'cheque', 'card']) {
      await shop.body(201, 'POST', '/paymentTypes', { json: { reference, name: reference } });
    }
    const types = (...references: string[]) => ({
      useExternalId: 'true',
      paymentTypes: JSON.stringify(references.map((id) => ({ id }))),
    });
    const made = await shop.body(201, 'POST', '/customers', {
      form: { reference: 'a', name: 'A', ...types('cash', 'cheque') },
    });
    const of = ({ paymentTypes }: { paymentTypes: { reference: string }[] }) =>
      paymentTypes.map((one) => one.reference);
    assert.deepEqual(of(made), ['cash', 'cheque']);
    const path = `/customers/${made.id}`;
    assert.deepEqual(of(await shop.body(200, 'POST', path, { form: types('card') })), ['card']);
    assert.deepEqual(of(await shop.body(200, 'POST', path, { form: { name: 'B' } })), ['card']);
    assert.deepEqual(of(await shop.body(200, 'POST', path, { form: { paymentTypes: '[]' } })), []);
  });

  test('404, a customer cannot be below itself, nor below its own subcustomers', async () => {
    const shop = await newShop();
    const a = await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    const below = { reference: 'b', name: 'B', isSubCustomer: 'true', parentCustomer: String(a.id) };
    const b = await shop.body(201, 'POST', '/customers', { form: below });
    const words = notFound('The customer cannot be a subcustomer of itself.');
    for (const parent of [a, b]) {
      const form = { isSubCustomer: 'true', parentCustomer: String(parent.id) };
      assert.deepEqual(await shop.body(404, 'POST', `/customers/${a.id}`, { form }), words);
    }
    const free = await shop.body(200, 'POST', `/customers/${b.id}`, { form: { isSubCustomer: 'false' } });
    assert.deepEqual([free.isSubCustomer, free.parentCustomer], [false, null]);
  });
});

describe('upsert', () => {
  test('201 created, then 200 updated, by references or by ids that are no reference', async () => {
    const shop = await newShop();
    const root = (await shop.body(200, 'GET', '/customerCategories')).data[0];
    const seven = await shop.body(201, 'POST', '/customerCategories', {
      form: { reference: String(root.id), name: 'Seven', isRoot: 'true' },
    });
    const path = '/customers/reference/a%2Fb';
    const made = await shop.body(201, 'POST', path, { form: { name: 'A', reference: 'ignored', categoryId: 'root' } });
    assert.deepEqual([made.reference, made.customerCategory.id], ['a/b', root.id]);
    const byReference = await shop.body(200, 'POST', path, { form: { categoryId: String(root.id) } });
    assert.equal(byReference.customerCategory.id, seven.id, 'digits that are a reference name it');
    const byId = await shop.body(200, 'POST', path, { form: { categoryId: String(seven.id) } });
    assert.equal(byId.customerCategory.id, seven.id, 'digits that are no reference are an id');
    const renamed = await shop.body(200, 'POST', path, { form: { reference: 'c' } });
    assert.deepEqual([renamed.id, renamed.reference], [made.id, 'c']);
    await shop.body(404, 'GET', path);
  });

  test('400, a new one needs a name', async () => {
    const shop = await newShop();
    const words = refusal('missing_param', 'name parameter is missing');
    assert.deepEqual(await shop.body(400, 'POST', '/customers/reference/a', { form: { phone: '1' } }), words);
    assert.deepEqual(await shop.body(400, 'POST', '/customers/reference/a', {}), words);
  });

  test('201 once, however many ask at once', async () => {
    const shop = await newShop();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        shop.call('POST', '/customers/reference/a', { form: { name: `A ${i % 2}` } }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [...Array(9).fill(200), 201]);
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  });
});

describe('delete', () => {
  test('200, success is text, and the reference is free again', async () => {
    const shop = await newShop();
    const gone = { success: 'true', success_description: 'Instance deleted successfully' };
    const { id } = await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    assert.deepEqual(await shop.body(200, 'DELETE', `/customers/${id}`), gone);
    await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    assert.deepEqual(await shop.body(200, 'DELETE', '/customers/reference/a'), gone);
    await shop.body(404, 'DELETE', '/customers/reference/a');
    assert.deepEqual(await shop.body(400, 'DELETE', '/customers/a'), wrongType('id'));
  });

  test('400, while subcustomers point at it', async () => {
    const shop = await newShop();
    const { id } = await shop.body(201, 'POST', '/customers', { form: { reference: 'a', name: 'A' } });
    const form = { reference: 'b', name: 'B', isSubCustomer: 'true', parentCustomer: String(id) };
    await shop.body(201, 'POST', '/customers', { form });
    const words = refusal('delete_failed', 'Failed to delete instance.');
    assert.deepEqual(await shop.body(400, 'DELETE', `/customers/${id}`), words);
  });
});
