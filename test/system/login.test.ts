import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeFaults, facts, origin, picture, type Visit, visit, widths } from './browser.ts';

// A customer signs in for Connect as people do: in a browser, on the pages of the embedded issuer.

const connect = facts.organizations[0]?.connect;
assert.ok(connect);
const { oauthId, oauthSecret, redirectUri, user, password } = connect;

/** The shop that the customer comes back to. */
const shop = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(
    '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Welcome back</h1>',
  );
});
before(() => new Promise<void>((resolve) => shop.listen(Number(new URL(redirectUri).port), '127.0.0.1', resolve)));
after(() => shop.close());

const asked = { client_id: oauthId, redirect_uri: redirectUri, response_type: 'code', state: 's-1' };
const login = `/oauth/authorize?${new URLSearchParams(asked)}`;

const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement.id || document.activeElement.textContent');

/** Writes into the field that has the focus, and goes on with the keyboard. */
async function write({ page }: Visit, text: string, key: 'Tab' | 'Enter'): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press(key);
}

/** Redeems the code that the browser brought back, and asks who it is for. */
async function ownCustomer(back: URL): Promise<unknown> {
  const token = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${oauthId}:${oauthSecret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
    }),
  });
  const { access_token } = await token.json();
  const answer = await fetch(`${origin}/v1/customer/info`, { headers: { authorization: `Bearer ${access_token}` } });
  return answer.status === 200 ? await answer.json() : answer.status;
}

describe('signing in, with every outside host out of reach', () => {
  test('by keyboard alone: a wrong password, the right one, allowing, and back in the shop', async () => {
    const opened = await visit(login);
    const { page, wrong, close } = opened;
    assert.equal(await focused(page), 'user', 'the first field waits for words');
    await write(opened, user, 'Tab');
    await write(opened, 'not-the-password', 'Enter');
    await page.getByRole('alert').waitFor();
    assert.match(String(await page.getByRole('alert').textContent()), /User name or password are not right/);
    assert.equal(await page.inputValue('#user'), user, 'the name need not be written again');
    assert.equal(await focused(page), 'password');
    assert.deepEqual(wrong.splice(0), [
      'Failed to load resource: the server responded with a status of 401 (Unauthorized)',
    ]);

    await write(opened, password, 'Enter');
    await page.waitForURL('**/oauth/interaction/*', { waitUntil: 'load' });
    await page.getByRole('heading', { name: /^Allow / }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Allow');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();

    const back = new URL(page.url());
    assert.equal(back.searchParams.get('state'), 's-1');
    assert.ok((await ownCustomer(back)) instanceof Object);
    assert.deepEqual(wrong, []);
    await close();
  });

  test('who cancels is back in the shop without a code', async () => {
    const { page, wrong, close } = await visit(login);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
    assert.deepEqual(wrong, []);
    await close();
  });

  for (const [width, viewport] of Object.entries(widths)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`each page can be read and worked with by everybody: ${width}, ${colorScheme}`, async () => {
        const { page, close } = await visit(login, { viewport, colorScheme });
        const look = async (name: string) => {
          await picture(page, `login-${name}-${width}-${colorScheme}`);
          assert.deepEqual(await axeFaults(page), [], name);
        };
        await look('first');
        await page.fill('#user', user);
        await page.fill('#password', 'not-the-password');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('alert').waitFor();
        await look('wrong');
        await page.fill('#password', password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { name: /^Allow / }).waitFor();
        await look('allow');
        await page.goto(`${origin}/oauth/interaction/none`);
        await look('expired');
        await close();
      });
    }
  }
});
