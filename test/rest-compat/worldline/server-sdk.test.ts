import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { init } from 'connect-sdk-nodejs';
import { newMerchant, origin, port } from './merchant.ts';

type Merchant = Awaited<ReturnType<typeof newMerchant>>;

/** The vendor's library as a shop sets it up, told where the server is and nothing else. */
const client = ({ key }: Merchant, secretApiKey = key.secret, apiKeyId = key.id) =>
  init({ host: '127.0.0.1', scheme: 'http', port, apiKeyId, secretApiKey, integrator: 'Tests', enableLogging: false });

const gustav = { countryCode: 'SE', values: [{ key: 'fiscalNumber', value: '012345678901' }] };
const product = { countryCode: 'SE', currencyCode: 'SEK', amount: 1000, isRecurring: false, hide: ['translations'] };

/** First error of a refused call, as the library gives it. */
function refusal(response: { status: number; isSuccess: boolean; body: unknown }) {
  assert.equal(response.isSuccess, false);
  const { body } = response;
  assert.ok(typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors));
  return [response.status, body.errors[0].code, body.errors[0].id];
}

describe('the vendor’s server library, unmodified', () => {
  test('201, sessions.create', async () => {
    const merchant = await newMerchant();
    const sdk = client(merchant);
    const { status, isSuccess, body } = await sdk.v1.sessions.create(merchant.merchantId, { tokens: [] });
    assert.deepEqual([status, isSuccess], [201, true]);
    assert.ok(isSuccess);
    assert.equal(body.clientApiUrl, `${origin}/client`);
    assert.match(body.clientSessionId ?? '', /^[0-9a-f]{32}$/);
    const more = { idempotence: { key: 'own-key' }, extraHeaders: [{ key: 'X-GCS-Own', value: 'own value' }] };
    assert.equal((await sdk.v1.sessions.create(merchant.merchantId, {}, more)).status, 201);
  });

  test('200, products.get', async () => {
    const merchant = await newMerchant();
    const response = await client(merchant).v1.products.get(merchant.merchantId, 9000, product);
    assert.equal(response.status, 200, JSON.stringify(response.body));
    assert.ok(response.isSuccess);
    assert.deepEqual(
      response.body.fields?.filter(({ usedForLookup }) => usedForLookup).map(({ id }) => id),
      ['fiscalNumber'],
    );
  });

  test('200, products.customerDetails', async () => {
    const merchant = await newMerchant();
    const response = await client(merchant).v1.products.customerDetails(merchant.merchantId, 9000, gustav);
    assert.equal(response.status, 200, JSON.stringify(response.body));
    assert.ok(response.isSuccess);
    assert.deepEqual(
      [response.body.firstName, response.body.surname, response.body.city],
      ['Gustav', 'Adolfs', 'Stockholm'],
    );
  });

  test('400 and 404, nobody there, a value missing, no such product', async () => {
    const merchant = await newMerchant();
    const { products } = client(merchant).v1;
    const ask = (id: number, key: string, value: string) =>
      products.customerDetails(merchant.merchantId, id, { countryCode: 'SE', values: [{ key, value }] });
    assert.deepEqual(refusal(await ask(9000, 'fiscalNumber', '199001011234')), [
      400,
      '1214',
      'CUSTOMER_DETAILS_NOT_FOUND',
    ]);
    assert.deepEqual(refusal(await ask(9000, 'zip', '1')), [400, '20000000', 'PARAMETER_NOT_FOUND_IN_REQUEST']);
    assert.deepEqual(refusal(await ask(1, 'fiscalNumber', '1')), [404, '1070', 'UNKNOWN_PAYMENT_PRODUCT_ID']);
    const unknown = await products.get(merchant.merchantId, 1, product);
    assert.deepEqual(refusal(unknown), [404, '1007', 'UNKNOWN_PRODUCT_ID']);
  });

  test('401, a wrong secret, an unknown key, a revoked key', async () => {
    const merchant = await newMerchant();
    const unauthorized = [401, '9002', 'MISSING_OR_INVALID_AUTHORIZATION'];
    for (const sdk of [client(merchant, 'wrong'), client(merchant, merchant.key.secret, 'nobody')]) {
      assert.deepEqual(refusal(await sdk.v1.sessions.create(merchant.merchantId, {})), unauthorized);
      assert.deepEqual(refusal(await sdk.v1.products.get(merchant.merchantId, 9000, product)), unauthorized);
      const details = await sdk.v1.products.customerDetails(merchant.merchantId, 9000, gustav);
      assert.deepEqual(refusal(details), unauthorized);
    }
    await merchant.revoke();
    assert.deepEqual(refusal(await client(merchant).v1.sessions.create(merchant.merchantId, {})), unauthorized);
  });

  test('401, a clock that is wrong', async (t) => {
    const merchant = await newMerchant();
    const sdk = client(merchant);
    const late = Date.now() - 10 * 60_000;
    t.mock.timers.enable({ apis: ['Date'], now: late });
    const asked = sdk.v1.sessions.create(merchant.merchantId, {});
    // The library has read the clock; the server, in this process, reads the right one again.
    t.mock.timers.reset();
    assert.deepEqual(refusal(await asked), [401, '9002', 'MISSING_OR_INVALID_AUTHORIZATION']);
  });

  test('403, another merchant', async () => {
    const [mine, theirs] = [await newMerchant(), await newMerchant()];
    const { sessions, products } = client(mine).v1;
    const forbidden = [403, '9007', 'ACCESS_TO_MERCHANT_NOT_ALLOWED'];
    assert.deepEqual(refusal(await sessions.create(theirs.merchantId, {})), forbidden);
    assert.deepEqual(refusal(await products.get(theirs.merchantId, 9000, product)), forbidden);
    assert.deepEqual(refusal(await products.customerDetails(theirs.merchantId, 9000, gustav)), forbidden);
  });
});
