import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newShop, send } from '../shop.ts';

const cookieOf = (headers: Headers) => /JSESSIONID=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';

test('302 to the success page with a cookie: by form, by the query of a POST and of a GET', async () => {
  const shop = await newShop();
  const { id, password } = await shop.login();
  const fields = { j_username: id, j_password: password, ajax: 'true' };
  const query = `?${new URLSearchParams(fields)}`;
  const path = '/j_spring_security_check';
  for (const answer of [
    await send('POST', path, { form: fields }),
    await send('POST', path + query),
    await send('GET', path + query),
  ]) {
    assert.equal(answer.status, 302);
    assert.match(answer.headers.get('location') ?? '', /\/login\/ajaxSuccess$/);
    assert.match(answer.headers.get('set-cookie') ?? '', /^JSESSIONID=[^;]+; Path=\/; HttpOnly/);
    const headers = { cookie: `other=1; JSESSIONID=${cookieOf(answer.headers)}` };
    const { body } = await send('GET', '/login/ajaxSuccess', { headers });
    assert.equal(body.success, true, JSON.stringify(body));
    assert.equal(body.token, cookieOf(answer.headers));
    assert.deepEqual([body.user.lastName, body.user.role, body.user.enabled], ['Administrator', ['ROLE_ADMIN'], true]);
    assert.equal(body.organization.reference, shop.reference);
    const made = await send('POST', '/api/v1.0/customers/reference/a', { headers, form: { name: 'A' } });
    assert.equal(made.body.createdBy.userId, body.user.id);
  }
});

test('302 to the failure page without a cookie: a wrong password, or nothing at all', async () => {
  const shop = await newShop();
  const { id } = await shop.login();
  const wrong: Record<string, string>[] = [{ j_username: id, j_password: 'wrong' }, {}];
  for (const form of wrong) {
    const { status, headers } = await send('POST', '/j_spring_security_check', { form });
    assert.equal(status, 302);
    assert.equal(headers.get('location'), '/login/authfail?ajax=true');
    assert.equal(headers.get('set-cookie'), null);
  }
  assert.equal((await send('GET', '/login/authfail?ajax=true')).status, 401);
  assert.equal((await send('GET', '/login/ajaxSuccess')).status, 401);
});

test('403, a page of somebody else writes with the cookie', async () => {
  const shop = await newShop();
  const { id, password } = await shop.login();
  const { headers } = await send('POST', '/j_spring_security_check', {
    form: { j_username: id, j_password: password },
  });
  const cookie = `JSESSIONID=${cookieOf(headers)}`;
  const write = (more: Record<string, string>) =>
    send('POST', '/api/v1.0/customers', { headers: { cookie, ...more }, form: { reference: 'a', name: 'A' } });
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
  ];
  for (const more of foreign) assert.equal((await write(more)).body.error, 'access_denied');
  assert.equal((await write({ origin: 'http://shop.test', 'sec-fetch-site': 'same-origin' })).status, 201);
});
