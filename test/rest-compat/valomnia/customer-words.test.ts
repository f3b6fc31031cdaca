import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Facts } from '../../../src/rest-compat/route.ts';
import { refused, say, withRegions, wrongType } from './said.ts';

describe('create', () => {
  const create = (body: object, known?: Facts) => say('POST', '/customers', { body }, known);

  test('a form’s texts become our values; what is empty takes its default', () => {
    const body = {
      reference: 'NC-3',
      name: "Marie's Jewelry",
      categoryId: '2',
      isSubCustomer: 'true',
      parentCustomer: '12',
      creditLimit: '5000',
      dueDateConfigNumber: '3',
      dueDateConfigType: '1',
      companyRegistrationNumber: '552 100 554',
      billingCountry: 'France',
      billingCity: 'Nice',
      billingLat: '43.7',
      phone: '',
      onHold: '',
      currency: '',
      paymentTypes: '[{"id"=7},{"id"=8}]',
      regionId: '3',
      unknown: 'ignored',
    };
    assert.deepEqual(create(body), {
      input: {
        reference: 'NC-3',
        name: "Marie's Jewelry",
        category: { numericId: 2 },
        parent: { numericId: 12 },
        creditLimit: '5000',
        paymentTerms: { days: 3, start: 'INVOICE_DATE' },
        company: { organizationNumber: '552 100 554' },
        billingAddress: { country: 'France', city: 'Nice', latitude: 43.7 },
        paymentTypes: [{ numericId: 7 }, { numericId: 8 }],
      },
    });
  });

  test('JSON carries the same values as a form', () => {
    const form = {
      reference: 'a',
      name: 'b',
      isActive: 'false',
      categoryId: '2',
      creditLimit: '1.5',
      paymentTypes: '[{"id":7}]',
    };
    const json = {
      reference: 'a',
      name: 'b',
      isActive: false,
      categoryId: 2,
      creditLimit: 1.5,
      paymentTypes: [{ id: 7 }],
    };
    assert.deepEqual(create(json), create(form));
  });

  test('a small number is one however it is written', () => {
    for (const creditLimit of ['1e-7', '0.0000001', 0.0000001])
      assert.deepEqual(say('POST', '/customers', { body: { reference: 'a', name: 'A', creditLimit } }), {
        input: { reference: 'a', name: 'A', creditLimit: '0.0000001' },
      });
  });

  test('useExternalId reads references', () => {
    const body = {
      reference: 'a',
      name: 'b',
      useExternalId: 'true',
      categoryId: 'jewelry',
      customerSegmentationId: 'seg_a',
      userId: 'emp-002',
      parentCustomer: '7',
      paymentTypes: '[{"id":"cash"},{"id"=8}]',
    };
    assert.deepEqual(create(body), {
      input: {
        reference: 'a',
        name: 'b',
        category: { reference: 'jewelry' },
        segmentation: { reference: 'seg_a' },
        createdBy: { reference: 'emp-002' },
        parent: { reference: '7' },
        paymentTypes: [{ reference: 'cash' }, { reference: '8' }],
      },
    });
  });

  test('a region counts only with geographical locations', () => {
    const body = { reference: 'a', name: 'b', regionId: '3' };
    assert.deepEqual(create(body), { input: { reference: 'a', name: 'b' } });
    assert.deepEqual(create(body, withRegions), { input: { reference: 'a', name: 'b', region: { numericId: 3 } } });
  });

  test('a picture is the bytes of the form’s file; an empty file field is none', () => {
    const bytes = new Uint8Array([1, 2]);
    const imageFile = { fileName: 'a.png', contentType: 'image/png', bytes };
    assert.deepEqual(create({ reference: 'a', name: 'b', imageFile }), {
      input: { reference: 'a', name: 'b', logo: { fileName: 'a.png', data: bytes } },
    });
    const empty = { fileName: '', contentType: '', bytes: new Uint8Array() };
    assert.deepEqual(create({ reference: 'a', name: 'b', imageFile: empty }), { input: { reference: 'a', name: 'b' } });
    assert.deepEqual(create({ reference: 'a', name: 'b', imageFile: 'text' }), wrongType('imageFile'));
  });

  test('400, one fault is told, what is missing first', () => {
    const missing = (name: string) => refused(400, 'missing_param', `${name} parameter is missing`);
    assert.deepEqual(create({}), missing('reference'));
    assert.deepEqual(create({ reference: 'a', name: '' }), missing('name'));
    assert.deepEqual(create({ categoryId: 'x', reference: 'a' }), missing('name'));
    assert.deepEqual(
      create({ reference: 'a', name: 'b', isSubCustomer: 'true', categoryId: 'x' }),
      missing('parentCustomer'),
    );
    assert.deepEqual(
      create({ reference: 'a', name: 'b', dueDateConfigType: '2', onHold: 'x' }),
      missing('dueDateConfigNumber'),
    );
  });

  test('400, values of the wrong type', () => {
    const one = (body: object) => create({ reference: 'a', name: 'b', ...body });
    for (const name of ['categoryId', 'customerSegmentationId', 'userId', 'regionId', 'creditLimit', 'billingLat']) {
      assert.deepEqual(one({ [name]: 'x' }), wrongType(name));
      assert.deepEqual(one({ [name]: { a: 1 } }), wrongType(name));
    }
    assert.deepEqual(one({ dueDateConfigNumber: '1.5' }), wrongType('dueDateConfigNumber'));
    assert.deepEqual(one({ creditLimit: 'NaN' }), wrongType('creditLimit'));
    // Of which JSON's numbers hold not every digit.
    for (const name of ['reference', 'barcode', 'creditLimit'])
      assert.deepEqual(one({ [name]: JSON.parse('12345678901234567890') }), wrongType(name));
    const boolean = 'An invalid value was specified for parameter: onHold (must be a boolean: true or false)';
    assert.deepEqual(one({ onHold: '1' }), refused(400, 'invalid_param_type', boolean));
  });

  test('400, payment types in any other form', () => {
    for (const paymentTypes of [
      '7',
      '[7]',
      '[{"id"=x}]',
      '[{"id":"x"}]',
      '{"id":7}',
      '[{"id":7.5}]',
      '[{"ref":7}]',
      '[{',
    ]) {
      assert.deepEqual(create({ reference: 'a', name: 'b', paymentTypes }), wrongType('payment type id'));
    }
  });

  test('400, a kind of due date that is not documented breaks a rule', () => {
    const body = { reference: 'a', name: 'b', dueDateConfigNumber: '1', dueDateConfigType: '3' };
    assert.deepEqual(create(body), refused(400, 'save_failed', 'Failed to save instance.'));
  });
});

describe('update and upsert', () => {
  test('absent is unchanged, empty is null, and an answer can be sent back', () => {
    const body = {
      email: '',
      categoryId: '',
      customerSegmentationId: '',
      isSubCustomer: 'false',
      parentCustomer: '9',
      paymentTypes: '',
      dueDateConfigNumber: '7',
      dueDateConfigType: 'daysAfterEndOfInvoiceMonth',
      address: '',
    };
    assert.deepEqual(say('POST', '/customers/{id}', { params: { id: '256' }, body }), {
      by: { numericId: 256 },
      input: {
        email: null,
        segmentation: null,
        parent: null,
        paymentTypes: [],
        paymentTerms: { days: 7, start: 'INVOICE_MONTH_END' },
        shippingAddress: { line1: null },
      },
    });
  });

  test('a parent may be said as answers show it', () => {
    const parentCustomer = { id: 9, reference: 'P', name: 'Parent', href: '/api/v1.0/customers/9' };
    const sent = say('POST', '/customers/{id}', { params: { id: '256' }, body: { parentCustomer } });
    assert.deepEqual(sent, { by: { numericId: 256 }, input: { parent: { numericId: 9 } } });
  });

  test('blank texts and an empty kind of due date are none; the days stay', () => {
    const body = { phone: '  ', mobile: '\t', taxNumber: ' ', companyRegistrationNumber: ' ', dueDateConfigType: '' };
    const none = { phone: null, mobile: null, taxNumber: null, company: { organizationNumber: null } };
    assert.deepEqual(say('POST', '/customers/{id}', { params: { id: '256' }, body }), {
      by: { numericId: 256 },
      input: { ...none, paymentTerms: { start: null } },
    });
  });

  test('an id is a Long, of which large ones are nobody’s; a credit limit of the right form may be too large', () => {
    const largest = '9223372036854775807';
    const update = (body: object) => say('POST', '/customers/{id}', { params: { id: largest }, body });
    assert.deepEqual(update({ parentCustomer: `-${largest}` }), {
      by: { numericId: Number.MAX_SAFE_INTEGER },
      input: { parent: { numericId: Number.MIN_SAFE_INTEGER } },
    });
    assert.deepEqual(update({ parentCustomer: '9223372036854775808' }), wrongType('parentCustomer'));
    for (const creditLimit of ['1e30', '100000000000000000000000', '-1e21'])
      assert.deepEqual(update({ creditLimit }), refused(400, 'save_failed', 'Failed to save instance.'));
    for (const creditLimit of ['1e999', 1234567890123456.8])
      assert.deepEqual(update({ creditLimit }), wrongType('creditLimit'));
    assert.deepEqual(update({ creditLimit: `${'0'.repeat(30)}5`, parentCustomer: ' ' }), {
      by: { numericId: Number.MAX_SAFE_INTEGER },
      input: { creditLimit: '5', parent: null },
    });
  });

  test('400, reference and name cannot be emptied; an id is an integer', () => {
    const update = (id: string, body: object) => say('POST', '/customers/{id}', { params: { id }, body });
    assert.deepEqual(update('1', { name: '' }), refused(400, 'missing_param', 'name parameter is missing'));
    assert.deepEqual(update('1', { reference: '' }), refused(400, 'missing_param', 'reference parameter is missing'));
    assert.deepEqual(update('abc', {}), wrongType('id'));
    assert.deepEqual(update('1e3', {}), wrongType('id'));
    assert.deepEqual(update('99999999999999999999', {}), wrongType('id'));
  });

  test('an upsert reads references, or digits that are none; a new customer needs a name', () => {
    const body = { reference: 'NC-4', categoryId: 'jewelry', userId: '2', paymentTypes: '[{"id"=7}]' };
    assert.deepEqual(say('POST', '/customers/reference/{reference...}', { params: { reference: 'NC-3' }, body }), {
      by: { reference: 'NC-3' },
      input: {
        reference: 'NC-4',
        category: { key: 'jewelry' },
        createdBy: { key: '2' },
        paymentTypes: [{ key: '7' }],
      },
    });
  });
});
