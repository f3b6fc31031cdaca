import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApiKey } from '../../src/auth/api-key.ts';
import { openAuth } from '../../src/auth/index.ts';
import { openDb } from '../../src/db/client.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { startThrowaway, type ThrowawayDatabase } from '../support/database.ts';
import { as, newOrganization, publicUrl } from './support.ts';

/** Roles are a cluster's, so this test has one of its own. */
let database: ThrowawayDatabase;
before(async () => {
  database = await startThrowaway();
});
after(() => database.stop());

test('a login that did not migrate, and may only take the application’s role, can serve', async () => {
  const owner = openDb({ url: database.url });
  const { id: organizationId } = await newOrganization(owner);
  const { id, key } = await as(owner, organizationId, (tx) =>
    createApiKey(tx, { organizationId, name: 'test', scopes: [] }),
  );
  await owner.sql`create role server login noinherit password 'p'`;
  await owner.sql`grant clientele_app to server`;

  const url = new URL(database.url);
  url.username = 'server';
  url.password = 'p';
  const db = openDb({ url: url.href });
  const auth = openAuth({ db, vault: openVault(parseKeys(makeKeys())), publicUrl });
  assert.equal((await auth.authenticate({ type: 'bearer', token: key })).credentialId, id);
  await assert.rejects(db.sql`select * from credentials`, /permission denied/);
  await auth.close();
  await db.close();
  await owner.close();
});
