import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CredentialSettings } from '../../src/auth/credential.ts';
import { createCustomerLogin } from '../../src/auth/customer-login.ts';
import { type Auth, openAuth } from '../../src/auth/index.ts';
import { createIssuer, type Issuer } from '../../src/auth/issuer/index.ts';
import { createOAuthClient } from '../../src/auth/oauth-client.ts';
import { type Db, openDb } from '../../src/db/client.ts';
import { makeKeys, openVault, parseKeys, type Vault } from '../../src/vault.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { as, newCustomer, newOrganization } from './support.ts';

/** The embedded issuer behind a real port, with authentication that trusts it. */
export interface IssuerWorld {
  db: Db;
  vault: Vault;
  auth: Auth;
  issuer: Issuer;
  url: string;
  /** What went wrong without being the caller's fault. */
  failures: unknown[];
  close(): Promise<void>;
}

export async function openIssuerWorld(own: { vault?: Vault; databaseUrl?: string } = {}): Promise<IssuerWorld> {
  const vault = own.vault ?? openVault(parseKeys(makeKeys()));
  const db = openDb({ url: own.databaseUrl ?? (await ownerDatabaseUrl()) });
  const failures: unknown[] = [];
  const server = createServer((req, res) => void issuer.callback(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const auth = openAuth({ db, vault, publicUrl: url });
  const log = { error: (facts: object) => failures.push(facts) };
  const issuer = createIssuer({ db, vault, publicUrl: url, keys: auth.keys, log });
  return {
    db,
    vault,
    auth,
    issuer,
    url,
    failures,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await auth.close();
      await db.close();
    },
  };
}

type Settings = Parameters<typeof CredentialSettings.OAUTH_CLIENT.parse>[0] & object;
export const redirectUri = 'http://localhost:9/back?from=clientele';

/** An organization with a client and a customer who can sign in. */
export async function newShop({ db }: IssuerWorld, settings: Settings = {}) {
  const organization = await newOrganization(db);
  const organizationId = organization.id;
  const customer = await newCustomer(db, organizationId);
  const client = await as(db, organizationId, (tx) =>
    createOAuthClient(tx, {
      organizationId,
      name: 'Shop <One>',
      settings: {
        grants: ['authorization_code', 'refresh_token', 'client_credentials'],
        redirectUris: [redirectUri],
        ...settings,
      },
    }),
  );
  const userName = `ola-${customer.id}-${organization.reference}@example.com`;
  const login = await as(db, organizationId, (tx) =>
    createCustomerLogin(tx, { organizationId, userName, customerId: customer.id }),
  );
  return { organization, customer, client, login, userName };
}
export type Shop = Awaited<ReturnType<typeof newShop>>;

/** The token endpoint's answer. */
export async function askToken(
  { url }: IssuerWorld,
  params: Record<string, string>,
  { basic, query = {} }: { basic?: [string, string | null]; query?: Record<string, string> } = {},
) {
  const headers: Record<string, string> = basic
    ? { authorization: `Basic ${Buffer.from(`${basic[0]}:${basic[1] ?? ''}`).toString('base64')}` }
    : {};
  const answer = await fetch(`${url}/oauth/token?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(params),
  });
  const body: Record<string, string> = JSON.parse(await answer.text());
  return { status: answer.status, headers: answer.headers, body };
}

/** A browser as far as cookies, forms and redirects go. */
export function openBrowser() {
  const cookies = new Map<string, { value: string; path: string }>();
  const seen: Response[] = [];

  async function go(
    address: string,
    form?: Record<string, string>,
  ): Promise<{ at: string; status: number; text: string; headers: Headers }> {
    const { pathname, origin } = new URL(address);
    const cookie = [...cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name.split('|')[0]}=${value}`)
      .join('; ');
    const answer = await fetch(address, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie, accept: 'text/html,*/*', ...(form ? { origin, 'sec-fetch-site': 'same-origin' } : {}) },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    seen.push(answer);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '') cookies.delete(`${name}|${path}`);
      else cookies.set(`${name}|${path}`, { value, path });
    }
    const location = answer.headers.get('location');
    const text = await answer.text();
    if (location === null) return { at: address, status: answer.status, text, headers: answer.headers };
    const next = new URL(location, address);
    // The client's own address: the browser has left.
    if (next.origin !== origin) return { at: next.href, status: answer.status, text, headers: answer.headers };
    return await go(next.href);
  }

  return { go, cookies, seen };
}

/** Goes all the way: signs in, allows, and returns the address that the client is called back at. */
export async function signInAndAllow(
  world: IssuerWorld,
  shop: Shop,
  params: Record<string, string> = {},
  browser = openBrowser(),
): Promise<URL> {
  const login = await browser.go(authorizeUrl(world, shop, params));
  assert.match(login.text, /asks you to sign in/, login.text);
  const form = { user: shop.userName, password: shop.login.password, action: 'sign-in' };
  const consent = await browser.go(login.at, form);
  assert.match(consent.text, /would like to/, consent.text);
  const back = await browser.go(consent.at, { action: 'allow' });
  return new URL(back.at);
}

/** Where a browser is sent to begin. */
export function authorizeUrl({ url }: IssuerWorld, shop: Shop, params: Record<string, string> = {}): string {
  const usual = { client_id: shop.client.id, redirect_uri: redirectUri, response_type: 'code', state: 's-1' };
  return `${url}/oauth/authorize?${new URLSearchParams({ ...usual, ...params })}`;
}
