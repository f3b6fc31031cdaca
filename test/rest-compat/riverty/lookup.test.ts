import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { documentedEntries } from '../../../src/seed/documented.ts';
import { newTenant, origin, type Tenant } from '../oauth.ts';

const example = JSON.parse(readFileSync('examples/riverty/lookup-customer.json', 'utf8'));
const put: Record<string, unknown> = JSON.parse(readFileSync('examples/riverty/put-customer.json', 'utf8')).request
  .body;

const lookup = ({ call, clientId }: Tenant, json: unknown) =>
  call('POST', `/v1/clients/${clientId}/lookup/customer`, { json });
const byNumber = (lookupValue: string) => ({ lookupField: 'IdentificationNumber', lookupValue });
const byPhone = (lookupValue: string) => ({ lookupField: 'PhoneNumber', lookupValue });
const customers = async ({ graphql }: Tenant) =>
  (await graphql('{ customers { totalCount { value } } }')).customers.totalCount.value;

describe('a customer already', () => {
  test('200, by national number, organization number and phone, however they are written', async () => {
    const tenant = await newTenant();
    const path = `/v1/clients/${tenant.clientId}/customers`;
    const tom = await tenant.call('PUT', `${path}/tom`, { json: put });
    const acme = await tenant.call('PUT', `${path}/acme`, {
      json: {
        ...put,
        type: 'Company',
        person: null,
        company: { name: 'Acme', organizationNumber: '974 760 673' },
        phoneNumber: '',
      },
    });
    assert.equal(acme.status, 201, acme.text);
    for (const [asked, known] of [
      [byNumber('02016126007'), tom],
      [byNumber('020161 26007'), tom],
      [byNumber('974760673'), acme],
      [byPhone('+4712345678'), tom],
      [byPhone('12 34 56 78'), tom],
      [byPhone('+47 12-34-56-78'), tom],
    ] as const) {
      const { status, text } = await lookup(tenant, asked);
      assert.deepEqual([status, text], [200, known.text], JSON.stringify(asked));
    }
  });

  test('200, of several with one phone the one last changed', async () => {
    const tenant = await newTenant();
    const path = `/v1/clients/${tenant.clientId}/customers`;
    for (const number of ['a', 'b']) await tenant.call('PUT', `${path}/${number}`, { json: put });
    await tenant.call('PUT', `${path}/a`, { json: { ...put, email: 'new@example.com' } });
    assert.equal((await lookup(tenant, byPhone('+4712345678'))).body.customerNumber, 'a');
  });
});

describe('known to the directory', () => {
  test('201 then 200, the documentation’s own example: made of the entry, complete', async () => {
    const tenant = await newTenant({ register: documentedEntries });
    const path = example.request.path.replace('{clientId}', String(tenant.clientId));
    const made = await tenant.call(example.request.method, path, { json: example.request.body });
    assert.equal(made.status, example.response.status, made.text);
    for (const [name, value] of Object.entries(example.response.body)) {
      if (!Object.hasOwn(example.differs, name)) assert.deepEqual(made.body[name], value, name);
    }
    assert.match(made.body.customerNumber, /^c-[0-9a-f-]{36}$/);
    const again = await tenant.call(example.request.method, path, { json: example.request.body });
    assert.deepEqual([again.status, again.text], [200, made.text]);
  });

  test('201, the newer payload names the customer that is made, and its score', async () => {
    const tenant = await newTenant({ register: documentedEntries });
    const asked = {
      lookup: { type: 'PhoneNumber', value: '+4712345678' },
      customerNumber: 'tom',
      individualRiskScore: 4.5,
    };
    const { status, body } = await lookup(tenant, asked);
    assert.deepEqual(
      [status, body.customerNumber, body.person],
      [201, 'tom', { firstName: 'Tom', lastName: 'Customer' }],
    );
    const { customer } = await tenant.graphql('{ customer(by: { reference: "tom" }) { riskScore } }');
    assert.equal(customer.riskScore, '4.5');
    // Found by now: the number is only for a customer that is made.
    assert.equal((await lookup(tenant, { ...asked, customerNumber: 'other' })).body.customerNumber, 'tom');
  });

  test('201 again for the same key, as what was made was told', async () => {
    const tenant = await newTenant({ register: documentedEntries });
    const asked = () =>
      tenant.call('POST', `/v1/clients/${tenant.clientId}/lookup/customer`, {
        json: byNumber('02016126007'),
        headers: { 'idempotency-key': 'k1' },
      });
    const [first, second] = [await asked(), await asked()];
    assert.deepEqual([first.status, second.status, second.text], [201, 201, first.text]);
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
  });

  test('201 once, however many ask at once', async () => {
    const tenant = await newTenant({ register: documentedEntries });
    const answers = await Promise.all(Array.from({ length: 8 }, () => lookup(tenant, byNumber('02016126007'))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
    assert.equal(await customers(tenant), 1);
  });

  test('409, the number that was named is another customer’s', async () => {
    const tenant = await newTenant({ register: documentedEntries });
    await tenant.customer({ reference: 'taken', name: 'Somebody' });
    const asked = { lookup: { type: 'PhoneNumber', value: '+4712345678' }, customerNumber: 'taken' };
    const { status, body } = await lookup(tenant, asked);
    assert.deepEqual([status, body.type], [409, `${origin}/errors/reference-taken`]);
    assert.equal(await customers(tenant), 1);
  });
});

describe('known to nobody', () => {
  test('404, and nothing is made; another organization’s customer is nobody’s', async () => {
    const [tenant, other] = await Promise.all([newTenant(), newTenant({ register: documentedEntries })]);
    await lookup(other, byNumber('02016126007'));
    for (const asked of [byNumber('02016126007'), byPhone('+4712345678')]) {
      const { status, body } = await lookup(tenant, asked);
      assert.deepEqual([status, body.type], [404, `${origin}/errors/customer-not-found`]);
    }
    assert.equal(await customers(tenant), 0);
  });

  test('201, an organization may ask for a customer all the same', async () => {
    const tenant = await newTenant();
    await tenant.graphql(
      `mutation { organizationUpdate(input: { lookupCreates: ALWAYS }) { ... on Error { message } } }`,
    );
    const { status, body } = await lookup(tenant, byPhone('+4798765432'));
    const { _links, customerNumber, paymentMeans, ...rest } = body;
    assert.deepEqual([status, rest], [201, { type: 'Undefined', phoneNumber: '+4798765432' }]);
    assert.equal((await lookup(tenant, byPhone('98765432'))).body.customerNumber, customerNumber);
  });
});

describe('the form', () => {
  test('400, before anything is looked up', async () => {
    const tenant = await newTenant();
    for (const json of [
      {},
      [],
      { lookupField: 'Email', lookupValue: 'x' },
      byNumber(''),
      [byPhone('1'), byPhone('2')],
    ]) {
      const { status, body } = await lookup(tenant, json);
      assert.deepEqual([status, body.title], [400, 'Request did not validate'], JSON.stringify(json));
      assert.ok(body.invalidParameters.length > 0);
    }
    const { body } = await lookup(tenant, byNumber('1'.repeat(61)));
    assert.deepEqual(body.invalidParameters, [{ name: 'lookupValue', reason: 'is longer than 60 characters' }]);
  });
});
