import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { newTenant, send, type Tenant } from '../oauth.ts';

const example = (name: string) => JSON.parse(readFileSync(`examples/connect/${name}.json`, 'utf8'));
const shown = example('customer-info');
const change = example('change-customer-info');
const own = '/v1/customer/info';
const words = (exceptionType: string, errorMessage: string) => ({ exceptionType, errorMessage });

/** The document's customer, with its login, and the token of its user. */
async function newUser(tenant: Tenant) {
  const customer = await tenant.customer({
    customerNumber: 563457,
    person: { firstName: 'Ola', middleName: 'Solstrand', lastName: 'Nordmann' },
    company: { name: 'Company International Ltd', department: 'Support', organizationNumber: '974760673' },
    phones: [{ number: '12345678', kind: 'personal' }],
    emails: ['ola.nordmann@hotmail.no'],
    invoiceEmail: 'ola.nordmann@hotmail.no',
  });
  await tenant.graphql(
    `mutation ($by: CustomerBy!) { result: loginCreate(input: { uniqueId: "abc123ee63461dd", customer: $by, credentials: [
      { credential: "ola.nordmann@hotmail.no", type: "A_EMAIL_ADDRESS", verificationLevel: "Externally_verified" }] }) {
      ... on Error { message } } }`,
    { by: { id: customer.id } },
  );
  const token = await tenant.userToken(customer.numericId);
  return { ...customer, call: (method: string, json?: unknown) => send(token, method, own, { json }), token };
}

describe('a user’s own customer', () => {
  test('200, the documentation’s own example', async () => {
    const user = await newUser(await newTenant());
    const { status, body, headers } = await user.call(shown.request.method);
    assert.deepEqual([status, body], [shown.response.status, shown.response.body]);
    assert.equal(headers.get('x-mediaconnect-api-version'), '1');
  });

  test('200, the documentation’s own change, below the vendor’s prefix too', async () => {
    const user = await newUser(await newTenant());
    for (const path of [change.request.path, `/capi${change.request.path}`]) {
      const { status, body } = await send(user.token, 'POST', path, { json: change.request.body });
      assert.deepEqual([status, body], [200, change.response.body]);
    }
    assert.deepEqual((await user.call('GET')).body, shown.response.body);
  });

  test('200, what is not sent becomes null, and without a name the last name is "-"', async () => {
    const tenant = await newTenant();
    const user = await newUser(tenant);
    assert.deepEqual((await send(user.token, 'POST', own)).body, { success: true });
    assert.deepEqual((await user.call('GET')).body, {
      ...shown.response.body,
      name: { firstName: null, middleName: null, lastName: '-', companyName: null, departmentName: null },
      phoneNumbers: [],
      emails: [],
      invoiceEmailAddress: null,
    });
    for (const text of ['null', '{}', '{"name":null}']) {
      assert.equal((await send(user.token, 'POST', own, { text })).status, 200);
    }
  });

  test('200, what Connect cannot say is not erased', async () => {
    const tenant = await newTenant();
    const user = await newUser(tenant);
    const kept = `{ customer(by: { customerNumber: 563457 }) {
      identity { masked } company { organizationNumber } billingAddress { line1 } fax phones { number kind primary } comment } }`;
    await tenant.graphql(
      `mutation ($by: CustomerBy!) { result: customerUpdate(by: $by, input: { identity: "02016126007", fax: "22334455",
        billingAddress: { line1: "Storgata 1" }, comment: "stays" }) { ... on Error { message } } }`,
      { by: { id: user.id } },
    );
    const phoneNumbers = [{ phoneNumber: '+4798765432', phoneNumberType: 'mobile' }];
    assert.equal((await user.call('POST', { name: { companyName: 'Acme' }, phoneNumbers })).status, 200);
    const { customer } = await tenant.graphql(kept);
    assert.deepEqual(customer, {
      identity: customer.identity,
      company: { organizationNumber: '974760673' },
      billingAddress: { line1: 'Storgata 1' },
      fax: '22334455',
      phones: [
        { number: '+4798765432', kind: 'mobile', primary: true },
        { number: '22334455', kind: 'fax', primary: false },
      ],
      comment: 'stays',
    });
    assert.match(customer.identity.masked, /6007$/);
    const { body } = await user.call('GET');
    assert.deepEqual([body.name.companyName, body.name.lastName, body.phoneNumbers], ['Acme', null, phoneNumbers]);
  });

  test('400, everything that is wrong is named, and nothing is changed', async () => {
    const user = await newUser(await newTenant());
    const before = (await user.call('GET')).body;
    for (const [json, message] of [
      [{ emails: ['none'] }, 'emails.0 must be an email address.'],
      // Of the right form at the gate, and none all the same.
      [{ emails: ['a..b@example.com'] }, 'emails.0 is no email address.'],
      [{ invoiceEmailAddress: `${'x'.repeat(55)}@example.com` }, 'invoiceEmailAddress is longer than 60 characters.'],
      [{ name: { lastName: 5 } }, 'name.lastName must be a string.'],
      [{ name: { firstName: 'Ola' } }, 'name needs lastName or companyName.'],
      [{ phoneNumbers: 'none' }, 'phoneNumbers must be a list.'],
    ] as const) {
      const { status, body } = await user.call('POST', json);
      assert.deepEqual([status, body.errorMessage], [400, message]);
      assert.equal(typeof body.exceptionType, 'string');
    }
    const broken = await send(user.token, 'POST', own, { text: '{' });
    assert.deepEqual([broken.status, broken.body], [400, words('MALFORMED_REQUEST', 'The request could not be read.')]);
    const nul = await user.call('POST', { name: { lastName: 'a\u0000b' } });
    assert.deepEqual([nul.status, nul.body.exceptionType], [400, 'TEXT_INVALID']);
    assert.match(nul.body.errorMessage, /^name\.lastName /);
    assert.deepEqual((await user.call('GET')).body, before);
  });
});

describe('client mode', () => {
  const at = (number: number | string) => `/v1/client/customer/info/${number}`;

  test('200, the same body as the user sees', async () => {
    const tenant = await newTenant();
    await newUser(tenant);
    for (const path of [at(563457), `/capi${at(563457)}`]) {
      const { status, body } = await tenant.call('GET', path);
      assert.deepEqual([status, body], [200, shown.response.body]);
    }
  });

  test('400, a customer number that is no integer', async () => {
    const tenant = await newTenant();
    const { status, body } = await tenant.call('GET', at('abc'));
    assert.deepEqual([status, body], [400, words('INVALID_INPUT', 'customerNumber must be an integer.')]);
  });

  test('404, the same words for a missing customer and for another organization’s', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()]);
    await newUser(other);
    for (const number of [563457, 1, '9'.repeat(30)]) {
      const { status, body } = await tenant.call('GET', at(number));
      assert.deepEqual([status, body], [404, words('CUSTOMER_NOT_FOUND', 'There is no such customer.')]);
    }
  });
});
