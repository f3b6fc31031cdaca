import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { connect } from '../../../src/rest-compat/connect/index.ts';
import { wordsOf } from '../said.ts';

const { say, answer, tell } = wordsOf(connect);
const example = (name: string) => JSON.parse(readFileSync(`examples/connect/${name}.json`, 'utf8'));
const refused = (errorMessage: string) => ({
  status: 400,
  headers: {},
  body: { exceptionType: 'INVALID_INPUT', errorMessage },
});

describe('change', () => {
  const change = (body: unknown) => say('POST', '/v1/customer/info', { body });
  const nobody = {
    person: { firstName: null, middleName: null, lastName: '-' },
    company: { name: null, department: null },
    voicePhones: [],
    keepPhonesAsTyped: true,
    emails: [],
    invoiceEmail: null,
  };

  test('all that is documented is replaced', () => {
    assert.deepEqual(change(example('change-customer-info').request.body), {
      input: {
        person: { firstName: 'Ola', middleName: 'Solstrand', lastName: 'Nordmann' },
        company: { name: 'Company International Ltd', department: 'Support' },
        kind: 'PERSON',
        voicePhones: [{ number: '+4712345678', kind: 'personal' }],
        keepPhonesAsTyped: true,
        emails: ['ola.nordmann@hotmail.no'],
        invoiceEmail: 'ola.nordmann@hotmail.no',
      },
    });
  });

  test('a request or a name without anything makes the last name "-"', () => {
    for (const body of [{}, null, { name: null }, { name: {} }, { name: { firstName: '', lastName: null } }]) {
      assert.deepEqual(change(body), { input: nobody });
    }
    assert.deepEqual(change({ emails: ['a@example.com'] }), { input: { ...nobody, emails: ['a@example.com'] } });
  });

  test('a company alone is one, and has no "-"', () => {
    const { input } = change({ name: { companyName: 'Acme' } }) as { input: typeof nobody & { kind: string } };
    assert.deepEqual(
      [input.kind, input.person.lastName, input.company],
      ['COMPANY', null, { name: 'Acme', department: null }],
    );
  });

  test('what a client read may be sent back', () => {
    const said = change(example('customer-info').response.body) as { input: object };
    assert.deepEqual(said, change(example('change-customer-info').request.body));
  });

  test('400, everything that is wrong is named at once', () => {
    assert.deepEqual(
      change({
        name: { firstName: 'x'.repeat(31), companyName: 'x'.repeat(41) },
        phoneNumbers: [{ phoneNumber: '1'.repeat(21), phoneNumberType: 7 }, {}],
        emails: ['none', 5],
        invoiceEmailAddress: `${'x'.repeat(60)}@example.com`,
      }),
      refused(
        'name.firstName is longer than 30 characters. name.companyName is longer than 40 characters. ' +
          'phoneNumbers.0.phoneNumber is longer than 20 characters. phoneNumbers.0.phoneNumberType must be a string. ' +
          'phoneNumbers.1.phoneNumber is required. emails.0 must be an email address. emails.1 must be a string. ' +
          'invoiceEmailAddress is longer than 60 characters.',
      ),
    );
    assert.deepEqual(change({ name: { firstName: 'Ola' } }), refused('name needs lastName or companyName.'));
    assert.deepEqual(
      change({ name: 'Ola', phoneNumbers: {}, emails: 'a@example.com' }),
      refused('name must be an object. phoneNumbers must be a list. emails must be a list.'),
    );
    assert.deepEqual(change([]), refused('The request must be an object.'));
  });

  test('400, a fault that the operation finds has the documented name', () => {
    const told = tell('INVALID_INPUT', [
      { code: 'VALUE_INVALID', path: ['input', 'voicePhones', '0', 'number'], message: 'is no phone' },
      { code: 'VALUE_INVALID', path: ['input', 'person', 'lastName'], message: 'is bad' },
      { code: 'VALUE_INVALID', path: ['input', 'company', 'name'], message: 'is bad' },
      { code: 'VALUE_INVALID', path: ['input', 'invoiceEmail'], message: 'is no email address' },
    ]);
    assert.deepEqual(
      told,
      refused(
        'phoneNumbers.0.phoneNumber is no phone. name.lastName is bad. name.companyName is bad. ' +
          'invoiceEmailAddress is no email address.',
      ),
    );
  });
});

describe('search', () => {
  const search = (body: unknown) => say('POST', '/v1/client/customer/search', { body });
  const filterOf = (body: object) => (search(body) as { filter: Record<string, unknown> }).filter;
  const same = (equals: string) => ({ equals, ignoreCase: true });

  test('each value narrows, and an empty one says nothing', () => {
    assert.deepEqual(search(example('search-customer').request.body), {
      first: 6,
      filter: {
        productCode: 'CO27409',
        companyName: same('Company International Ltd'),
        department: same('Support'),
        firstName: same('Ola'),
        middleName: same('Fjordstrand'),
        lastName: same('Nordmann'),
        or: [{ street: same('Grubbegata') }, { line1: same('Grubbegata') }],
        streetNumber: { equals: 6 },
        entrance: same('A'),
        postalCode: { in: ['179', '0179'], ignoreCase: true },
        city: same('Oslo'),
        country: 'NO',
        phone: '+4712345678',
        email: 'ola.nordmann@company.com',
      },
    });
  });

  test('a short postal code has its zeros in Norway and where no country is said', () => {
    const codes = (postalCode: unknown, countryCode?: string) =>
      (filterOf({ postalCode, countryCode, email: 'a@example.com' }).postalCode as { in: string[] }).in;
    assert.deepEqual(codes(179), ['179', '0179']);
    assert.deepEqual(codes('2', 'nor'), ['2', '0002']);
    assert.deepEqual(codes('179', 'SE'), ['179']);
    assert.deepEqual(codes('0179', 'NO'), ['0179']);
  });

  test('200, each of the combinations that are enough', () => {
    for (const body of [
      { companyName: 'Acme', streetAddress: 'x', postalCode: '1' },
      { lastName: 'Nordmann', streetAddress: 'x', postalPlace: 'Oslo' },
      { phoneNumber: '+4712345678' },
      { email: 'a@example.com' },
    ]) {
      assert.equal((search(body) as { first: number }).first, 6);
    }
  });

  test('400, what is not enough', () => {
    const needs =
      'The request needs companyName or lastName, with streetAddress, and postalCode or postalPlace; ' +
      'or else phoneNumber or email.';
    for (const body of [
      {},
      { lastName: 'Nordmann' },
      { lastName: 'Nordmann', streetAddress: 'x' },
      { lastName: 'Nordmann', postalCode: '1' },
      { streetAddress: 'x', postalCode: '1', postalPlace: 'Oslo' },
      { firstName: 'Ola', productCode: '1' },
      { phoneNumber: '', email: '' },
    ]) {
      assert.deepEqual(search(body), refused(needs));
    }
  });

  test('400, every documented limit', () => {
    const limits = {
      productCode: 12,
      companyName: 40,
      departmentName: 40,
      firstName: 30,
      middleName: 30,
      lastName: 30,
      careOfAddress: 40,
      streetAddress: 40,
      entrance: 12,
      postalCode: 10,
      postalPlace: 30,
      countryCode: 3,
    };
    for (const [name, limit] of Object.entries(limits)) {
      const body = (size: number) => ({ email: 'a@example.com', [name]: 'x'.repeat(size) });
      assert.ok('filter' in search(body(limit)), name);
      assert.deepEqual(search(body(limit + 1)), refused(`${name} is longer than ${limit} characters.`));
    }
  });

  test('400, a phone, an email or a number of another form', () => {
    for (const phoneNumber of ['12345678', '+47 12 34 56 78', '004712345678', '+0123']) {
      assert.deepEqual(search({ phoneNumber }), refused('phoneNumber must be in E.164.'));
    }
    for (const email of ['none', 'a@b', 'a b@example.com', '@example.com']) {
      assert.deepEqual(search({ email }), refused('email must be an email address.'));
    }
    assert.deepEqual(
      search({ email: 'a@example.com', streetNumber: '6', lastName: 5 }),
      refused('lastName must be a string. streetNumber must be an integer.'),
    );
    assert.deepEqual(
      search({ email: 'a@example.com', streetNumber: 6.5 }),
      refused('streetNumber must be an integer.'),
    );
  });

  test('403, more than five: the list is never cut in silence', () => {
    const none = { firstName: null, middleName: null, lastName: 'N' };
    const nodes = Array.from({ length: 6 }, (_, at) => ({
      customerNumber: at,
      kind: 'PERSON',
      name: 'N',
      person: none,
      company: null,
      phones: [],
      emails: [],
      billingAddress: null,
    }));
    const shown = (count: number) =>
      answer('POST', '/v1/client/customer/search', { customers: { nodes: nodes.slice(0, count) } }, {});
    assert.equal((shown(5).body as { customers: [] }).customers.length, 5);
    assert.throws(() => shown(6), { code: 'TOO_MANY_MATCHES' });
    const told = tell('TOO_MANY_MATCHES');
    assert.deepEqual([told.status, Object.keys(told.body as object)], [403, ['exceptionType', 'errorMessage']]);
  });
});

describe('check', () => {
  const check = (body: unknown) => say('POST', '/v1/client/credential/customers/check', { body });

  test('a credential that comes twice is asked once', () =>
    assert.deepEqual(check({ credentials: ['a', 'b', 'a'] }), { credentials: ['a', 'b'] }));

  test('400, no list, too long a list, or one of something else', () => {
    assert.deepEqual(check({}), refused('credentials is required.'));
    assert.deepEqual(check({ credentials: 'a' }), refused('credentials must be a list of strings.'));
    assert.deepEqual(check({ credentials: ['a', 5] }), refused('credentials.1 must be a string.'));
    const many = Array.from({ length: 101 }, String);
    assert.deepEqual(check({ credentials: many }), refused('credentials has more than 100 items.'));
  });
});

describe('info', () => {
  const path = '/v1/client/customer/info/{customerNumber}';
  const info = (customerNumber: string) => say('GET', path, { params: { customerNumber } });

  test('400, a customer number that is no integer; one beyond our integers is nobody’s', () => {
    assert.deepEqual(info('563457'), { by: { customerNumber: 563457 } });
    assert.deepEqual(info('9'.repeat(30)), { by: { customerNumber: -1 } });
    for (const number of ['abc', '1.5', '1e3', ' 1']) {
      assert.deepEqual(info(number), refused('customerNumber must be an integer.'));
    }
  });

  const nobody = {
    customerNumber: 7,
    kind: 'UNDEFINED',
    name: 'Marie’s Jewelry',
    person: null,
    company: null,
    phones: [],
    emails: [],
    invoiceEmail: null,
    logins: [],
  };
  const show = (customer: object) =>
    answer('GET', path, { customer: { ...nobody, ...customer } }, {}).body as Record<string, unknown>;

  test('lists without items are empty, single values are null, and a display name is the last name', () => {
    assert.deepEqual(show({}), {
      customerNumber: 7,
      name: { firstName: null, middleName: null, lastName: 'Marie’s Jewelry', companyName: null, departmentName: null },
      phoneNumbers: [],
      emails: [],
      invoiceEmailAddress: null,
      attachedUsers: [],
    });
    const company = show({ kind: 'COMPANY', name: 'Acme' }).name as Record<string, unknown>;
    assert.deepEqual([company.lastName, company.companyName], [null, 'Acme']);
  });

  test('phones are in E.164, the primary one first, a fax is none of them', () => {
    const phones = [
      { number: '1', e164: null, kind: 'mobile', primary: false },
      { number: '2', e164: null, kind: 'fax', primary: false },
      { number: '12 34 56 78', e164: '+4712345678', kind: null, primary: true },
    ];
    assert.deepEqual(show({ phones }).phoneNumbers, [
      { phoneNumber: '+4712345678', phoneNumberType: 'personal' },
      { phoneNumber: '1', phoneNumberType: 'mobile' },
    ]);
  });
});

describe('errors', () => {
  test('401 and 403 are OAuth’s, in both sets of fields', () => {
    for (const [code, status, error] of [
      ['UNAUTHENTICATED', 401, 'invalid_token'],
      ['FORBIDDEN', 403, 'insufficient_scope'],
    ] as const) {
      const { status: told, headers, body } = tell(code);
      const words = body as Record<string, string>;
      assert.deepEqual([told, words.error, words.exceptionType], [status, error, code]);
      assert.equal(words.error_description, words.errorMessage);
      assert.equal(headers?.['WWW-Authenticate'], `Bearer realm="Clientele", error="${error}"`);
    }
  });

  test('every other kind says the catalogue’s code', () => {
    for (const [code, status] of [
      ['CUSTOMER_NOT_FOUND', 404],
      ['METHOD_NOT_ALLOWED', 405],
      ['IDEMPOTENCY_IN_PROGRESS', 409],
      ['VERSION_STALE', 412],
      ['TOO_LARGE', 413],
      ['UNSUPPORTED_MEDIA', 415],
      ['IDEMPOTENCY_MISMATCH', 422],
      ['RATE_LIMITED', 429],
      ['INTERNAL', 500],
      ['UNAVAILABLE', 503],
    ] as const) {
      const told = tell(code);
      const body = told.body as Record<string, string>;
      assert.deepEqual([told.status, body.exceptionType], [status, code]);
      assert.deepEqual(Object.keys(body), ['exceptionType', 'errorMessage']);
    }
  });
});
