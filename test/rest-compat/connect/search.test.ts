import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { newTenant, type Tenant } from '../oauth.ts';

const example = (name: string) => JSON.parse(readFileSync(`examples/connect/${name}.json`, 'utf8'));
const documented = example('search-customer');
const check = example('check-customer-number');

/** The customer whom the documented request finds. */
const ola = {
  customerNumber: 563457,
  person: { firstName: 'Ola', middleName: 'Fjordstrand', lastName: 'Nordmann' },
  company: { name: 'Company International Ltd', department: 'Support' },
  emails: ['ola.nordmann@hotmail.no', 'ola.nordmann@company.com'],
  phones: [{ number: '12 34 56 78', kind: 'personal' }],
  billingAddress: { line1: 'Grubbegata 6A', postalCode: '0179', city: 'Oslo', country: 'NO' },
  productCodes: ['CO27409'],
};

let tenant: Tenant;
let other: Tenant;
before(async () => {
  [tenant, other] = await Promise.all([newTenant(), newTenant()]);
  const kari = { ...ola, customerNumber: 2, person: { firstName: 'Kari', lastName: 'NORDMANN' }, company: null };
  await tenant.customer(ola);
  await tenant.customer({ ...kari, emails: ['kari@example.com'], phones: [], productCodes: [] });
  await tenant.customer({
    customerNumber: 3,
    person: { lastName: 'Øst' },
    billingAddress: { line1: 'Postboks 12', postalCode: '0002', city: 'Bø', country: 'NO', careOf: 'Per' },
  });
  await other.customer(ola);
});

describe('search', () => {
  const search = (json: unknown, path = '/v1/client/customer/search') => tenant.call('POST', path, { json });
  const found = async (json: unknown) => {
    const { status, body } = await search(json);
    assert.equal(status, 200, JSON.stringify(body));
    return body.customers.map(({ customerNumber }: { customerNumber: number }) => customerNumber);
  };

  test('200, the documentation’s own example, below the vendor’s prefix too', async () => {
    for (const path of [documented.request.path, `/capi${documented.request.path}`]) {
      const { status, body } = await search(documented.request.body, path);
      assert.deepEqual([status, body], [documented.response.status, documented.response.body]);
    }
  });

  test('200, names and addresses compare without case, and each value narrows', async () => {
    const both = { lastName: 'nordmann', streetAddress: 'GRUBBEGATA', postalPlace: 'oslo' };
    assert.deepEqual(await found(both), [563457, 2]);
    assert.deepEqual(await found({ ...both, firstName: 'KARI' }), [2]);
    assert.deepEqual(await found({ ...both, productCode: 'CO27409' }), [563457]);
    assert.deepEqual(await found({ ...both, streetNumber: 6, entrance: 'a', postalCode: 179 }), [563457, 2]);
    assert.deepEqual(await found({ ...both, streetNumber: 7 }), []);
    assert.deepEqual(await found({ ...both, countryCode: 'NOR' }), [563457, 2]);
    assert.deepEqual(await found({ ...both, countryCode: 'SE' }), []);
    assert.deepEqual(await found({ ...both, email: 'KARI@example.com' }), [2]);
    assert.deepEqual(await found({ ...both, lastName: 'nord*' }), []);
  });

  test('200, an address whose street cannot be told is found by its line', async () => {
    const asked = { lastName: 'øst', streetAddress: 'postboks 12', postalCode: '2' };
    assert.deepEqual(await found(asked), [3]);
    assert.deepEqual(await found({ ...asked, careOfAddress: 'PER' }), [3]);
  });

  test('200, by phone or email alone; nobody is an empty list', async () => {
    assert.deepEqual(await found({ phoneNumber: '+4712345678' }), [563457]);
    assert.deepEqual(await found({ email: 'ola.nordmann@company.com' }), [563457]);
    assert.deepEqual(await found({ email: 'nobody@example.com' }), []);
  });

  test('400, what is not enough, or over a limit', async () => {
    for (const json of [{}, { lastName: 'Nordmann' }, { phoneNumber: '12345678' }, { lastName: 'x'.repeat(31) }, []]) {
      const { status, body } = await search(json);
      assert.deepEqual([status, body.exceptionType], [400, 'INVALID_INPUT']);
    }
  });

  test('403, more than five; 200, five', async () => {
    const crowd = await newTenant();
    const asked = { json: { phoneNumber: '+4799999999' } };
    for (let at = 0; at < 5; at++) await crowd.customer({ name: `N${at}`, phones: [{ number: '+4799999999' }] });
    const five = await crowd.call('POST', '/v1/client/customer/search', asked);
    assert.deepEqual([five.status, five.body.customers.length], [200, 5]);
    await crowd.customer({ name: 'N6', phones: [{ number: '99999999' }] });
    const { status, body } = await crowd.call('POST', '/v1/client/customer/search', asked);
    assert.deepEqual(
      [status, body],
      [403, { exceptionType: 'TOO_MANY_MATCHES', errorMessage: 'More records match than may be shown at once.' }],
    );
  });
});

describe('check', () => {
  const ask = (json: unknown) => tenant.call('POST', '/v1/client/credential/customers/check', { json });

  test('200, the documentation’s request: pairs of credential and customer, nobody’s left out', async () => {
    const { status, body } = await ask(check.request.body);
    assert.deepEqual([status, body], [check.response.status, check.response.body]);
  });

  test('200, emails in any case and phones in any format, as they were asked', async () => {
    const { body } = await ask({ credentials: ['OLA.nordmann@company.com', '+47 12 34 56 78', ''] });
    assert.deepEqual(body.customers, [
      { credential: 'OLA.nordmann@company.com', customerNumber: 563457 },
      { credential: '+47 12 34 56 78', customerNumber: 563457 },
    ]);
    assert.deepEqual((await ask({ credentials: [] })).body, { customers: [] });
  });

  test('200, a domain of any letters, in its own and in those of the name servers', async () => {
    const forms = ['ole@blåbær.no', 'ole@xn--blbr-roah.no'];
    for (const [at, email] of forms.entries()) await other.customer({ customerNumber: 70 + at, name: 'Ole', email });
    // A login of the same address is no second match.
    await other.graphql(
      `mutation ($by: CustomerBy!) { loginCreate(input: { uniqueId: "ole", customer: $by, credentials: [
        { credential: "ole@blåbær.no", type: "A_EMAIL_ADDRESS", verificationLevel: "Not verified" }] }) { ... on Error { message } } }`,
      { by: { customerNumber: 70 } },
    );
    for (const email of [...forms, ' OLE@blåbær.no ']) {
      const path = '/v1/client/credential/customers/check';
      const { body } = await other.call('POST', path, { json: { credentials: [email] } });
      assert.deepEqual(
        body.customers.map(({ customerNumber }: { customerNumber: number }) => customerNumber),
        [70, 71],
        email,
      );
      const search = await other.call('POST', '/v1/client/customer/search', { json: { email } });
      assert.equal(search.body.customers.length, 2, email);
    }
  });

  test('200, credentials of a login', async () => {
    const made = await other.customer({ customerNumber: 9, name: 'Somebody' });
    await other.graphql(
      `mutation ($by: CustomerBy!) { loginCreate(input: { uniqueId: "u1", customer: $by, credentials: [
        { credential: "login@example.com", type: "A_EMAIL_ADDRESS", verificationLevel: "Not verified" }] }) {
        ... on Error { message } } }`,
      { by: { id: made.id } },
    );
    const credentials = ['login@example.com'];
    const path = '/v1/client/credential/customers/check';
    const theirs = await other.call('POST', path, { json: { credentials } });
    assert.deepEqual(theirs.body.customers, [{ credential: 'login@example.com', customerNumber: 9 }]);
    // Another organization's login is nobody's here.
    assert.deepEqual((await ask({ credentials })).body, { customers: [] });
  });

  test('400, no list, too long a list, or one of something else', async () => {
    for (const json of [{}, { credentials: 'a' }, { credentials: [5] }, { credentials: Array(101).fill('a') }]) {
      const { status, body } = await ask(json);
      assert.deepEqual([status, body.exceptionType], [400, 'INVALID_INPUT']);
    }
  });
});
