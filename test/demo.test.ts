import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DemoFacts, readDemoFacts, withUserTokens, writeDemoFacts } from '../src/demo.ts';

test('each organization gets a fresh token of its own customer and client, all else stays', async () => {
  const facts: DemoFacts = {
    baseUrl: 'http://127.0.0.1:4000',
    organizations: ['a', 'b'].map((reference) => ({
      reference,
      name: reference,
      apiKey: 'key',
      valomnia: { user: 'user', password: 'password' },
      riverty: { clientId: 1, oauthId: 'id', oauthSecret: 'secret' },
      connect: {
        oauthId: `client-${reference}`,
        oauthSecret: 'secret',
        redirectUri: 'http://127.0.0.1:8080/callback',
        user: `ola-${reference}`,
        password: 'password',
        userToken: 'old',
      },
      worldline: { merchantId: 'm', apiKeyId: 'id', secretApiKey: 'secret' },
    })),
  };
  const fresh = await withUserTokens(facts, async (login, client, seconds) => `${login} ${client} ${seconds}`);
  assert.deepEqual(
    fresh.organizations.map(({ connect }) => connect.userToken),
    ['ola-a client-a 86400', 'ola-b client-b 86400'],
  );
  assert.equal(fresh.baseUrl, facts.baseUrl);
  assert.equal(fresh.organizations[0]?.connect.oauthSecret, 'secret');
});

test('the facts are kept where there is no data folder yet, as with a database elsewhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clientele-demo-'));
  const env = { dataDir: join(folder, 'not', 'there'), databaseUrl: null };
  const facts: DemoFacts = { baseUrl: 'http://127.0.0.1:4000', organizations: [] };
  await writeDemoFacts(env, facts);
  assert.deepEqual(await readDemoFacts(env), facts);
  await rm(folder, { recursive: true });
});
