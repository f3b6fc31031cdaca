import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { foreign, isError, missing, newMerchant, notFound, peek, unauthorized } from './merchant.ts';

const path = '/products/9000/customerDetails';
const ask = (countryCode: string, values: Record<string, string>) => ({
  countryCode,
  values: Object.entries(values).map(([key, value]) => ({ key, value })),
});
const gustav = ask('SE', { fiscalNumber: '012345678901' });
const nobody = ask('SE', { fiscalNumber: '199001011234' });

test('200, somebody in the directory, from both APIs', async () => {
  const merchant = await newMerchant();
  const session = await merchant.session();
  for (const answer of [await merchant.call('POST', path, gustav), await session.call('POST', path, gustav)]) {
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body, {
      fiscalNumber: '012345678901',
      firstName: 'Gustav',
      surname: 'Adolfs',
      street: 'Gustav Adolfs torg 22',
      zip: '111 52',
      city: 'Stockholm',
      country: 'SE',
      emailAddress: 'gustav.adolfs@stockholm.se',
      phoneNumber: '0123456789',
    });
  }
});

test('200, a number written otherwise; other keys are ignored', async () => {
  const { call } = await newMerchant();
  for (const fiscalNumber of ['01234567-8901', ' 0123 4567 8901 ']) {
    const { body } = await call('POST', path, ask('SE', { fiscalNumber, zip: 'elsewhere', shoeSize: '43' }));
    assert.deepEqual([body.surname, body.fiscalNumber], ['Adolfs', '012345678901']);
  }
  // A Finnish century sign counts.
  const aino = (fiscalNumber: string) => call('POST', path, ask('FI', { fiscalNumber, zip: '00100' }));
  const { status, body } = await aino('131052-308t');
  assert.deepEqual(
    [status, body.street, body.languageCode, body.fiscalNumber],
    [200, 'Mannerheimintie 5B', 'fi', '131052-308T'],
  );
  isError(await aino('131052A308T'), notFound);
});

test('200, phone and postal code give no national number', async () => {
  const { call } = await newMerchant();
  const { status, body } = await call(
    'POST',
    path,
    ask('NO', { phoneNumber: '12 34 56 78', zip: '0002', fiscalNumber: '02016126007' }),
  );
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.surname, body.fiscalNumber], ['Customer', undefined]);
});

test('200, a customer whom the organization has, wherever it was written', async () => {
  const merchant = await newMerchant();
  const input = {
    reference: 'anna',
    kind: 'PERSON',
    person: { firstName: 'Anna', lastName: 'Berg' },
    identity: '19900101-1234',
    phones: [{ number: '08-123 456 78', kind: 'home' }],
    emails: ['anna@example.org'],
    billingAddress: { line1: 'Storgatan 1', postalCode: '111 22', city: 'Stockholm', country: 'SE' },
    language: 'sv',
  };
  const made = await merchant.graphql(
    `mutation Make($input: CustomerCreateInput!) { customerCreate(input: $input) { __typename } }`,
    { input },
  );
  assert.equal(made.customerCreate.__typename, 'CustomerCreatePayload');
  const { status, body } = await merchant.call('POST', path, nobody);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body, {
    fiscalNumber: '19900101-1234',
    firstName: 'Anna',
    surname: 'Berg',
    street: 'Storgatan 1',
    zip: '111 22',
    city: 'Stockholm',
    country: 'SE',
    emailAddress: 'anna@example.org',
    phoneNumber: '08-123 456 78',
    languageCode: 'sv',
  });
});

test('400, neither a customer nor the directory has those values', async () => {
  const { call } = await newMerchant();
  isError(await call('POST', path, nobody), notFound);
  isError(await call('POST', path, ask('FI', { fiscalNumber: '131052-308T', zip: '99999' })), notFound);
  isError(await call('POST', path, ask('NO', { phoneNumber: '12345678', zip: '9999' })), notFound);
});

test('400, more than one is never one at random', async () => {
  const { call } = await newMerchant();
  isError(await call('POST', path, ask('NO', { phoneNumber: '+47 22 33 44 55', zip: '0150' })), notFound);
});

test('400, a value that the country needs is missing', async () => {
  const { call } = await newMerchant();
  isError(await call('POST', path, ask('SE', { zip: '111 52' })), missing("values[key='fiscalNumber']"));
  isError(await call('POST', path, ask('NO', { phoneNumber: '12345678' })), missing("values[key='zip']"));
  isError(await call('POST', path, ask('DE', { fiscalNumber: '1' })), missing("'values'"));
  isError(await call('POST', path, { values: gustav.values }), missing("'countryCode'"));
  isError(await call('POST', path), missing("'countryCode'"));
});

test('400, a value that is too long is told as that alone', async () => {
  const { call } = await newMerchant();
  const told = async (countryCode: string, values: Record<string, string>) => {
    const { status, body } = await call('POST', path, ask(countryCode, values));
    const errors: { id: string; propertyName: string }[] = body.errors;
    return [status, ...errors.map(({ id, propertyName }) => `${id} ${propertyName}`)];
  };
  const long = (key: string) => [400, `VALUE_TOO_LONG values[key='${key}']`];
  assert.deepEqual(await told('NO', { phoneNumber: '1'.repeat(61), zip: '0002' }), long('phoneNumber'));
  assert.deepEqual(await told('NO', { phoneNumber: '12345678', zip: '1'.repeat(21) }), long('zip'));
  assert.deepEqual(await told('SE', { fiscalNumber: '1'.repeat(1000) }), long('fiscalNumber'));
});

test('400, a country that is no text', async () => {
  const { call } = await newMerchant();
  assert.equal((await call('POST', path, { ...gustav, countryCode: ['SE'] })).status, 400);
});

test('400, text that cannot be stored, and a body that is no JSON object', async () => {
  const { call } = await newMerchant();
  const bad = await call('POST', path, ask('SE', { fiscalNumber: 'a\u0000b' }));
  assert.deepEqual(
    [bad.status, bad.body.errors[0].id, bad.body.errors[0].propertyName],
    [400, 'TEXT_INVALID', "values[key='fiscalNumber']"],
  );
  for (const body of [[1], 'x', 1]) {
    const { status, body: told } = await call('POST', path, body);
    assert.deepEqual([status, told.errors[0].id, 'propertyName' in told.errors[0]], [400, 'VALUE_INVALID', false]);
  }
});

test('401 and 403, before anything is looked at', async () => {
  const merchant = await newMerchant();
  const other = await newMerchant();
  const session = await merchant.session();
  const theirs = await other.session();
  isError(await merchant.call('POST', path, {}, { secret: 'wrong' }), unauthorized);
  isError(await session.call('POST', path, {}, { session: 'wrong' }), unauthorized);
  isError(await merchant.callOf(other.merchantId, 'POST', path, {}), foreign);
  isError(await session.call('POST', path, {}, { customerId: theirs.details.customerId }), foreign);
});

test('404, a product that does not exist, or that the session does not know', async () => {
  const merchant = await newMerchant();
  const unknown = { status: 404, code: '1070', id: 'UNKNOWN_PAYMENT_PRODUCT_ID' };
  isError(await merchant.call('POST', '/products/1/customerDetails', gustav), unknown);
  const session = await merchant.session({ paymentProductFilters: { exclude: { products: [9000] } } });
  isError(await session.call('POST', path, gustav), unknown);
});

test('405, customer details are asked by POST', async () => {
  const { status, headers, body } = await (await newMerchant()).call('GET', path);
  assert.deepEqual([status, headers.get('allow'), body.errors[0].code], [405, 'POST', '9999']);
});

test('400, another organization’s persons are nobody', async () => {
  const [one, two] = [await newMerchant(), await newMerchant()];
  await peek(sql`delete from directory_entries where organization_id = ${two.organizationId}`);
  assert.equal((await one.call('POST', path, gustav)).status, 200);
  isError(await two.call('POST', path, gustav), notFound);
});

test('400, from the eleventh miss of a session on nobody looks; what is found costs nothing', async () => {
  const merchant = await newMerchant();
  const session = await merchant.session();
  const other = await merchant.session();
  for (let at = 0; at < 15; at += 1) assert.equal((await session.call('POST', path, gustav)).status, 200);
  // Nor does a question that was not understood.
  for (let at = 0; at < 15; at += 1) assert.equal((await session.call('POST', path, ask('SE', {}))).status, 400);
  for (let at = 0; at < 9; at += 1) isError(await session.call('POST', path, nobody), notFound);
  assert.equal((await session.call('POST', path, gustav)).status, 200);
  isError(await session.call('POST', path, nobody), notFound);
  isError(await session.call('POST', path, gustav), notFound);
  assert.equal((await other.call('POST', path, gustav)).status, 200);
  assert.equal((await merchant.call('POST', path, gustav)).status, 200);
});

test('503, a directory that does not answer is never a wrong “not found”, nor a miss', async () => {
  const merchant = await newMerchant();
  const session = await merchant.session();
  await peek(sql`update organizations set directory_url = 'http://127.0.0.1:9/' where id = ${merchant.organizationId}`);
  for (let at = 0; at < 12; at += 1) {
    const { status, headers, body } = await session.call('POST', path, nobody);
    assert.deepEqual([status, body.errors[0].code, body.errors[0].id], [503, '9999', 'DIRECTORY_UNAVAILABLE']);
    assert.ok(Number(headers.get('retry-after')) >= 1);
  }
  assert.equal((await session.call('POST', path, gustav)).status, 200);
});

test('200, many sessions at once', async () => {
  const merchant = await newMerchant();
  const sessions = await Promise.all(Array.from({ length: 20 }, () => merchant.session()));
  const answers = await Promise.all(sessions.map(({ call }) => call('POST', path, gustav)));
  assert.ok(answers.every(({ status }) => status === 200));
});

test('400, fifty guesses at once are ten', async () => {
  const merchant = await newMerchant();
  const session = await merchant.session();
  const guesses = await Promise.all(Array.from({ length: 50 }, () => session.call('POST', path, nobody)));
  for (const answer of guesses) isError(answer, notFound);
  isError(await session.call('POST', path, gustav), notFound);
  // The shop's own server is trusted with more.
  for (let at = 0; at < 12; at += 1) isError(await merchant.call('POST', path, nobody), notFound);
  assert.equal((await merchant.call('POST', path, gustav)).status, 200);
});
