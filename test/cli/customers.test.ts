import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ownerDatabaseUrl } from '../support/database.ts';
import { newCustomer, newOrganization, ring } from '../support/world.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientele-cli-'));
  const DATABASE_URL = await ownerDatabaseUrl();
  env = { ...process.env, DATABASE_URL, CLIENTELE_KEYS: ring, CLIENTELE_DATA_DIR: folder };
});
after(() => rm(folder, { recursive: true, force: true }));

/** `clientele customers erase …`. */
function erase(...words: string[]) {
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'customers', 'erase', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

test('customers erase: forgets a customer, and says so again; nobody is 1, no name of a customer is 2', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola', reference: 'C-1', identity: '01018912345' });
  const own = ['--organization', world.reference, '--json'];
  const first = erase(...own, '--reference', 'C-1');
  assert.equal(first.code, 0, first.err);
  const told = JSON.parse(first.out);
  assert.deepEqual([told.id, told.credentialId, told.changes], [numericId, null, 2]);
  assert.equal((await world.ok('{ customer(by: { reference: "C-1" }) { id } }')).customer, null);

  const again = erase(...own, '--id', String(numericId));
  assert.equal(JSON.parse(again.out).erasedAt, told.erasedAt);
  const nobody = erase(...own, '--reference', 'C-1');
  assert.deepEqual([nobody.code, JSON.parse(nobody.err).error.message], [1, 'There is no such customer.']);
  assert.equal(erase(...own).code, 2);
});
