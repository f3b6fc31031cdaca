import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeKeys } from '../../src/vault.ts';
import { ownerDatabaseUrl } from '../support/database.ts';

describe('every kind of credential by the command line', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const reference = `cli-${process.pid}-${Date.now()}`;

  const clientele = (...words: string[]) => {
    const run = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words, '--json'], {
      env,
      encoding: 'utf8',
    });
    return { code: run.status, json: run.stdout ? JSON.parse(run.stdout) : null, err: run.stderr };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clientele-cli-'));
    env = {
      ...process.env,
      DATABASE_URL: await ownerDatabaseUrl(),
      CLIENTELE_KEYS: makeKeys(),
      CLIENTELE_DATA_DIR: folder,
    };
    const made = clientele(
      'organizations',
      'create',
      '--reference',
      reference,
      '--name',
      'Command line',
      '--country',
      'NO',
      '--currency',
      'NOK',
    );
    assert.equal(made.code, 0, made.err);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is made, listed, given a new secret and ended', () => {
    const own = ['--organization', reference];
    const riverty = clientele('oauth-clients', 'create', ...own, '--name', 'shop', '--riverty-clients', '4711');
    assert.equal(riverty.code, 0, riverty.err);
    assert.deepEqual([riverty.json.clientIds, riverty.json.grants], [[4711], ['client_credentials']]);
    const key = clientele('signing-keys', 'create', ...own, '--name', 'checkout', '--merchant', `m${process.pid}`);
    assert.equal(key.code, 0, key.err);
    assert.match(key.json.secret, /\S{20}/);

    const kinds = clientele('credentials', 'list', ...own).json.map(({ kind }: { kind: string }) => kind);
    assert.deepEqual([...kinds].sort(), ['API_KEY', 'OAUTH_CLIENT', 'SIGNING_KEY']);
    const rotated = clientele('credentials', 'rotate', ...own, '--id', riverty.json.id);
    assert.notEqual(rotated.json.secret, riverty.json.secret);
    assert.equal(clientele('credentials', 'revoke', '--id', riverty.json.id).json.isRevoked, true);
    assert.equal(clientele('credentials', 'rotate', ...own, '--id', riverty.json.id).code, 1);
  });

  it('gives the issuer another key', () => {
    const rotated = clientele('issuer', 'rotate');
    assert.deepEqual([rotated.code, rotated.json], [0, { isRotated: true }], rotated.err);
  });

  it('makes logins of staff and tells what is wrong', () => {
    const own = ['--organization', reference];
    const nobody = clientele(
      'customer-logins',
      'create',
      ...own,
      '--customer',
      'nobody',
      '--login',
      'nobody@cli.example',
    );
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /no customer “nobody”/);
    const wrong = clientele('signing-keys', 'create', ...own, '--name', 'x', '--merchant', 'clients');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /would hide paths/);
    const odd = clientele('signing-keys', 'create', ...own, '--name', 'x', '--merchant', 'a b');
    assert.match(odd.err, /A merchant id has at most 40 letters/);
    const nowhere = clientele('oauth-clients', 'create', ...own, '--name', 'x', '--redirect', 'portal');
    assert.match(nowhere.err, /a whole http or https URL/);
  });
});
