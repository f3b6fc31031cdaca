import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiKey } from '../../src/auth/api-key.ts';
import type { Scope } from '../../src/auth/caller.ts';
import { listCredentials, revokeCredential } from '../../src/auth/credential.ts';
import { rotateSecret } from '../../src/auth/rotation.ts';
import { asOrganization } from '../../src/db/client.ts';
import { newOrganization as freshOrganization, openWorld, unauthenticated as refused } from './support.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const newOrganization = async () => (await freshOrganization(world.db)).id;

async function newKey(organizationId: number, scopes: Scope[] = ['customers:read'], expiresAt: Date | null = null) {
  return await asOrganization(world.db, { organizationId }, 'write', (tx) =>
    createApiKey(tx, { organizationId, name: 'test', scopes, expiresAt }),
  );
}

const bearer = (token: string) => world.auth.authenticate({ type: 'bearer', token });

test('an API key opens its organization with its scopes', async () => {
  const organizationId = await newOrganization();
  const { id, key } = await newKey(organizationId, ['customers:read', 'references:read']);
  assert.match(key, /^clk_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
  const caller = await bearer(key);
  assert.equal(caller.organizationId, organizationId);
  assert.equal(caller.credentialId, id);
  assert.equal(caller.kind, 'API_KEY');
  assert.deepEqual([...caller.scopes], ['customers:read', 'references:read']);
});

test('nobody, an unknown key, a wrong secret and another form are refused alike', async () => {
  const { key } = await newKey(await newOrganization());
  const other = key.endsWith('a') ? 'b' : 'a';
  await assert.rejects(world.auth.authenticate({ type: 'none' }), refused);
  await assert.rejects(bearer(`${key.slice(0, -1)}${other}`), refused);
  await assert.rejects(bearer(`clk_${'0'.repeat(12)}_${'0'.repeat(43)}`), refused);
  await assert.rejects(bearer(`${key} `), refused);
  await assert.rejects(bearer(''), refused);
  await assert.rejects(bearer("clk_'; drop table credentials; --"), refused);
});

test('a key that was read before is believed only as it stands now', async () => {
  const organizationId = await newOrganization();
  const { id, key } = await newKey(organizationId);
  const change = (set: string) => world.db.sql.unsafe(`update credentials set ${set} where id = '${id}'`);
  assert.deepEqual([...(await bearer(key)).scopes], ['customers:read']);

  await change("scopes = array['references:read']");
  assert.deepEqual([...(await bearer(key)).scopes], ['references:read']);
  await change("expires_at = clock_timestamp() + interval '0.3 seconds'");
  await bearer(key);
  await sleep(350);
  await assert.rejects(bearer(key), refused);
  await change('expires_at = null');
  await bearer(key);
  await world.db.sql.unsafe(`delete from credentials where id = '${id}'`);
  await assert.rejects(bearer(key), refused);
});

test('a key that changes while it is being used is never believed as it was', async () => {
  const organizationId = await newOrganization();
  const { id, key } = await newKey(organizationId);
  for (let i = 0; i < 30; i++) {
    const uses = Array.from({ length: 8 }, () => bearer(key));
    const scope = i % 2 === 0 ? 'references:read' : 'customers:read';
    await world.db.sql`update credentials set scopes = array[${scope}] where id = ${id}`;
    await Promise.all(uses);
    assert.deepEqual([...(await bearer(key)).scopes], [scope]);
  }
});

test('an expired key is refused', async () => {
  const organizationId = await newOrganization();
  const { key } = await newKey(organizationId, ['customers:read'], new Date(Date.now() - 1_000));
  await assert.rejects(bearer(key), refused);
});

test('a revoked key is refused at once; it is still listed', async () => {
  const organizationId = await newOrganization();
  const { id, key } = await newKey(organizationId);
  await bearer(key);
  await asOrganization(world.db, { organizationId }, 'write', (tx) => revokeCredential(tx, id));
  await assert.rejects(bearer(key), refused);
  const [listed] = await asOrganization(world.db, { organizationId }, 'read', (tx) =>
    listCredentials(tx, organizationId),
  );
  assert.equal(listed?.isRevoked, true);
  assert.ok(listed?.createdAt instanceof Date);
});

test('when a key was last used is noted after the request', async () => {
  const organizationId = await newOrganization();
  const { key } = await newKey(organizationId);
  await bearer(key);
  await world.auth.close();
  const [listed] = await asOrganization(world.db, { organizationId }, 'read', (tx) =>
    listCredentials(tx, organizationId),
  );
  assert.ok(listed?.lastUsedAt instanceof Date);
});

test('an organization can neither list, revoke nor make keys of another', async () => {
  const [own, foreign] = [await newOrganization(), await newOrganization()];
  const { id, key } = await newKey(foreign);
  const actor = { organizationId: own };
  assert.deepEqual(await asOrganization(world.db, actor, 'read', (tx) => listCredentials(tx, foreign)), []);
  assert.equal(await asOrganization(world.db, actor, 'write', (tx) => revokeCredential(tx, id)), null);
  await bearer(key);
  await assert.rejects(
    asOrganization(world.db, actor, 'write', (tx) =>
      createApiKey(tx, { organizationId: foreign, name: 'x', scopes: [] }),
    ),
  );
});

test('the application cannot read credentials, and the secret is nowhere in the table', async () => {
  const organizationId = await newOrganization();
  const { key } = await newKey(organizationId);
  for (const table of ['credentials', 'oauth_state', 'rate_buckets']) {
    await assert.rejects(
      world.db.sql.begin(async (sql) => {
        await sql`set local role clientele_app`;
        await sql`select * from ${sql(table)}`;
      }),
      /permission denied/,
    );
  }
  const rows = await world.db.sql`select row_to_json(c)::text as dump from credentials c`;
  const secret = key.slice(-43);
  assert.ok(rows.every((row) => !String(row.dump).includes(secret)));
});

test('a rotated key is another key of the same id; the old one ends', async () => {
  const organizationId = await newOrganization();
  const { id, key } = await newKey(organizationId);
  const next = await asOrganization(world.db, { organizationId }, 'write', (tx) =>
    rotateSecret(tx, world.vault, { organizationId, id }),
  );
  assert.ok(next);
  await assert.rejects(bearer(key), refused);
  assert.equal((await bearer(next)).credentialId, id);
});
