import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { axeFaults, facts, origin, picture, visit } from './browser.ts';

const run = promisify(execFile);
const web = resolve('examples/web');
const dist = join(web, 'dist');
const key = facts.organizations[0]?.apiKey ?? '';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const shop = createServer((request, response) => {
  const path = request.url === '/' ? '/index.html' : (request.url ?? '');
  response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
  response.end(readFileSync(join(dist, path)));
});
let page: string;

before(async () => {
  if (!existsSync(join(web, 'node_modules'))) await run('npm', ['ci'], { cwd: web });
  await run(join(resolve('node_modules'), '.bin', 'tsc'), ['--noEmit', '-p', web]);
  await run('npm', ['run', 'build'], { cwd: web, env: { ...process.env, VITE_CLIENTELE: origin } });
  await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
  const address = shop.address();
  assert.ok(typeof address === 'object' && address !== null);
  page = `http://127.0.0.1:${address.port}/`;
});
after(() => {
  shop.closeAllConnections();
  shop.close();
});

async function ask(query: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

async function open() {
  const visited = await visit(page);
  await visited.page.getByLabel('API key').fill(key);
  await visited.page.getByRole('button', { name: 'Open' }).click();
  await visited.page.locator('.list button').first().waitFor();
  return visited;
}

describe('examples/web, a page of another origin', () => {
  test('goes on as one scrolls, and repeats nobody', async () => {
    const { page, wrong, close } = await open();
    const rows = page.locator('.list button');
    for (let tries = 0; tries < 50 && (await rows.count()) < 100; tries++) {
      await rows.last().scrollIntoViewIfNeeded();
      await page.waitForTimeout(100);
    }
    const names = await page.locator('.list button span').allTextContents();
    assert.ok(names.length >= 100);
    const references = names.map((text) => text.split(' ')[0]);
    assert.equal(new Set(references).size, references.length);
    assert.deepEqual(wrong, []);
    await close();
  });

  test('searches as one types', async () => {
    const { page, wrong, close } = await open();
    await page.getByLabel('Search').pressSequentially('ola nordmann', { delay: 20 });
    await page.locator('.list button', { hasText: 'NC-4 ·' }).waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await picture(page, 'example-web');
    assert.deepEqual(wrong, []);
    await close();
  });

  test('saves; tells what is refused beside its field; does not overwrite what somebody else did', async () => {
    const { page, wrong, close } = await open();
    await page.getByLabel('Search').fill('ola nordmann');
    await page.locator('.list button', { hasText: 'NC-4 ·' }).click();
    const save = page.getByRole('button', { name: 'Save' });
    await page.getByLabel('Email').fill('no email at all');
    await save.click();
    await page.locator('label', { hasText: 'Email' }).getByRole('alert').waitFor();
    await page.getByLabel('Email').fill('ola.nordmann@hotmail.no');
    await page.getByLabel('Comment').fill('Called on Monday.');
    const version = await page.locator('h2 small').textContent();
    await save.click();
    await page.locator('h2 small', { hasNotText: String(version) }).waitFor();

    await ask('mutation { customerUpdate(by: { reference: "NC-4" }, input: { comment: "Theirs" }) { __typename } }');
    await page.getByLabel('Comment').fill('Mine');
    await save.click();
    await page.getByText('Somebody else has changed this customer').waitFor();
    await page.getByRole('button', { name: 'Show their version' }).click();
    await page.locator('input[name="comment"][value="Theirs"]').waitFor();
    assert.deepEqual(wrong, []);
    await close();
  });
});

test('examples/node finds customers by words', async () => {
  const env = { ...process.env, CLIENTELE_URL: origin, CLIENTELE_API_KEY: key };
  const script = ['--import', 'tsx', 'examples/node/find-customers.ts', 'ola', 'nordmann'];
  const { stdout } = await run(process.execPath, script, { env });
  assert.match(stdout, /^NC-4\tOla Nordmann\t/m);
});
