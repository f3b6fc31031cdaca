import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { newMerchant } from '../rest-compat/worldline/merchant.ts';

const require = createRequire(import.meta.url);
const library = readFileSync(require.resolve('connect-sdk-client-js/dist/connectsdk.js'));

/** The page of a shop: the vendor's library unmodified, and a form with a field for each of the product's. */
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,"><form id="buyer"></form><script src="/connectsdk.js"></script><script>
  // The library has promises of its own.
  const settled = (promise) => new Promise((resolve) => promise.then(
    (value) => resolve({ value }), (refusal) => resolve({ refusal: refusal ?? null })));
  let session;
  const open = (details) => { session = new connectsdk.Session(details); };
  const payment = (more) => ({ countryCode: 'SE', currency: 'SEK', locale: 'sv_SE', totalAmount: 1000, isRecurring: false, ...more });
  const product = (id, more) => settled(session.getPaymentProduct(id, payment(more)))
    .then((found) => (found.value ? { value: found.value.json } : found));
  const details = (id, countryCode, values) => settled(session.getCustomerDetails(id, { countryCode, values }));
  const fill = (fields, answer) => {
    for (const { id } of fields) {
      const input = document.createElement('input');
      input.name = id;
      input.value = answer[id] ?? '';
      buyer.append(input);
    }
    return Object.fromEntries(new FormData(buyer));
  };
  const picture = (src) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
    image.onerror = reject;
    image.src = src;
  });
</script></html>`;

const shop = createServer((request, response) => {
  const isLibrary = request.url === '/connectsdk.js';
  response.setHeader('content-type', isLibrary ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(isLibrary ? library : page);
});

let browser: Browser;
let shopOrigin: string;
before(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const address = shop.address();
  assert.ok(typeof address === 'object' && address !== null);
  // Another port is another origin; another host name is another site too.
  shopOrigin = `http://localhost:${address.port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
});
after(async () => {
  await browser?.close();
  shop.closeAllConnections();
  await new Promise((resolve) => shop.close(resolve));
});

/** A fresh page of the shop, with a session of a fresh merchant unless other details are given. */
async function visit(details?: object): Promise<Page> {
  const visited = await browser.newPage();
  await visited.goto(shopOrigin);
  const given = details ?? (await (await newMerchant()).session()).details;
  await visited.evaluate(`open(${JSON.stringify(given)})`);
  return visited;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every form
const run = (visited: Page, expression: string): Promise<any> => visited.evaluate(expression);
const gustav = `'SE', [{ key: 'fiscalNumber', value: '012345678901' }]`;
const first = ({ refusal }: { refusal: { errors: Record<string, unknown>[] } }) => {
  const { httpStatusCode, code, id } = refusal.errors[0] ?? {};
  return [httpStatusCode, code, id];
};

describe('the vendor’s browser library, unmodified, in a page of another origin', () => {
  test('200, getPaymentProduct: the fields of the look-up, and a logo that can be seen', async () => {
    const visited = await visit();
    const { value } = await run(visited, 'product(9000)');
    assert.equal(value.id, 9000);
    const lookup = value.fields.filter((field: { usedForLookup: boolean }) => field.usedForLookup);
    assert.deepEqual(
      lookup.map(({ id }: { id: string }) => id),
      ['fiscalNumber'],
    );
    assert.deepEqual(lookup[0].validators, ['length']);
    assert.deepEqual(await run(visited, `picture(${JSON.stringify(value.displayHints.logo)})`), [96, 60]);
    await visited.close();
  });

  test('200, getPaymentProduct of a caller who gives no amount and does not say whether it recurs', async () => {
    const visited = await visit();
    const { value } = await run(visited, 'product(9000, { totalAmount: undefined, isRecurring: undefined })');
    assert.equal(value.id, 9000);
    await visited.close();
  });

  test('200, getCustomerDetails fills in the buyer’s form', async () => {
    const visited = await visit();
    const { value } = await run(visited, `details(9000, ${gustav})`);
    assert.deepEqual([value.firstName, value.surname], ['Gustav', 'Adolfs']);
    const filled = `product(9000).then(({ value }) => fill(value.fields, ${JSON.stringify(value)}))`;
    assert.deepEqual(await run(visited, filled), {
      fiscalNumber: '012345678901',
      firstName: 'Gustav',
      surname: 'Adolfs',
      street: 'Gustav Adolfs torg 22',
      zip: '111 52',
      city: 'Stockholm',
      emailAddress: 'gustav.adolfs@stockholm.se',
      phoneNumber: '0123456789',
    });
    await visited.close();
  });

  test('400 and 404, the page reads what is wrong', async () => {
    const visited = await visit();
    const nobody = await run(visited, `details(9000, 'SE', [{ key: 'fiscalNumber', value: '199001011234' }])`);
    assert.deepEqual(first(nobody), [400, '1214', 'CUSTOMER_DETAILS_NOT_FOUND']);
    const lacking = await run(visited, `details(9000, 'NO', [{ key: 'zip', value: '0150' }])`);
    assert.deepEqual(first(lacking), [400, '20000000', 'PARAMETER_NOT_FOUND_IN_REQUEST']);
    assert.equal(lacking.refusal.errors[0].propertyName, "values[key='phoneNumber']");
    const unknown = await run(visited, `details(1, ${gustav})`);
    assert.deepEqual(first(unknown), [404, '1070', 'UNKNOWN_PAYMENT_PRODUCT_ID']);
    assert.deepEqual(first(await run(visited, 'product(1)')), [404, '1007', 'UNKNOWN_PRODUCT_ID']);
    await visited.close();
  });

  test('401 and 403, the page reads that it may not', async () => {
    const { details } = await (await newMerchant()).session();
    const theirs = await (await newMerchant()).session();
    const expired = await visit({ ...details, clientSessionId: '0'.repeat(32) });
    const unauthorized = [401, '9002', 'MISSING_OR_INVALID_AUTHORIZATION'];
    assert.deepEqual(first(await run(expired, 'product(9000)')), unauthorized);
    assert.deepEqual(first(await run(expired, `details(9000, ${gustav})`)), unauthorized);
    await expired.close();
    const foreign = await visit({ ...details, customerId: theirs.details.customerId });
    const forbidden = [403, '9007', 'ACCESS_TO_MERCHANT_NOT_ALLOWED'];
    assert.deepEqual(first(await run(foreign, `details(9000, ${gustav})`)), forbidden);
    await foreign.close();
  });
});
