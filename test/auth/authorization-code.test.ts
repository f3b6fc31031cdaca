import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { replaceSecret, revokeCredential } from '../../src/auth/credential.ts';
import { createCustomerLogin } from '../../src/auth/customer-login.ts';
import { hashPassword } from '../../src/auth/secret.ts';
import { stateKey } from '../../src/auth/state.ts';
import {
  askToken,
  authorizeUrl,
  type IssuerWorld,
  newShop,
  openBrowser,
  openIssuerWorld,
  redirectUri,
  type Shop,
  signInAndAllow,
} from './issuer-world.ts';
import { as, unauthenticated } from './support.ts';

let world: IssuerWorld;
before(async () => {
  world = await openIssuerWorld();
});
after(async () => {
  await world.close();
  assert.deepEqual(world.failures, []);
});

const grant_type = 'authorization_code';
const basicOf = ({ client }: Shop): [string, string | null] => [client.id, client.secret];
const codeOf = (back: URL) => back.searchParams.get('code') ?? '';

async function redeem(shop: Shop, code: string, more: Record<string, string> = {}) {
  const { client } = shop;
  const params = { grant_type, code, redirect_uri: redirectUri, ...more };
  return client.secret === null
    ? await askToken(world, { ...params, client_id: client.id })
    : await askToken(world, params, { basic: basicOf(shop) });
}

function newVerifier() {
  const code_verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  return { code_verifier, challenge: { code_challenge, code_challenge_method: 'S256' } };
}

test('a customer signs in and allows; the client gets a token that is that customer, and nothing else', async () => {
  const shop = await newShop(world);
  const back = await signInAndAllow(world, shop, { scope: 'public customers:read' });
  assert.equal(`${back.origin}${back.pathname}`, 'http://localhost:9/back');
  assert.equal(back.searchParams.get('from'), 'clientele');
  assert.equal(back.searchParams.get('state'), 's-1');
  assert.equal(back.searchParams.get('iss'), world.url);

  const { status, body } = await redeem(shop, codeOf(back));
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.token_type, 'Bearer');
  assert.equal(body.expires_in, 900);
  assert.ok(body.refresh_token);
  assert.equal(body.id_token, undefined);
  const caller = await world.auth.authenticate({ type: 'bearer', token: String(body.access_token) });
  assert.equal(caller.kind, 'CUSTOMER');
  assert.equal(caller.organizationId, shop.organization.id);
  assert.equal(caller.customerId, shop.customer.id);
  assert.equal(caller.scopes.size, 0);
  assert.ok(!caller.credentialId.includes('@'));
});

test('with `openid` there is an id token; without, parameters of OpenID do no harm', async () => {
  const shop = await newShop(world);
  const asked = await redeem(shop, codeOf(await signInAndAllow(world, shop, { scope: 'openid', nonce: 'n-1' })));
  assert.equal(decodeJwt(String(asked.body.id_token)).nonce, 'n-1');
  const plain = await redeem(shop, codeOf(await signInAndAllow(world, shop, { nonce: 'n-1' })));
  assert.equal(plain.status, 200);
});

test('who has allowed before, in the same browser, is not asked again', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  await signInAndAllow(world, shop, {}, browser);
  const again = await browser.go(authorizeUrl(world, shop));
  assert.equal((await redeem(shop, codeOf(new URL(again.at)))).status, 200);
});

test('who is signed in to one organization is asked anew by another', async () => {
  const [one, two] = [await newShop(world), await newShop(world)];
  const browser = openBrowser();
  await signInAndAllow(world, one, {}, browser);
  const page = await browser.go(authorizeUrl(world, two));
  assert.match(page.text, /asks you to sign in/);
  const refused = await browser.go(page.at, { user: one.userName, password: one.login.password, action: 'sign-in' });
  assert.equal(refused.status, 401);
  assert.match(refused.text, /not right/);
});

test('the page in words: one heading, labelled fields, said what is wrong, nothing from elsewhere', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  const page = await browser.go(authorizeUrl(world, shop));
  assert.equal(page.status, 200);
  assert.match(page.text, /<html lang="en">/);
  assert.match(page.text, /<title>Sign in to Nordic Trading<\/title>/);
  assert.equal(page.text.match(/<h1>/g)?.length, 1);
  assert.match(page.text, /<label for="user">User name<\/label>/);
  assert.match(page.text, /<label for="password">Password<\/label>/);
  assert.match(page.text, /autocomplete="current-password"/);
  assert.match(page.text, /Shop &lt;One&gt;/);
  assert.doesNotMatch(page.text, /<script|https?:|@import|url\(/);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; style-src 'sha256-/);
  assert.match(policy, /form-action 'self' http:\/\/localhost:9;/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(page.headers.get('cache-control'), 'no-store');

  const wrong = { user: `"><script>`, password: 'wrong', action: 'sign-in' };
  const refused = await browser.go(page.at, wrong);
  assert.equal(refused.status, 401);
  assert.match(refused.text, /<p role="alert" id="problem">User name or password are not right\.<\/p>/);
  assert.match(refused.text, /aria-invalid="true" aria-describedby="problem"/);
  assert.match(refused.text, /value="&quot;&gt;&lt;script&gt;"/);
  assert.doesNotMatch(refused.text, /<script|wrong"/);
});

test('cookies are for the sign-in alone, and no script reads them', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  await signInAndAllow(world, shop, {}, browser);
  const lines = browser.seen.flatMap((answer) => answer.headers.getSetCookie());
  assert.ok(lines.length > 0);
  for (const line of lines) {
    assert.match(line, /path=\/oauth/i);
    assert.match(line, /httponly/i);
    assert.match(line, /samesite=lax/i);
  }
});

test('who cancels, or does not allow, is sent back with access_denied', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  const login = await browser.go(authorizeUrl(world, shop));
  const cancelled = new URL((await browser.go(login.at, { action: 'cancel' })).at);
  assert.equal(cancelled.searchParams.get('error'), 'access_denied');
  assert.equal(cancelled.searchParams.get('state'), 's-1');
  const again = await browser.go(authorizeUrl(world, shop));
  const form = { user: shop.userName, password: shop.login.password, action: 'sign-in' };
  const consent = await browser.go(again.at, form);
  const refused = new URL((await browser.go(consent.at, { action: 'cancel' })).at);
  assert.equal(refused.searchParams.get('error'), 'access_denied');
  assert.equal(refused.searchParams.get('code'), null);
});

test('on one machine the browser may use any of its names, and is kept at it', async () => {
  const shop = await newShop(world);
  const elsewhere = { ...world, url: world.url.replace('127.0.0.1', 'localhost') };
  const login = await openBrowser().go(authorizeUrl(elsewhere, shop));
  assert.equal(new URL(login.at).hostname, 'localhost');
  const back = await signInAndAllow(elsewhere, shop);
  assert.equal((await redeem(shop, codeOf(back))).status, 200);
});

test('a form of another site, another browser, and a stale page are told so', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  const login = await browser.go(authorizeUrl(world, shop));
  const cookie = [...browser.cookies].map(([name, { value }]) => `${name.split('|')[0]}=${value}`).join('; ');
  const body = new URLSearchParams({ action: 'cancel' });
  const signs: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }];
  for (const sign of signs) {
    const answer = await fetch(login.at, { method: 'POST', headers: { cookie, ...sign }, body, redirect: 'manual' });
    assert.equal(answer.status, 400);
  }
  const stranger = await openBrowser().go(login.at);
  assert.equal(stranger.status, 400);
  assert.match(stranger.text, /expired or was begun in another browser/);
});

test('an unknown client, a foreign or nearly equal redirect, are told on a page and never redirected', async () => {
  const shop = await newShop(world);
  const evil = ['https://evil.example/', `${redirectUri}&more=1`, redirectUri.replace('9', '10'), `${redirectUri}/..`];
  const asked: Record<string, string>[] = [{ client_id: 'nobody' }, ...evil.map((uri) => ({ redirect_uri: uri }))];
  for (const params of asked) {
    const answer = await openBrowser().go(authorizeUrl(world, shop, params));
    assert.equal(answer.status, 400);
    assert.match(answer.text, /<h1>This did not work<\/h1>/);
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  }
});

test('only the code flow is offered', async () => {
  const shop = await newShop(world);
  for (const response_type of ['token', 'id_token', 'code id_token']) {
    const answer = await openBrowser().go(authorizeUrl(world, shop, { response_type }));
    const error = new URL(answer.at).hash + new URL(answer.at).search;
    assert.match(error, /error=(unsupported_response_type|invalid_request)/);
  }
});

test('a public client must use PKCE with S256, and prove it', async () => {
  const shop = await newShop(world, { isPublic: true, grants: ['authorization_code', 'refresh_token'] });
  const { code_verifier, challenge } = newVerifier();
  const none = new URL((await openBrowser().go(authorizeUrl(world, shop))).at);
  assert.equal(none.searchParams.get('error'), 'invalid_request');
  const plain = { code_challenge: code_verifier, code_challenge_method: 'plain' };
  const refused = new URL((await openBrowser().go(authorizeUrl(world, shop, plain))).at);
  assert.equal(refused.searchParams.get('error'), 'invalid_request');

  const first = codeOf(await signInAndAllow(world, shop, challenge));
  assert.equal((await redeem(shop, first)).body.error, 'invalid_grant');
  assert.equal((await redeem(shop, first, { code_verifier: newVerifier().code_verifier })).body.error, 'invalid_grant');
  const good = await redeem(shop, first, { code_verifier });
  assert.equal(good.status, 200);
  const next = await askToken(world, {
    grant_type: 'refresh_token',
    client_id: shop.client.id,
    refresh_token: String(good.body.refresh_token),
  });
  assert.equal(next.status, 200);
  assert.notEqual(next.body.refresh_token, good.body.refresh_token);
});

test('beside a secret PKCE may be left out, but not half used', async () => {
  const shop = await newShop(world);
  const { code_verifier, challenge } = newVerifier();
  const code = codeOf(await signInAndAllow(world, shop, challenge));
  assert.equal((await redeem(shop, code)).body.error, 'invalid_grant');
  assert.equal((await redeem(shop, code, { code_verifier })).status, 200);
});

test('a code is for one client and one redirect', async () => {
  const [shop, other] = [await newShop(world), await newShop(world)];
  const code = codeOf(await signInAndAllow(world, shop));
  const foreign = await redeem({ ...shop, client: other.client }, code);
  assert.equal(foreign.status, 400);
  assert.equal(foreign.body.error, 'invalid_grant');
  assert.equal((await redeem(shop, code, { redirect_uri: 'http://localhost:9/other' })).body.error, 'invalid_grant');
  assert.equal((await redeem(shop, 'guess')).body.error, 'invalid_grant');
  const { status, body, headers } = await askToken(world, { grant_type, code, redirect_uri: redirectUri });
  assert.deepEqual([status, body.error], [401, 'invalid_client']);
  assert.match(headers.get('www-authenticate') ?? '', /^Basic/);
  assert.equal((await redeem(shop, code)).status, 200);
});

test('a code that is used twice takes back what it gave', async () => {
  const shop = await newShop(world);
  const code = codeOf(await signInAndAllow(world, shop));
  const { body } = await redeem(shop, code);
  const token = String(body.access_token);
  await world.auth.authenticate({ type: 'bearer', token });
  assert.equal((await redeem(shop, code)).body.error, 'invalid_grant');
  await assert.rejects(world.auth.authenticate({ type: 'bearer', token }), unauthenticated);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
  assert.equal((await askToken(world, refresh, { basic: basicOf(shop) })).body.error, 'invalid_grant');
});

test('of many who redeem a code at once, one gets a token', async () => {
  const shop = await newShop(world);
  const code = codeOf(await signInAndAllow(world, shop));
  const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(shop, code)));
  assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
  assert.ok(answers.every(({ status, body }) => status === 200 || body.error === 'invalid_grant'));
});

test('a code lives a minute', async () => {
  const shop = await newShop(world);
  const code = codeOf(await signInAndAllow(world, shop));
  const id = stateKey(code);
  const [row] = await world.db.sql`select extract(epoch from expires_at - now()) as left from oauth_state
    where model = 'AuthorizationCode' and id = ${id}`;
  assert.ok(Number(row?.left) > 50 && Number(row?.left) <= 60);
  await world.db.sql`update oauth_state set expires_at = now() - interval '1 second' where id = ${id}`;
  assert.equal((await redeem(shop, code)).body.error, 'invalid_grant');
});

test('a refresh token gives another access token; a wrong one does not', async () => {
  const shop = await newShop(world);
  const { body } = await redeem(shop, codeOf(await signInAndAllow(world, shop)));
  const refresh = (refresh_token: string) =>
    askToken(world, { grant_type: 'refresh_token', refresh_token }, { basic: basicOf(shop) });
  const next = await refresh(String(body.refresh_token));
  assert.equal(next.status, 200);
  const caller = await world.auth.authenticate({ type: 'bearer', token: String(next.body.access_token) });
  assert.equal(caller.customerId, shop.customer.id);
  assert.equal((await refresh('guess')).body.error, 'invalid_grant');
});

test('a user token ends with the customer’s login, and refreshing does too', async () => {
  const shop = await newShop(world);
  const { body } = await redeem(shop, codeOf(await signInAndAllow(world, shop)));
  const token = String(body.access_token);
  await world.auth.authenticate({ type: 'bearer', token });
  await as(world.db, shop.organization.id, (tx) => revokeCredential(tx, shop.login.id));
  await assert.rejects(world.auth.authenticate({ type: 'bearer', token }), unauthenticated);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
  assert.equal((await askToken(world, refresh, { basic: basicOf(shop) })).body.error, 'invalid_grant');
});

test('a new password ends what the old one opened, and so does another login of the same name', async () => {
  for (const another of ['password', 'login'] as const) {
    const shop = await newShop(world);
    const { userName, customer, organization } = shop;
    const browser = openBrowser();
    const { body } = await redeem(shop, codeOf(await signInAndAllow(world, shop, {}, browser)));
    const asked = async () =>
      new URL((await browser.go(authorizeUrl(world, shop, { prompt: 'none' }))).at).searchParams.get('error');
    assert.equal(await asked(), null);
    await as(world.db, organization.id, async (tx) => {
      if (another === 'password')
        return void (await replaceSecret(tx, shop.login.id, { hash: await hashPassword('another quite long one') }));
      await tx.execute(`select clientele_customer_logins_erase(${customer.id})`);
      await createCustomerLogin(tx, { organizationId: organization.id, userName, customerId: customer.id });
    });
    await assert.rejects(
      world.auth.authenticate({ type: 'bearer', token: String(body.access_token) }),
      unauthenticated,
    );
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
    assert.equal((await askToken(world, refresh, { basic: basicOf(shop) })).body.error, 'invalid_grant');
    assert.equal(await asked(), 'login_required');
  }
});

test('texts that nobody can have, and more than anybody needs, are refused without a fault of ours', async () => {
  const nul = await askToken(world, { grant_type: 'client_credentials', client_id: 'a\0b', client_secret: 'x' });
  assert.deepEqual([nul.status, nul.body.error], [401, 'invalid_client']);
  const asked = (query: string) => fetch(`${world.url}/oauth/authorize?${query}`, { redirect: 'manual' });
  assert.equal((await asked('client_id=a%00b&response_type=code')).status, 400);
  assert.equal((await asked('a&'.repeat(5_000))).status, 413);
  assert.equal((await asked(`state=${'x'.repeat(9_000)}`)).status, 413);
});

test('a ready user token needs no browser', async () => {
  const [shop, other] = [await newShop(world), await newShop(world)];
  const token = await world.issuer.issueUserToken(shop.login.id, shop.client.id);
  const caller = await world.auth.authenticate({ type: 'bearer', token });
  assert.equal(caller.kind, 'CUSTOMER');
  assert.equal(caller.customerId, shop.customer.id);
  const lasting = decodeJwt(await world.issuer.issueUserToken(shop.login.id, shop.client.id, 86_400));
  assert.equal(Number(lasting.exp) - Number(lasting.iat), 86_400);
  await assert.rejects(world.issuer.issueUserToken(shop.login.id, other.client.id));
});

test('ten wrong passwords, and the page asks for patience', async () => {
  const shop = await newShop(world);
  const browser = openBrowser();
  const { at } = await browser.go(authorizeUrl(world, shop));
  const form = { user: shop.userName, password: 'guess', action: 'sign-in' };
  for (let tries = 0; tries < 10; tries += 1) assert.equal((await browser.go(at, form)).status, 401);
  const late = await browser.go(at, form);
  assert.equal(late.status, 429);
  assert.match(late.text, /Too many tries\. Wait \d+ seconds/);
  assert.ok(Number(late.headers.get('retry-after')) > 0);
});

test('who begins very many sign-ins is asked for patience, whatever they are about', async () => {
  const busy = await openIssuerWorld();
  const shop = await newShop(busy);
  const begin = () => fetch(authorizeUrl(busy, shop), { redirect: 'manual' });
  const statuses: number[] = [];
  for (let i = 0; i < 40; i++)
    statuses.push(...(await Promise.all(Array.from({ length: 20 }, begin))).map((r) => r.status));
  assert.ok(statuses.filter((status) => status === 303).length >= 600);
  const late = await begin();
  assert.equal(late.status, 429);
  assert.ok(Number(late.headers.get('retry-after')) > 0);
  assert.match(await late.text(), /Too many sign-ins were begun here\. Wait \d+ seconds/);
  await busy.close();
});

test('what is kept is sealed: neither codes, tokens nor user names are in the table', async () => {
  const shop = await newShop(world);
  const code = codeOf(await signInAndAllow(world, shop));
  const { body } = await redeem(shop, code);
  const rows = await world.db.sql`select row_to_json(s)::text as dump from oauth_state s`;
  for (const secret of [code, String(body.refresh_token), shop.userName]) {
    assert.ok(rows.every((row) => !String(row.dump).includes(secret)));
  }
});
