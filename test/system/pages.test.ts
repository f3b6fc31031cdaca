import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axeFaults, facts, origin, picture, visit, widths } from './browser.ts';

const pages = {
  home: '/',
  rosetta: '/rosetta',
  reference: '/reference',
  'reference-valomnia': '/reference/valomnia',
  'reference-riverty': '/reference/riverty',
  'reference-connect': '/reference/connect',
  'reference-worldline': '/reference/worldline',
  errors: '/errors',
  error: '/errors/idempotency-in-progress',
};

describe('every page, with every outside host out of reach', () => {
  for (const [name, path] of Object.entries(pages)) {
    for (const [width, viewport] of Object.entries(widths)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        test(`${path} can be read and worked with by everybody: ${width}, ${colorScheme}`, async () => {
          const { page, wrong, close } = await visit(path, { viewport, colorScheme });
          await page.waitForLoadState('networkidle');
          const first = page.locator('.op').first();
          if (await first.count()) await first.evaluate((one) => one.setAttribute('open', ''));
          await picture(page, `${name}-${width}-${colorScheme}`);
          assert.deepEqual(await axeFaults(page), []);
          const isWide = await page.evaluate(
            'document.documentElement.scrollWidth > document.documentElement.clientWidth',
          );
          assert.equal(isWide, false, 'nothing stands out sideways');
          assert.deepEqual(wrong, []);
          await close();
        });
      }
    }
  }
});

describe('the first page', () => {
  test('tells the demo’s facts and how many customers there are', async () => {
    const { page, wrong, close } = await visit('/');
    for (const { name, apiKey } of facts.organizations) {
      await page.waitForSelector(`.card >> text=${name}`);
      await page.locator(`[data-count="${apiKey}"]`, { hasText: /^[\d,]+$/ }).waitFor();
    }
    assert.deepEqual(wrong, []);
    await close();
  });

  test('its doors are reached by keyboard', async () => {
    const { page, close } = await visit('/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    for (let tabs = 0; tabs < 3; tabs++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/rosetta');
    await close();
  });
});

test('where there is nothing, a browser sees a page that leads on, and a program a word', async () => {
  const { page, wrong, close } = await visit('/nowhere');
  await picture(page, 'missing');
  assert.deepEqual(await axeFaults(page), []);
  assert.deepEqual(wrong, ['Failed to load resource: the server responded with a status of 404 (Not Found)']);
  await page.getByRole('main').getByRole('link', { name: 'the first page' }).click();
  await page.waitForURL(`${origin}/`);
  await close();
  const program = await fetch(`${origin}/nowhere`);
  assert.equal(program.status, 404);
  assert.equal((await program.json()).error, 'not_found');
});

describe('Rosetta', () => {
  test('shows a customer as it is now, and lights up what means the same', async () => {
    const { page, wrong, close } = await visit('/rosetta');
    await page.locator('#state', { hasText: 'Ola Nordmann' }).waitFor();
    await page.locator('#riverty .leaf', { hasText: 'Nordmann' }).first().hover();
    const lit = await page.locator('.lit').allTextContents();
    assert.deepEqual(lit, [
      '"lastName": "Nordmann"',
      '"lastName": "Nordmann"',
      '"lastName": "Nordmann"',
      '"surname": "Nordmann"',
    ]);
    await page.focus('#meanings');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    assert.match(String(await page.textContent('#meaning')), /Connect: customerNumber/);
    assert.deepEqual(wrong, []);
    await close();
  });
});

describe('the REST reference', () => {
  for (const [dialect, operation] of [
    ['valomnia', 'getCustomers'],
    ['riverty', 'getCustomersByCustomerNumber'],
    ['connect', 'getV1ClientCustomerInfoByCustomerNumber'],
  ] as const) {
    test(`${dialect} is tried out with the demo’s credential`, async () => {
      const { page, wrong, close } = await visit(`/reference/${dialect}#${operation}`);
      const place = page.locator(`#${operation}`);
      await place.getByRole('button', { name: 'Send' }).click();
      await place.locator('output', { hasText: /^200/ }).waitFor();
      await place.locator('.answer', { hasText: /NC-|Nordmann/ }).waitFor();
      assert.deepEqual(wrong, []);
      await close();
    });
  }

  test('worldline is tried out in a shell, signed for the next minutes', async () => {
    const { page, close } = await visit('/reference/worldline');
    const place = page.locator('.op').first();
    await place.locator('summary').first().click();
    await place.getByRole('button', { name: 'Show as curl' }).click();
    await place.locator('.answer', { hasText: 'GCS v1HMAC:' }).waitFor();
    const ofSession = page.locator('.op').filter({ hasText: '/client/v1/' }).first();
    await ofSession.locator('summary').first().click();
    await ofSession.getByRole('button', { name: 'Show as curl' }).click();
    await ofSession.locator('.answer', { hasText: 'GCS v1Client:{clientSessionId}' }).waitFor();
    await close();
  });
});
