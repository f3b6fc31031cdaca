import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openAuth } from '../../src/auth/index.ts';
import { createIssuer } from '../../src/auth/issuer/index.ts';
import { openDb } from '../../src/db/client.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { publicUrl, refusedAs } from './support.ts';

test('without a database: who is calling cannot be known, which is not the same as nobody', async () => {
  const db = openDb({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  const vault = openVault(parseKeys(makeKeys()));
  const auth = openAuth({ db, vault, publicUrl });
  const token = `clk_${'0'.repeat(12)}_${'0'.repeat(43)}`;
  await assert.rejects(auth.authenticate({ type: 'bearer', token }), refusedAs('UNAVAILABLE'));
  await assert.rejects(auth.authenticate({ type: 'cookie', session: 'x' }), refusedAs('UNAVAILABLE'));
  await assert.rejects(auth.signInStaff('kari', 'x'), refusedAs('UNAVAILABLE'));

  const failures: unknown[] = [];
  const log = { error: (facts: object) => failures.push(facts) };
  const issuer = createIssuer({ db, vault, publicUrl, keys: auth.keys, log });
  const server = createServer((req, res) => void issuer.callback(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`;
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials' }) });
  assert.equal(answer.status, 503);
  assert.ok(answer.headers.get('retry-after'));
  assert.equal(await answer.text(), '{"error":"temporarily_unavailable"}');
  assert.deepEqual(failures, []);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db.close();
});
