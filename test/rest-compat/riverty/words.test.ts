import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { riverty } from '../../../src/rest-compat/riverty/index.ts';
import { wordsOf } from '../said.ts';

const { say, answer, tell } = wordsOf(riverty);
const example = JSON.parse(readFileSync('examples/riverty/put-customer.json', 'utf8'));
const path = '/customers/{customerNumber}';
const params = { clientId: '1234', customerNumber: 'customer-person-1' };
const put = (body: unknown) => say('PUT', path, { params, body });
const address = { addressLine: 'a', postalCode: '1', postalPlace: 'b', countryCode: 'NO' };

/** The documented refusal, for these parameters. */
const refused = (...invalidParameters: { name: string; reason: string }[]) => ({
  status: 400,
  headers: {},
  body: {
    type: 'https://api.example/errors/validation-error',
    title: 'Request did not validate',
    details: invalidParameters.map(({ name, reason }) => `${name} ${reason}.`).join(' '),
    category: 'BusinessError',
    invalidParameters,
  },
});
const required = (name: string) => ({ name, reason: 'is required' });

describe('PUT', () => {
  test('all that is documented is said, and what is absent is cleared', () => {
    assert.deepEqual(put(example.request.body), {
      by: { reference: 'customer-person-1' },
      input: {
        kind: 'PERSON',
        person: { firstName: 'Tom', lastName: 'Customer' },
        company: { name: null, organizationNumber: null },
        phone: '+4712345678',
        keepPhonesAsTyped: true,
        email: 'tom.customer@mail.com',
        billingAddress: {
          line1: 'Customer Street 1',
          line2: null,
          line3: null,
          postalCode: '0002',
          city: 'CSTM',
          country: 'NO',
        },
        identity: '02016126007',
      },
    });
  });

  test('what no answer ever shows stays when it is absent, null or empty', () => {
    const body = { type: 1, person: { firstName: 'Tom', ssn: '' }, address, existingCustomer: null };
    const { input } = put(body) as { input: object };
    for (const name of ['identity', 'existingCustomer', 'riskScore']) assert.ok(!(name in input), name);
  });

  test('a person’s facts are ignored of a company, whatever they are', () => {
    const body = { type: 2, company: { name: 'Acme' }, address, existingCustomer: true, individualRiskScore: 'high' };
    const { input } = put(body) as { input: Record<string, unknown> };
    assert.deepEqual([input.kind, 'existingCustomer' in input, 'riskScore' in input], ['COMPANY', false, false]);
  });

  test('a risk score of another form is told as that', () => {
    for (const individualRiskScore of [[], {}, true])
      assert.deepEqual(
        put({ type: 'Person', person: { lastName: 'x' }, address, individualRiskScore }),
        refused({ name: 'individualRiskScore', reason: 'must be a string or a number' }),
      );
  });

  test('a risk score is text, or a number as in the newer payload', () => {
    for (const [individualRiskScore, riskScore] of [
      ['12.5', '12.5'],
      [12.5, '12.5'],
      [0.1 + 0.2, '0.3'],
      [1e-7, '0.0000001'],
    ]) {
      const body = { type: 'Person', person: { lastName: 'C' }, address, existingCustomer: false, individualRiskScore };
      const { input } = put(body) as { input: Record<string, unknown> };
      assert.deepEqual([input.riskScore, input.existingCustomer], [riskScore, false]);
    }
  });

  test('400, everything that is missing is named at once', () => {
    assert.deepEqual(put({}), refused(required('type'), required('address')));
    assert.deepEqual(
      put({ type: 'Person', address: { addressLine: '', postalCode: null } }),
      refused(
        required('address.addressLine'),
        required('address.postalCode'),
        required('address.postalPlace'),
        required('address.countryCode'),
        { name: 'person', reason: 'is required for a Person' },
      ),
    );
    assert.deepEqual(
      put({ type: 'Company', company: {}, person: { lastName: 'x' }, address }),
      refused({ name: 'company', reason: 'is required for a Company' }),
    );
  });

  test('what only people have is ignored of a company, whatever it is', () => {
    for (const individualRiskScore of [true, { a: 1 }, 'high'])
      assert.deepEqual(
        put({ type: 'Company', company: { name: 'A' }, address, individualRiskScore, existingCustomer: 'yes' }),
        put({ type: 'Company', company: { name: 'A' }, address }),
      );
  });

  test('400, a value of another form', () => {
    for (const type of ['Undefined', 'person', 3, '1']) {
      assert.deepEqual(
        put({ type, person: { lastName: 'x' }, address }),
        refused({ name: 'type', reason: 'must be Person or Company' }),
      );
    }
    assert.deepEqual(
      put({ type: 'Person', person: { firstName: 1 }, address, email: [], existingCustomer: 'yes' }),
      refused(
        { name: 'person.firstName', reason: 'must be a string' },
        { name: 'email', reason: 'must be a string' },
        { name: 'existingCustomer', reason: 'must be true or false' },
      ),
    );
    assert.deepEqual(
      put({ type: 'Person', person: { lastName: 'x' }, address, individualRiskScore: 'high' }),
      refused({ name: 'individualRiskScore', reason: 'must be a decimal number' }),
    );
    assert.deepEqual(
      put({ type: 'Person', person: { lastName: 'x' }, address, individualRiskScore: {} }),
      refused({ name: 'individualRiskScore', reason: 'must be a string or a number' }),
    );
    assert.deepEqual(put(null), refused(required('body')));
    for (const body of [[], 'text'])
      assert.deepEqual(put(body), refused({ name: 'body', reason: 'must be an object' }));
  });

  test('400, a customer number that is too long, or a path of its own', () => {
    const number = (customerNumber: string) =>
      say('PUT', path, { params: { ...params, customerNumber }, body: example.request.body });
    assert.deepEqual(
      number('x'.repeat(101)),
      refused({ name: 'customerNumber', reason: 'is longer than 100 characters' }),
    );
    assert.deepEqual(number('search'), refused({ name: 'customerNumber', reason: 'must not be search' }));
    assert.ok('by' in number('x'.repeat(100)));
  });

  test('400, a fault that the operation finds has the documented name', () => {
    const { body } = tell('INVALID_INPUT', [
      { code: 'COUNTRY_UNKNOWN', path: ['input', 'billingAddress', 'country'], message: 'is no country' },
      { code: 'VALUE_INVALID', path: ['input', 'email'], message: 'Invalid input: a library’s words' },
    ]) as { body: { details: string } };
    assert.equal(body.details, 'address.countryCode is no country. email is not valid.');
  });
});

describe('lookup', () => {
  const lookup = (body: unknown) => say('POST', '/lookup/customer', { body });
  const older = { lookupField: 'PhoneNumber', lookupValue: '+4712345678' };

  test('an object, a list of one and the newer payload ask the same', () => {
    const asked = { field: 'PHONE_NUMBER', value: '+4712345678' };
    assert.deepEqual(lookup(older), asked);
    assert.deepEqual(lookup([older]), asked);
    const newer = { lookup: { type: 'PhoneNumber', value: '+4712345678' } };
    assert.deepEqual(lookup(newer), asked);
    assert.deepEqual(lookup({ ...newer, customerNumber: 'c1', individualRiskScore: 3 }), {
      ...asked,
      reference: 'c1',
      riskScore: '3',
    });
  });

  test('400, no field, no value, or one of another form', () => {
    assert.deepEqual(lookup({}), refused(required('lookupField'), required('lookupValue')));
    assert.deepEqual(lookup({ ...older, lookupValue: '' }), refused(required('lookupValue')));
    const field = { name: 'lookupField', reason: 'must be IdentificationNumber or PhoneNumber' };
    assert.deepEqual(lookup({ ...older, lookupField: 'Email' }), refused(field));
    assert.deepEqual(
      lookup({ lookup: { type: 'Email' } }),
      refused({ ...field, name: 'lookup.type' }, required('lookup.value')),
    );
    const list = { name: 'body', reason: 'must be an object, or a list of one' };
    assert.deepEqual(lookup(null), refused(required('body')));
    for (const body of [[], [older, older], 'text']) assert.deepEqual(lookup(body), refused(list));
    assert.deepEqual(
      lookup({ lookup: { type: 'PhoneNumber', value: '1' }, customerNumber: 'search' }),
      refused({ name: 'customerNumber', reason: 'must not be search' }),
    );
  });
});

describe('search', () => {
  const search = (query: object, body: unknown = {}) => say('POST', '/customers/search', { query, body });
  const usual = { first: 100, offset: 0, filter: {}, orderBy: [{ field: 'REFERENCE', direction: 'DESC' }] };

  test('the documented defaults', () => assert.deepEqual(search({}), usual));

  test('page, size, sort and order, in any case, as the link writes them', () => {
    const query = { page: '3', perPage: '20', sort: 'NAME', order: 'ASC' };
    const asked = { ...usual, first: 20, offset: 40, orderBy: [{ field: 'NAME', direction: 'ASC' }] };
    assert.deepEqual(search(query), asked);
    assert.deepEqual(search({ page: '999999999', perPage: '1000' }), { ...usual, first: 1000, offset: 2 ** 31 - 1 });
    assert.deepEqual(search({ sort: 'ssn', order: '' }), usual);
  });

  test('each column has its comparison', () => {
    const by = (searchColumn: string, searchValue: string) =>
      (search({}, { searchColumn, searchValue }) as { filter: unknown }).filter;
    assert.deepEqual(by('customerNumber', 'c1'), { reference: { equals: 'c1' } });
    assert.deepEqual(by('Name', 'tom'), { name: { contains: 'tom', ignoreCase: true } });
    assert.deepEqual(by('ssn', '02016126007'), { identity: '02016126007' });
    assert.deepEqual(by('organizationNumber', '123'), { organizationNumber: '123' });
    assert.deepEqual(by('clientId', '1234'), {});
    assert.deepEqual(by('clientId', '99'), { or: [] });
  });

  test('400, a column, a page or a size that there is not', () => {
    const column = 'must be one of clientId, customerNumber, name, ssn, organizationNumber';
    assert.deepEqual(
      search({ page: '0', perPage: '1001', sort: 'email', order: 'up' }),
      refused(
        { name: 'page', reason: 'must be 1 to 999999999' },
        { name: 'perPage', reason: 'must be 1 to 1000' },
        { name: 'sort', reason: column },
        { name: 'order', reason: 'must be asc or desc' },
      ),
    );
    assert.deepEqual(
      search({}, { searchColumn: 'email', searchValue: 'x' }),
      refused({ name: 'searchColumn', reason: column }),
    );
    assert.deepEqual(search({}, { searchColumn: 'name' }), refused(required('searchValue')));
    assert.deepEqual(search({}, { searchValue: 'x' }), refused(required('searchColumn')));
    assert.deepEqual(search({ page: 'x' }), refused({ name: 'page', reason: 'must be an integer of at least 1' }));
  });
});

describe('the customer as answered', () => {
  const nobody = {
    reference: 'a/b',
    kind: 'UNDEFINED',
    name: 'a/b',
    person: null,
    company: null,
    phones: [],
    email: null,
    paymentId: '291069002072200000004',
    billingAddress: null,
  };
  const show = (customer: object, base?: string) =>
    answer('GET', path, { customer }, { params }, base).body as Record<string, unknown>;

  test('what has no value is left out, and links lead back', () => {
    const { _links, ...rest } = show(nobody);
    assert.deepEqual(rest, {
      customerNumber: 'a/b',
      type: 'Undefined',
      paymentMeans: { paymentId: '291069002072200000004' },
    });
    assert.deepEqual((_links as { href: string }[])[0]?.href, 'https://api.example/v1/clients/1234/customers/a%2Fb');
  });

  test('links keep the vendor’s prefix, and always say clients', () => {
    const href = (base: string) => (show(nobody, base)._links as { href: string }[])[0]?.href;
    const vendors = 'https://api.example/customer/v1/clients/1234/customers/a%2Fb';
    assert.equal(href('/customer/v1/client/1234'), vendors);
    assert.equal(href('/customer/v1/clients/1234'), vendors);
    assert.equal(href('/v1/client/1234'), 'https://api.example/v1/clients/1234/customers/a%2Fb');
  });

  test('the primary phone is in E.164 where it can be read, else as typed', () => {
    const phones = [
      { number: '99', e164: null, primary: false },
      { number: '12 34 56 78', e164: '+4712345678', primary: true },
    ];
    assert.equal(show({ ...nobody, phones }).phoneNumber, '+4712345678');
    assert.equal(show({ ...nobody, phones: [{ number: 'x 1', e164: null, primary: true }] }).phoneNumber, 'x 1');
  });

  test('of whom only a display name is known, it is the last or the company’s name', () => {
    assert.deepEqual(show({ ...nobody, kind: 'PERSON', name: 'Ola N' }).person, { lastName: 'Ola N' });
    assert.deepEqual(show({ ...nobody, kind: 'COMPANY', name: 'Acme' }).company, { name: 'Acme' });
  });
});

test('every kind of error has a problem body', () => {
  const kinds = [
    ['UNAUTHENTICATED', 401, 'unauthenticated', 'BusinessError'],
    ['FORBIDDEN', 403, 'forbidden', 'BusinessError'],
    ['CUSTOMER_NOT_FOUND', 404, 'customer-not-found', 'BusinessError'],
    ['METHOD_NOT_ALLOWED', 405, 'method-not-allowed', 'BusinessError'],
    ['REFERENCE_TAKEN', 409, 'reference-taken', 'BusinessError'],
    ['VERSION_STALE', 412, 'version-stale', 'BusinessError'],
    ['TOO_LARGE', 413, 'too-large', 'BusinessError'],
    ['UNSUPPORTED_MEDIA', 415, 'unsupported-media', 'BusinessError'],
    ['IDEMPOTENCY_MISMATCH', 422, 'idempotency-mismatch', 'BusinessError'],
    ['RATE_LIMITED', 429, 'rate-limited', 'BusinessError'],
    ['INTERNAL', 500, 'internal', 'TechnicalError'],
    ['DIRECTORY_UNAVAILABLE', 503, 'directory-unavailable', 'TechnicalError'],
  ] as const;
  for (const [code, status, type, category] of kinds) {
    const told = tell(code);
    const body = told.body as Record<string, string>;
    assert.deepEqual([told.status, body.type, body.category], [status, `https://api.example/errors/${type}`, category]);
    assert.deepEqual(Object.keys(body), ['type', 'title', 'details', 'category']);
    assert.ok(body.title && body.details);
  }
});
