import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newTenant, send, type Tenant } from './oauth.ts';

/** What of an answer is expected; members that are not named may be anything. */
function shown(answer: unknown, expected: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(answer)) return answer.map((one, at) => shown(one, expected[at]));
  if (typeof expected !== 'object' || expected === null || typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.keys(expected)
      .map((name) => [name, Reflect.get(answer, name)])
      .map(([name, value]) => [name, shown(value, Reflect.get(expected, name))]),
  );
}

const identity = '02016126007';
const phone = '+4712345678';
const email = 'ola.nordmann@hotmail.no';
const address = {
  line1: 'Grubbegata 6A',
  street: 'Grubbegata',
  streetNumber: 6,
  entrance: 'A',
  postalCode: '0179',
  city: 'Oslo',
  country: 'NO',
};

/** Each tongue’s way to read customer `c1`. */
const readers = {
  graphql: async ({ graphql }: Tenant) =>
    (
      await graphql(`{ customer(by: { reference: "c1" }) { reference name kind identity { masked } email emails phone fax
        person { firstName middleName lastName } company { name department organizationNumber }
        phones { number e164 kind } riskScore existingCustomer invoiceEmail comment
        billingAddress { line1 street streetNumber entrance postalCode city country } } }`)
    ).customer,
  valomnia: async ({ apiKey }: Tenant) => (await send(apiKey, 'GET', '/api/v1.0/customers/reference/c1')).body,
  riverty: async ({ call, clientId }: Tenant) => (await call('GET', `/v1/clients/${clientId}/customers/c1`)).body,
  connect: async (tenant: Tenant) =>
    (await tenant.call('GET', `/v1/client/customer/info/${await numberOf(tenant)}`)).body,
  connectSearch: async ({ call }: Tenant) =>
    (await call('POST', '/v1/client/customer/search', { json: { phoneNumber: phone } })).body.customers[0],
  worldline: async (tenant: Tenant) => {
    const merchant = await tenant.merchant();
    // In Norway persons are looked up by phone and postal code, and their number is not told.
    const values = [
      { key: 'phoneNumber', value: phone },
      { key: 'zip', value: '0179' },
    ];
    return (await merchant('POST', '/products/9000/customerDetails', { countryCode: 'NO', values })).body;
  },
};
type Tongue = keyof typeof readers;

async function numberOf({ graphql }: Tenant): Promise<number> {
  return (await graphql('{ customer(by: { reference: "c1" }) { customerNumber } }')).customer.customerNumber;
}

/** Each tongue’s way to write customer `c1`. */
const writers = {
  graphql: (tenant: Tenant, input: object) => tenant.customer({ reference: 'c1', ...input }),
  async valomnia({ apiKey }: Tenant, json: object) {
    const { status, text } = await send(apiKey, 'POST', '/api/v1.0/customers/reference/c1', { json });
    assert.ok(status === 200 || status === 201, text);
  },
  async riverty({ call, clientId }: Tenant, json: object) {
    const { status, text } = await call('PUT', `/v1/clients/${clientId}/customers/c1`, { json });
    assert.ok(status === 200 || status === 201, text);
  },
  /** Connect changes a user’s own customer; it makes none. */
  async connect(tenant: Tenant, json: object) {
    const { customer } = await tenant.graphql('{ customer(by: { reference: "c1" }) { numericId } }');
    const { numericId } =
      customer ?? (await tenant.customer({ reference: 'c1', name: 'x', person: { lastName: 'x' } }));
    const token = await tenant.userToken(numericId);
    const { status, text } = await send(token, 'POST', '/v1/customer/info', { json });
    assert.equal(status, 200, text);
  },
};

const valomnia = {
  name: 'Ola Nordmann',
  email,
  phone: '12 34 56 78',
  fax: '22 33 44 55',
  billingAddress: 'Grubbegata 6A',
  billingPostalCode: '0179',
  billingCity: 'Oslo',
  billingCountry: 'Norway',
  companyRegistrationNumber: '974 760 673',
};
const riverty = {
  type: 'Person',
  person: { ssn: identity, firstName: 'Ola', lastName: 'Nordmann' },
  phoneNumber: phone,
  email,
  address: { addressLine: 'Grubbegata 6A', postalCode: '0179', postalPlace: 'Oslo', countryCode: 'NO' },
};
const { ssn: _, ...rivertyPerson } = riverty.person;
const connect = {
  name: {
    firstName: 'Ola',
    middleName: 'Solstrand',
    lastName: 'Nordmann',
    companyName: 'Acme',
    departmentName: 'Support',
  },
  phoneNumbers: [{ phoneNumber: phone, phoneNumberType: 'mobile' }],
  emails: [email, 'second@example.com'],
  invoiceEmailAddress: 'invoice@example.com',
};
const connectAddress = {
  streetAddress: 'Grubbegata',
  streetNumber: 6,
  entrance: 'A',
  postalCode: '0179',
  postalPlace: 'Oslo',
  countryCode: 'NO',
};

/** Written in one tongue, read in all: what each must then say. */
const written: { in: keyof typeof writers; words: object; read: Partial<Record<Tongue, object>> }[] = [
  {
    in: 'graphql',
    words: {
      person: { firstName: 'Ola', lastName: 'Nordmann' },
      identity,
      phones: [{ number: '12 34 56 78' }],
      emails: [email],
      billingAddress: {
        street: 'Grubbegata',
        streetNumber: 6,
        entrance: 'A',
        postalCode: '0179',
        city: 'Oslo',
        country: 'NO',
      },
      language: 'nb',
    },
    read: {
      valomnia: {
        reference: 'c1',
        name: 'Ola Nordmann',
        email,
        phone: '12 34 56 78',
        billingAddress: 'Grubbegata 6A',
        billingCity: 'Oslo',
      },
      riverty: { customerNumber: 'c1', ...riverty, person: rivertyPerson },
      connect: {
        name: { firstName: 'Ola', middleName: null, lastName: 'Nordmann', companyName: null, departmentName: null },
        phoneNumbers: [{ phoneNumber: phone, phoneNumberType: 'personal' }],
        emails: [email],
      },
      connectSearch: { address: connectAddress },
      worldline: {
        firstName: 'Ola',
        surname: 'Nordmann',
        street: 'Grubbegata 6A',
        zip: '0179',
        city: 'Oslo',
        country: 'NO',
        emailAddress: email,
        phoneNumber: '12 34 56 78',
        languageCode: 'nb',
      },
    },
  },
  {
    in: 'valomnia',
    words: valomnia,
    read: {
      graphql: {
        name: 'Ola Nordmann',
        kind: 'UNDEFINED',
        phone: '12 34 56 78',
        fax: '22 33 44 55',
        email,
        billingAddress: address,
        company: { organizationNumber: '974 760 673' },
      },
      riverty: {
        customerNumber: 'c1',
        type: 'Undefined',
        phoneNumber: phone,
        email,
        address: riverty.address,
        company: { organizationNumber: '974 760 673' },
      },
      connect: {
        name: { firstName: null, middleName: null, lastName: 'Ola Nordmann', companyName: null, departmentName: null },
        phoneNumbers: [{ phoneNumber: phone, phoneNumberType: 'personal' }],
        emails: [email],
      },
      connectSearch: { address: connectAddress },
    },
  },
  {
    in: 'riverty',
    words: riverty,
    read: {
      graphql: { reference: 'c1', name: 'Ola Nordmann', kind: 'PERSON', phone, email, billingAddress: address },
      valomnia: {
        reference: 'c1',
        name: 'Ola Nordmann',
        email,
        phone,
        billingAddress: 'Grubbegata 6A',
        billingPostalCode: '0179',
        isActive: true,
        currency: 'NOK',
      },
      connect: {
        name: { ...connect.name, middleName: null, companyName: null, departmentName: null },
        emails: [email],
      },
      connectSearch: { address: connectAddress },
      worldline: {
        firstName: 'Ola',
        surname: 'Nordmann',
        street: 'Grubbegata 6A',
        zip: '0179',
        city: 'Oslo',
        phoneNumber: phone,
      },
    },
  },
  {
    in: 'connect',
    words: connect,
    read: {
      graphql: {
        kind: 'PERSON',
        person: { firstName: 'Ola', middleName: 'Solstrand', lastName: 'Nordmann' },
        company: { name: 'Acme', department: 'Support' },
        phones: [{ number: phone, e164: phone, kind: 'mobile' }],
        emails: connect.emails,
        invoiceEmail: 'invoice@example.com',
      },
      valomnia: { email, phone, mobile: phone },
      riverty: { type: 'Person', person: rivertyPerson, company: { name: 'Acme' }, phoneNumber: phone, email },
    },
  },
];

describe('written in one tongue, read in all', () => {
  for (const { in: tongue, words, read } of written) {
    test(`${tongue}, by ${Object.keys(read).join(', ')}`, async () => {
      const tenant = await newTenant();
      await writers[tongue](tenant, words);
      for (const [reader, expected] of Object.entries(read)) {
        const answer = await readers[reader as Tongue](tenant);
        assert.deepEqual(shown(answer, expected), expected, reader);
      }
    });
  }
});

describe('what a tongue cannot say it does not erase', () => {
  /** Everything that some tongue can say and another cannot. */
  const whole = {
    person: { firstName: 'Ola', middleName: 'S.', lastName: 'Nordmann' },
    company: { name: 'Acme', department: 'Support', organizationNumber: '974760673' },
    identity,
    phones: [{ number: phone }, { number: '22334455', kind: 'fax' }],
    emails: [email, 'second@example.com'],
    invoiceEmail: 'invoice@example.com',
    billingAddress: { ...address, careOf: 'Kari', line2: 'Second floor', latitude: 59.9 },
    shippingAddress: { line1: 'Elsewhere 1', city: 'Bergen' },
    riskScore: '7.5',
    existingCustomer: true,
    productCodes: ['p1'],
    language: 'nb',
    comment: 'stays',
    creditLimit: '5000',
    taxNumber: 'NO974760673MVA',
  };
  const all = `{ customer(by: { reference: "c1" }) { version
    person { firstName middleName lastName } company { name department organizationNumber } identity { masked }
    phones { number kind } emails invoiceEmail
    billingAddress { line1 line2 careOf street streetNumber entrance postalCode city country latitude }
    shippingAddress { line1 city } riskScore existingCustomer productCodes language comment creditLimit taxNumber paymentId } }`;

  const sames: [tongue: 'valomnia' | 'riverty' | 'connect', words: object, changed: object][] = [
    [
      'valomnia',
      { email, phone, billingCity: 'Oslo', companyRegistrationNumber: '974760673', comment: 'new' },
      { comment: 'new' },
    ],
    [
      'riverty',
      {
        ...riverty,
        company: { name: 'Acme', organizationNumber: '974760673' },
        address: { ...riverty.address, addressLine2: 'Third floor' },
      },
      { billingAddress: { line2: 'Third floor' } },
    ],
    [
      'connect',
      { ...connect, name: { ...connect.name, middleName: 'T.' }, phoneNumbers: [{ phoneNumber: phone }] },
      { person: { middleName: 'T.' } },
    ],
  ];
  for (const [tongue, words, changed] of sames) {
    test(tongue, async () => {
      const tenant = await newTenant();
      await tenant.customer({ reference: 'c1', ...whole });
      const before = (await tenant.graphql(all)).customer;
      await writers[tongue](tenant, words);
      const { version, ...after } = (await tenant.graphql(all)).customer;
      const { version: first, ...kept } = before;
      const expected = Object.fromEntries(
        Object.entries(kept).map(([name, value]) => {
          const part = Reflect.get(changed, name);
          return [name, typeof part === 'object' ? { ...(value as object), ...part } : (part ?? value)];
        }),
      );
      assert.deepEqual(after, expected);
      assert.equal(version, first + 1);
    });
  }

  test('a customer read and written back in Riverty and in Connect stays as it was', async () => {
    const tenant = await newTenant();
    await tenant.customer({ reference: 'c1', ...whole });
    const before = (await tenant.graphql(all)).customer;
    await writers.riverty(tenant, await readers.riverty(tenant));
    await writers.connect(tenant, await readers.connect(tenant));
    const { phones, ...after } = (await tenant.graphql(all)).customer;
    // Connect's list names a kind for every phone.
    const kinds = [
      { number: phone, kind: 'personal' },
      { number: '22334455', kind: 'fax' },
    ];
    assert.deepEqual({ ...after, phones }, { ...before, phones: kinds, version: after.version });
  });
});
