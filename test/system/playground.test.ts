import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse, validate } from 'graphql';
import type { Page } from 'playwright-core';
import { examples } from '../../src/pages/examples.ts';
import { schema } from '../../src/schema/index.ts';
import { axeFaults, facts, picture, visit, widths } from './browser.ts';

const run = 'button[aria-label^="Execute query"]';
const response = '.result-window';

/** Waits until the answer has what is wanted: an expression about `data`. */
async function answered(page: Page, wanted: string): Promise<void> {
  const isThere = `(() => {
    const text = monaco.editor.getModels().find(({ uri }) => uri.path.endsWith('response.json'))?.getValue();
    try { const { data } = JSON.parse(text); return Boolean(${wanted}); } catch { return false; }
  })()`;
  // The page's policy lets no text be run in it, which is how Playwright itself would wait.
  for (let tries = 0; tries < 100; tries++) {
    if (await page.evaluate(isThere)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`no answer with ${wanted}`);
}

describe('the playground, with every outside host out of reach', () => {
  test('opens on a query that returns data, with the demo credential filled in', async () => {
    const { page, wrong, close } = await visit('/graphql');
    await page.click(run);
    await page.waitForSelector(`${response} >> text=totalCount`);
    await page.locator('#last', { hasText: 'ms' }).waitFor();
    assert.match(await page.textContent('#last').then(String), /^200/);
    await picture(page, 'playground-desk', false);
    assert.deepEqual(wrong, []);
    await close();
  });

  test('opens, the next time, on what was there the last time', async () => {
    const { page, wrong, close } = await visit('/graphql');
    const tabs = async () => {
      await page.waitForSelector('.graphiql-editor >> text=FirstCustomers');
      return await page.locator('.graphiql-tab').count();
    };
    assert.equal(await tabs(), 1);
    for (let again = 0; again < 2; again++) {
      await page.reload();
      assert.equal(await tabs(), 1);
    }
    assert.deepEqual(wrong, []);
    await close();
  });

  test('shows what every word means', async () => {
    const { page, wrong, close } = await visit('/graphql');
    await page.click('button[aria-label="Show Documentation Explorer"]');
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    await page.waitForSelector('.graphiql-doc-explorer >> text=The record with this global id');
    await picture(page, 'playground-descriptions', false);
    assert.deepEqual(wrong, []);
    await close();
  });

  test('offers examples, and an answer tells its cost and its statements', async () => {
    const { page, wrong, close } = await visit('/graphql');
    await page.waitForSelector(run);
    await page.selectOption('#example', { label: 'One, by any unique identity' });
    await page.waitForSelector('.graphiql-editor >> text=OneCustomer');
    await page.click(run);
    await page.waitForSelector(`${response} >> text=Ola Nordmann`);
    await page.locator('#last', { hasText: /cost 1.*[1-9] statement/ }).waitFor();
    assert.match(String(await page.getAttribute('#last', 'title')), /^[\d.]+ ms in the database$/);
    await picture(page, 'playground-cost-desk', false);
    assert.deepEqual(wrong, []);
    await close();
  });

  test('asks as another organization, and as a customer', async () => {
    const { page, wrong, close } = await visit('/graphql');
    await page.waitForSelector(run);
    await page.selectOption('#example', { label: 'The caller and the organization' });
    await page.selectOption('#organization', { label: facts.organizations[1]?.name ?? '' });
    await page.click(run);
    await answered(page, `data.viewer.organization.reference === '${facts.organizations[1]?.reference}'`);
    await page.selectOption('#credential', { index: 1 });
    await page.selectOption('#example', { label: 'My own customer (as a customer)' });
    await page.waitForSelector('.graphiql-editor >> text=Mine');
    await page.click(run);
    await answered(page, 'data.viewer.customer.reference !== undefined');
    assert.deepEqual(wrong, []);
    await close();
  });

  test('runs by keyboard alone', async () => {
    const { page, close } = await visit('/graphql');
    await page.waitForSelector(run);
    await page.locator('.graphiql-query-editor').click();
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector(`${response} >> text=totalCount`);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`can be read and worked with by everybody, ${colorScheme}`, async () => {
      const { page, close } = await visit('/graphql', { colorScheme, viewport: widths.phone });
      await page.click(run);
      await page.locator('#last', { hasText: 'statement' }).waitFor();
      await picture(page, `playground-phone-${colorScheme}`, false);
      await page.getByRole('button', { name: 'New tab' }).click();
      await page.getByRole('button', { name: /^Close / }).waitFor();
      assert.deepEqual(await axeFaults(page), []);
      await close();
    });
  }
});

for (const { name, query } of examples) {
  test(`the example “${name}” fits the schema`, () => {
    assert.deepEqual(validate(schema, parse(query)), []);
  });
}
