import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { openDb } from '../../src/db/client.ts';
import type { DemoFacts } from '../../src/demo.ts';
import { seedDemo } from '../../src/seed/index.ts';
import { createServer } from '../../src/server.ts';
import { listen } from '../../src/start/listen.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway } from '../support/database.ts';

// A demo on a port of its own, and a Chromium that reaches nothing else.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const pictures = process.env.SCREENSHOTS ?? join(tmpdir(), 'clientele-pages');

const database = await startThrowaway();
const db = openDb({ url: database.url });
const vault = openVault(parseKeys(makeKeys()));
const faults: unknown[] = [];
const log = { info: () => undefined, error: (facts: object) => void faults.push(facts) };
const seeded = await seedDemo({ db, vault, log });
assert.ok(seeded);

let ready: (server: ReturnType<typeof createServer>) => void = () => {};
const server = new Promise<ReturnType<typeof createServer>>((resolve) => {
  ready = resolve;
});
const listening = await listen(
  {
    fetch: async (request, from) => (await server).fetch(request, from),
    node: (incoming, outgoing) => void server.then((it) => it.node(incoming, outgoing)),
  },
  { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined },
);

/** The demo's address. */
export const origin = `http://127.0.0.1:${listening.port}`;
/** The demo's facts, as the start screen has them. */
export const facts: DemoFacts = { ...seeded, baseUrl: origin };
const env = { mode: 'demo', publicUrl: origin, oidc: null } as const;
ready(createServer({ db, vault, log, env, demo: facts }));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});

after(async () => {
  for (const fault of faults) console.error(fault);
  await browser.close();
  await listening.drain(100);
  await (await server).close();
  await db.close();
  await database.stop();
});

/** The two widths that every page is looked at in. */
export const widths = { desk: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

/** A page that is being visited, with what went wrong on it. */
export interface Visit {
  page: Page;
  /** Errors of the console, faults of scripts, and addresses outside that were asked for: must stay empty. */
  wrong: string[];
  close(): Promise<void>;
}

/** Opens an address of the demo, or of another server on this machine. Every other host is out of reach. */
export async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: widths.desk, ...options });
  const wrong: string[] = [];
  await context.route('**/*', (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:') return route.continue();
    wrong.push(`asked for ${route.request().url()}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(String(error)));
  await page.goto(new URL(path, origin).href);
  return { page, wrong, close: () => context.close() };
}

/** What axe-core finds wrong with the page: rule and place of each fault. */
export async function axeFaults(page: Page, { exclude = [] }: { exclude?: string[] } = {}): Promise<string[]> {
  // By way of the debugger: the page's own policy lets in no script but the server's.
  await page.evaluate(axe);
  const found: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] = await page.evaluate(
    `axe.run({ include: [['html']], exclude: ${JSON.stringify(exclude.map((one) => [one]))} }).then(({ violations }) => violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary.split('\n')[1]?.trim()}`),
  );
}

/** Keeps a picture of the page for people to look at. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
}
