import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { newTenant, origin, send, type Tenant } from '../oauth.ts';

const example = JSON.parse(readFileSync('examples/riverty/put-customer.json', 'utf8'));
const tom: Record<string, unknown> = example.request.body;

const base = ({ clientId }: Tenant) => `/v1/clients/${clientId}`;
const at = (tenant: Tenant, number: string) => `${base(tenant)}/customers/${encodeURIComponent(number)}`;
const put = (tenant: Tenant, number: string, json: unknown) => tenant.call('PUT', at(tenant, number), { json });
const problem = (kind: string, title: string, details: string) => ({
  type: `${origin}/errors/${kind}`,
  title,
  details,
  category: 'BusinessError',
});

/** The paths of this chapter, each as it is asked. */
const paths: [method: string, path: string, json?: unknown][] = [
  ['PUT', '/customers/c1', tom],
  ['GET', '/customers/c1'],
  ['HEAD', '/customers/c1'],
  ['POST', '/customers/search', {}],
  ['POST', '/lookup/customer', { lookupField: 'PhoneNumber', lookupValue: '+4712345678' }],
];

describe('PUT', () => {
  test('201 then 200, the documentation’s own example, and the same bytes', async () => {
    const tenant = await newTenant();
    const path = example.request.path.replace('{clientId}', String(tenant.clientId));
    const made = await tenant.call(example.request.method, path, { json: tom });
    assert.equal(made.status, example.response.status, made.text);
    const shown = made.text.replaceAll(origin, '{origin}').replaceAll(`/${tenant.clientId}/`, '/{clientId}/');
    const { paymentMeans, ...rest } = JSON.parse(shown);
    assert.match(paymentMeans.paymentId, /^\d{21}$/);
    const { paymentMeans: _, ...documented } = example.response.body;
    assert.deepEqual(rest, documented);
    const again = await tenant.call('PUT', path, { json: tom });
    assert.deepEqual([again.status, again.text], [200, made.text]);
    assert.equal((await tenant.call('GET', path)).text, made.text);
  });

  test('200, what Riverty documents is replaced; payment id, number and facts that no answer shows are kept', async () => {
    const tenant = await newTenant();
    const first = await put(tenant, 'c1', { ...tom, existingCustomer: true, individualRiskScore: '7.5' });
    const address = { addressLine: 'Storgata 1', postalCode: '0155', postalPlace: 'Oslo', countryCode: 'no' };
    const { status, body } = await put(tenant, 'c1', { type: 'Company', company: { name: 'Acme' }, address });
    assert.equal(status, 200);
    const { _links, ...rest } = body;
    assert.deepEqual(rest, {
      customerNumber: 'c1',
      type: 'Company',
      company: { name: 'Acme' },
      paymentMeans: first.body.paymentMeans,
      address: { ...address, countryCode: 'NO' },
    });
    const { customer } = await tenant.graphql(
      '{ customer(by: { reference: "c1" }) { riskScore existingCustomer identity { masked } } }',
    );
    assert.deepEqual([customer.riskScore, customer.existingCustomer], ['7.5', true]);
    assert.match(customer.identity.masked, /6007$/);
  });

  test('200, what Riverty cannot say is not erased', async () => {
    const tenant = await newTenant();
    await tenant.customer({
      reference: 'c1',
      person: { firstName: 'Ola', middleName: 'S.', lastName: 'Nordmann' },
      company: { name: 'Acme', department: 'Support' },
      phones: [{ number: '22 33 44 55' }, { number: '22334456', kind: 'fax' }],
      emails: ['a@example.com', 'b@example.com'],
      invoiceEmail: 'invoice@example.com',
      billingAddress: { line1: 'x', careOf: 'Kari', latitude: 59.9 },
      comment: 'stays',
    });
    assert.equal((await put(tenant, 'c1', tom)).status, 200);
    const { customer } = await tenant.graphql(`{ customer(by: { reference: "c1" }) {
      person { middleName } company { name department } phones { number kind } emails invoiceEmail
      billingAddress { line1 careOf latitude } comment } }`);
    assert.deepEqual(customer, {
      person: { middleName: 'S.' },
      company: { name: null, department: 'Support' },
      phones: [
        { number: '+4712345678', kind: null },
        { number: '22334456', kind: 'fax' },
      ],
      emails: ['tom.customer@mail.com', 'b@example.com'],
      invoiceEmail: 'invoice@example.com',
      billingAddress: { line1: 'Customer Street 1', careOf: 'Kari', latitude: 59.9 },
      comment: 'stays',
    });
  });

  test('200, a phone that comes back as it was answered stays as it was typed elsewhere', async () => {
    const tenant = await newTenant();
    await tenant.customer({
      reference: 'c1',
      phones: [{ number: '22 33 44 55' }, { number: '22334456', kind: 'fax' }],
    });
    const phones = async () =>
      (await tenant.graphql(`{ customer(by: { reference: "c1" }) { phones { number } } }`)).customer.phones;
    assert.equal(JSON.parse((await tenant.call('GET', at(tenant, 'c1'))).text).phoneNumber, '+4722334455');
    await put(tenant, 'c1', { ...tom, phoneNumber: '+4722334455' });
    assert.deepEqual(await phones(), [{ number: '22 33 44 55' }, { number: '22334456' }]);
    await put(tenant, 'c1', { ...tom, phoneNumber: '2233 4455' });
    assert.deepEqual(await phones(), [{ number: '2233 4455' }, { number: '22334456' }]);
  });

  test('200, what is blank says nothing: no number is lost, and none found that is nobody’s', async () => {
    const tenant = await newTenant();
    const path = `/v1/clients/${tenant.clientId}/customers/tom`;
    const { person, address } = example.request.body;
    const blank = { ...tom, person: { ...person, ssn: '   ' }, phoneNumber: ' ' };
    assert.equal((await tenant.call('PUT', path, { json: tom })).status, 201);
    const { status, body } = await tenant.call('PUT', path, { json: blank });
    assert.deepEqual([status, body.phoneNumber], [200, undefined]);
    const { customer } = await tenant.graphql('{ customer(by: { reference: "tom" }) { identity { masked } } }');
    assert.match(customer.identity.masked, /6007$/);
    const asked = { lookupField: 'IdentificationNumber', lookupValue: '.' };
    const nobody = await tenant.call('POST', `/v1/clients/${tenant.clientId}/lookup/customer`, { json: asked });
    assert.equal(nobody.status, 404);
    const dot = { ...tom, person: { ...person, ssn: '.' } };
    assert.equal((await tenant.call('PUT', path, { json: dot })).body.invalidParameters[0].name, 'person.ssn');
    const required = { ...tom, address: { ...address, postalCode: ' ' } };
    assert.equal((await tenant.call('PUT', path, { json: required })).status, 400);
  });

  test('201 once, however many ask at once', async () => {
    const tenant = await newTenant();
    const answers = await Promise.all(Array.from({ length: 8 }, () => put(tenant, 'c1', tom)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  test('201, a number of any letters, and links that lead to it', async () => {
    const tenant = await newTenant();
    for (const number of ['a/b', 'ü ñ', '100%', '%2F', 'a+b', '?&#']) {
      const { status, body } = await put(tenant, number, tom);
      assert.deepEqual([status, body.customerNumber], [201, number]);
      const { pathname } = new URL(body._links[0].href);
      assert.equal((await tenant.call('GET', pathname)).body.customerNumber, number);
    }
  });

  test('400, a number that no customer can have', async () => {
    const tenant = await newTenant();
    for (const number of ['\u0000', 'x'.repeat(101)]) {
      for (const [method, sent] of [['PUT', { json: tom }] as const, ['GET', {}] as const]) {
        const { status, body } = await tenant.call(method, at(tenant, number), sent);
        assert.deepEqual([status, body.invalidParameters[0].name], [400, 'customerNumber']);
      }
    }
  });

  test('400, all faults by their documented names, and nothing is stored', async () => {
    const tenant = await newTenant();
    const { status, body } = await put(tenant, 'c1', {
      ...tom,
      email: 'none',
      address: { addressLine: 'x'.repeat(256), postalCode: '1', postalPlace: 'b', countryCode: 'XX' },
    });
    assert.equal(status, 400);
    assert.deepEqual(body.invalidParameters.map(({ name }: { name: string }) => name).sort(), [
      'address.addressLine',
      'address.countryCode',
      'email',
    ]);
    assert.equal(body.type, `${origin}/errors/validation-error`);
    for (const text of ['{', '[]', '"x"', '', 'null', '{"type":"Person"}']) {
      const answer = await tenant.call('PUT', at(tenant, 'c1'), { text });
      assert.deepEqual([answer.status, answer.body.title], [400, 'Request did not validate'], text);
    }
    const broken = await tenant.call('PUT', at(tenant, 'c1'), { text: '{' });
    assert.deepEqual(broken.body.invalidParameters, [{ name: 'body', reason: 'could not be read' }]);
    const nul = await put(tenant, 'c1', { ...tom, person: { lastName: 'a\u0000b' } });
    assert.deepEqual([nul.status, nul.body.invalidParameters[0].name], [400, 'person.lastName']);
    assert.equal((await tenant.call('GET', at(tenant, 'c1'))).status, 404);
  });

  test('415, a body that is no JSON', async () => {
    const tenant = await newTenant();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await tenant.call('PUT', at(tenant, 'c1'), { text: 'type=Person', headers });
    assert.deepEqual([status, body.category], [415, 'BusinessError']);
  });
});

describe('GET and HEAD', () => {
  test('200, below the vendor’s prefix and the singular of its links', async () => {
    const tenant = await newTenant();
    await put(tenant, 'c1', tom);
    for (const [prefix, root] of [
      ['/v1/client', ''],
      ['/customer/v1/client', '/customer'],
      ['/customer/v1/clients', '/customer'],
    ]) {
      const { status, body } = await tenant.call('GET', `${prefix}/${tenant.clientId}/customers/c1`);
      assert.equal(status, 200);
      assert.equal(body._links[0].href, `${origin}${root}/v1/clients/${tenant.clientId}/customers/c1`);
    }
  });

  test('200 and 404, HEAD has headers alone', async () => {
    const tenant = await newTenant();
    await put(tenant, 'c1', tom);
    const there = await tenant.call('HEAD', at(tenant, 'c1'));
    assert.deepEqual([there.status, there.text], [200, '']);
    const missing = await tenant.call('HEAD', at(tenant, 'c2'));
    assert.deepEqual([missing.status, missing.text], [404, '']);
  });

  test('404, the same words for a missing customer and for another organization’s', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()]);
    await put(other, 'theirs', tom);
    const words = problem('customer-not-found', 'Not found', 'There is no such customer.');
    for (const number of ['theirs', 'nobody']) {
      const { status, body } = await tenant.call('GET', at(tenant, number));
      assert.deepEqual([status, body], [404, words]);
    }
    // The same number is another customer in each organization.
    assert.equal((await put(tenant, 'theirs', tom)).status, 201);
  });

  test('404 and 405, paths and methods that the API does not have', async () => {
    const tenant = await newTenant();
    assert.equal((await tenant.call('GET', `${base(tenant)}/nothing`)).status, 404);
    const customer = await tenant.call('DELETE', at(tenant, 'c1'));
    assert.deepEqual([customer.status, customer.headers.get('allow')], [405, 'PUT, GET, HEAD']);
    const search = await put(tenant, 'search', tom);
    assert.deepEqual([search.status, search.headers.get('allow')], [405, 'POST']);
  });
});

describe('who may', () => {
  test('401, without a token, with a wrong, expired or revoked one, whatever is asked', async () => {
    const tenant = await newTenant();
    const expired = await tenant.tokenOf({ seconds: -120 });
    const ask = async (token: string | null) => {
      for (const [method, path, json] of paths) {
        const { status, body, headers } = await send(token, method, base(tenant) + path, { json });
        assert.equal(status, 401);
        assert.equal(headers.get('www-authenticate'), 'Bearer realm="Clientele"');
        if (method !== 'HEAD') {
          assert.deepEqual(body, problem('unauthenticated', 'Unauthorized', 'A valid credential is required.'));
        }
      }
    };
    for (const token of [null, 'nonsense', expired, `${tenant.token}x`]) await ask(token);
    await tenant.revoke();
    await ask(tenant.token);
  });

  test('403, a client id that the token does not open, whether or not it exists, before anything is looked up', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant()]);
    await put(other, 'c1', tom);
    const words = problem('forbidden', 'Forbidden', 'This credential does not allow that.');
    for (const clientId of [other.clientId, 1, 'abc', `0${tenant.clientId}`]) {
      for (const [method, path] of paths) {
        const { status, body } = await tenant.call(method, `/v1/clients/${clientId}${path}`, {
          ...(method === 'PUT' || method === 'POST' ? { text: '{' } : {}),
        });
        assert.equal(status, 403);
        if (method !== 'HEAD') assert.deepEqual(body, words);
      }
    }
  });

  test('403, another kind of credential of the same organization', async () => {
    const tenant = await newTenant();
    const { numericId } = await tenant.customer({ name: 'Ola' });
    for (const token of [tenant.apiKey, await tenant.userToken(numericId)]) {
      assert.equal((await send(token, 'GET', at(tenant, 'c1'))).status, 403);
    }
  });

  test('403, a token without the scope', async () => {
    const tenant = await newTenant();
    const token = await tenant.tokenOf({ scope: 'customers:read' });
    assert.equal((await send(token, 'PUT', at(tenant, 'c1'), { json: tom })).status, 403);
    assert.equal((await send(token, 'GET', at(tenant, 'c1'))).status, 404);
    const [, path, json] = paths[4] ?? ['', ''];
    assert.equal((await send(token, 'POST', base(tenant) + path, { json })).status, 403);
  });
});
