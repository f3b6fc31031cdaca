import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { wireProduct } from '../../../src/rest-compat/worldline/product.ts';
import { type Answer, foreign, isError, missing, newMerchant, origin, peek, send, unauthorized } from './merchant.ts';

const asked = (more = '') => `/products/9000?countryCode=SE&currencyCode=SEK${more}`;
const unknown = { status: 404, code: '1007', id: 'UNKNOWN_PRODUCT_ID', propertyName: 'productId' };

interface Field {
  id: string;
  usedForLookup: boolean;
  dataRestrictions: { isRequired: boolean };
}
const lookups = ({ body }: Answer) =>
  body.fields.filter((field: Field) => field.usedForLookup).map((field: Field) => field.id);

test('200, the product has all that a library touches without asking, from both APIs', async () => {
  const merchant = await newMerchant();
  const session = await merchant.session();
  for (const answer of [await merchant.call('GET', asked()), await session.call('GET', asked())]) {
    const { status, body } = answer;
    assert.equal(status, 200, JSON.stringify(body));
    wireProduct.parse(body);
    assert.equal(body.id, 9000);
    assert.equal(body.displayHints.logo, '9000.png');
    assert.deepEqual(
      body.fields.map(({ id }: Field) => id),
      ['fiscalNumber', 'firstName', 'surname', 'street', 'zip', 'city', 'emailAddress', 'phoneNumber'],
    );
    for (const field of body.fields) {
      assert.equal(typeof field.dataRestrictions.validators, 'object');
      assert.equal(field.dataRestrictions.isRequired, field.usedForLookup);
      assert.equal(field.displayHints.formElement.type, 'text');
    }
    for (const name of ['allowsRecurring', 'allowsTokenization', 'autoTokenized', 'allowsInstallments']) {
      assert.equal(body[name], false);
    }
  }
});

test('200, the fields of the look-up by country', async () => {
  const { call } = await newMerchant();
  const of = async (country: string) =>
    lookups(await call('GET', `/products/9000?countryCode=${country}&currencyCode=EUR`));
  assert.deepEqual(await of('SE'), ['fiscalNumber']);
  assert.deepEqual(await of('se'), ['fiscalNumber']);
  assert.deepEqual(await of('NO'), ['zip', 'phoneNumber']);
  assert.deepEqual(await of('FI'), ['fiscalNumber', 'zip']);
  assert.deepEqual(await of('DE'), []);
});

test('200, a field may be empty where the country does not need it', async () => {
  const { call } = await newMerchant();
  const least = async (country: string) =>
    (await call('GET', `/products/9000?countryCode=${country}&currencyCode=EUR`)).body.fields[0].dataRestrictions
      .validators.length.minLength;
  assert.deepEqual([await least('SE'), await least('FI'), await least('NO'), await least('DE')], [10, 10, 0, 0]);
});

test('200, what libraries write where their caller gave nothing is nothing', async () => {
  const { call } = await (await newMerchant()).session();
  const more = '&isRecurring=undefined&amount=undefined&locale=undefined&cacheBust=1795324268161&isInstallments=';
  assert.equal((await call('GET', asked(more))).status, 200);
});

test('200, fields and labels can be hidden', async () => {
  const { call } = await newMerchant();
  assert.deepEqual((await call('GET', asked('&hide=fields&hide=accountsOnFile'))).body.fields, []);
  const { body } = await call('GET', asked('&hide=translations'));
  assert.deepEqual([body.displayHints.label, body.fields[0].displayHints.label], [undefined, undefined]);
});

test('200, a query may be signed decoded', async () => {
  const { call, merchantId } = await newMerchant();
  const target = `/v1/${merchantId}${asked('&locale=sv SE')}`;
  assert.equal((await call('GET', asked('&locale=sv%20SE'), undefined, { target })).status, 200);
});

test('200, HEAD answers without a body', async () => {
  const { call } = await newMerchant();
  const { status, body } = await call('HEAD', asked());
  assert.deepEqual({ status, body }, { status: 200, body: '' });
});

test('400, country and currency are needed', async () => {
  const { call } = await newMerchant();
  isError(await call('GET', '/products/9000?currencyCode=SEK'), missing("'countryCode'"));
  isError(await call('GET', '/products/9000?countryCode=SE&currencyCode=undefined'), missing("'currencyCode'"));
  const both = await call('GET', '/products/9000');
  assert.deepEqual(
    both.body.errors.map(({ propertyName }: { propertyName: string }) => propertyName),
    ["'countryCode'", "'currencyCode'"],
  );
});

test('400, what the product does not fit, and values of the wrong form', async () => {
  const { call } = await newMerchant();
  const wrong = {
    status: 400,
    code: '9999',
    id: 'VALUE_INVALID',
    message: 'The value does not have the right form.',
  };
  for (const name of ['isRecurring', 'isInstallments']) {
    assert.equal((await call('GET', asked(`&${name}=false`))).status, 200);
    isError(await call('GET', asked(`&${name}=true`)), { ...wrong, propertyName: `'${name}'` });
    isError(await call('GET', asked(`&${name}=maybe`)), { ...wrong, propertyName: `'${name}'` });
  }
  isError(await call('GET', asked('&amount=12.5')), { ...wrong, propertyName: "'amount'" });
});

test('401, 403: another session, another customer id, another merchant', async () => {
  const merchant = await newMerchant();
  const [one, two] = [await merchant.session(), await merchant.session()];
  const theirs = await (await newMerchant()).session();
  isError(await one.call('GET', asked(), undefined, { session: '0'.repeat(32) }), unauthorized);
  isError(await one.call('GET', asked(), undefined, { session: '' }), unauthorized);
  isError(await one.call('GET', asked(), undefined, { customerId: two.details.customerId }), foreign);
  isError(await one.call('GET', asked(), undefined, { customerId: theirs.details.customerId }), foreign);
  isError(await one.call('GET', '/products/1', undefined, { customerId: 'nobody' }), foreign);
  isError(await merchant.call('GET', asked(), undefined, { secret: 'wrong' }), unauthorized);
  const other = await newMerchant();
  isError(await merchant.callOf(other.merchantId, 'GET', asked()), foreign);
  // Neither credential opens the other's API.
  isError(
    await send('GET', `/v1/${merchant.merchantId}${asked()}`, {
      authorization: `GCS v1Client:${one.details.clientSessionId}`,
    }),
    unauthorized,
  );
});

test('401, an expired session, and one whose key was revoked', async () => {
  const merchant = await newMerchant();
  const [one, two] = [await merchant.session(), await merchant.session()];
  const { customerId } = one.details;
  await peek(
    sql`update oauth_state set expires_at = now() - interval '1 second' where payload->>'customerId' = ${customerId}`,
  );
  isError(await one.call('GET', asked()), unauthorized);
  assert.equal((await two.call('GET', asked())).status, 200);
  await merchant.revoke();
  isError(await two.call('GET', asked()), unauthorized);
});

test('404, a product that does not exist, or that the session does not know', async () => {
  const merchant = await newMerchant();
  isError(await merchant.call('GET', '/products/1?countryCode=SE&currencyCode=SEK'), unknown);
  isError(await merchant.call('GET', '/products/x'), unknown);
  const none = [
    { exclude: { products: [9000] } },
    { exclude: { groups: ['invoice'] } },
    { restrictTo: { products: [1] } },
    { restrictTo: { groups: ['cards'] } },
    { restrictTo: { groups: ['cards'], products: [] } },
  ];
  for (const paymentProductFilters of none) {
    isError(await (await merchant.session({ paymentProductFilters })).call('GET', asked()), unknown);
  }
  const known = [
    { restrictTo: { groups: ['invoice'], products: [1] } },
    { restrictTo: { products: [] } },
    { restrictTo: {} },
    { exclude: { groups: ['cards'] } },
    { exclude: { products: [1] }, restrictTo: null },
  ];
  for (const paymentProductFilters of known) {
    assert.equal((await (await merchant.session({ paymentProductFilters })).call('GET', asked())).status, 200);
  }
});

test('405, the picture is only read, by anybody', async () => {
  const { status, headers } = await send('POST', '/assets/9000.png', {}, '');
  assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD']);
});

test('405, the product is only read', async () => {
  const { status, headers, body } = await (await newMerchant()).call('DELETE', '/products/9000');
  assert.deepEqual([status, headers.get('allow'), body.errors[0].id], [405, 'GET, HEAD', 'METHOD_NOT_ALLOWED']);
});

test('200, the logo is where the product says, for everybody', async () => {
  const { details } = await (await newMerchant()).session();
  const response = await fetch(`${details.assetUrl}/9000.png`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.ok(response.url.startsWith(origin));
  assert.equal((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).format, 'png');
});
