import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { originOf, packageRoot, readEnv, variables } from '../src/env.ts';
import { failureOf } from '../src/failure.ts';
import { makeKeys } from '../src/vault.ts';

/** What is said about a wrong environment. */
function complaint(source: Record<string, string>): string {
  try {
    readEnv(source);
  } catch (error) {
    const known = failureOf(error);
    assert.ok(known, 'a failure for people');
    assert.equal(known.exitCode, 2);
    return known.message;
  }
  return assert.fail('it was accepted');
}

test('nothing set: a demo on 127.0.0.1:4000 with its data in the project', () => {
  const env = readEnv({});
  assert.deepEqual(
    [env.mode, env.host, env.port, env.databaseUrl, env.databasePool, env.databasePrepare, env.trustProxy, env.plan],
    ['demo', '127.0.0.1', 4000, null, 6, true, false, true],
  );
  assert.equal(env.dataDir, join(packageRoot, '.clientele'));
});

test('an empty variable is an absent one', () => {
  assert.deepEqual(readEnv({ PORT: '', DATABASE_URL: ' ' }), readEnv({}));
});

test('DATABASE_URL means production, unless CLIENTELE_MODE says otherwise; production needs a key ring', () => {
  const DATABASE_URL = 'postgres://user:secret@db/clientele';
  assert.match(complaint({ DATABASE_URL }), /CLIENTELE_KEYS: Needed in production. Make a key ring with: /);
  assert.equal(readEnv({ DATABASE_URL, CLIENTELE_KEYS: makeKeys() }).mode, 'production');
  assert.equal(readEnv({ DATABASE_URL, CLIENTELE_MODE: 'demo' }).mode, 'demo');
});

test('all faults are told at once, each by its variable, and no value is repeated', () => {
  const said = complaint({
    PORT: '70000',
    DATABASE_URL: 'mysql://root:secret@db/x',
    CLIENTELE_KEYS: 'secret',
    DATABASE_PREPARE: 'no',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'https://example.com/path',
  });
  for (const name of ['PORT', 'DATABASE_URL', 'CLIENTELE_KEYS', 'DATABASE_PREPARE', 'LOG_LEVEL', 'PUBLIC_URL']) {
    assert.match(said, new RegExp(`^  ${name}: `, 'm'));
  }
  assert.doesNotMatch(said, /secret/);
});

test('OIDC_ISSUER and OIDC_AUDIENCE come together', () => {
  assert.match(
    complaint({ OIDC_ISSUER: 'https://login.example.com' }),
    /OIDC_AUDIENCE: Set OIDC_ISSUER and OIDC_AUDIENCE together/,
  );
  const env = readEnv({ OIDC_ISSUER: 'https://login.example.com', OIDC_AUDIENCE: 'clientele' });
  assert.deepEqual(env.oidc, { issuer: 'https://login.example.com', audience: 'clientele' });
});

test('the public origin is PUBLIC_URL, else what HOST and the port give', () => {
  assert.equal(
    originOf(readEnv({ PUBLIC_URL: 'https://customers.example.com/' }), 4000),
    'https://customers.example.com',
  );
  assert.equal(originOf(readEnv({}), 4001), 'http://127.0.0.1:4001');
  assert.equal(originOf(readEnv({ HOST: '0.0.0.0' }), 80), 'http://127.0.0.1:80');
  assert.equal(originOf(readEnv({ HOST: '::1' }), 4000), 'http://[::1]:4000');
});

test('every variable is described', () => {
  for (const [name, { description }] of Object.entries(variables)) assert.ok(description, name);
});

test('traces are sent when a collector is named, unless OpenTelemetry is switched off', () => {
  const collector = 'http://127.0.0.1:4318';
  assert.equal(readEnv({}).traces, false);
  assert.equal(readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: collector }).traces, true);
  assert.equal(readEnv({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector}/v1/traces` }).traces, true);
  assert.equal(readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SDK_DISABLED: 'TRUE' }).traces, false);
  assert.equal(readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_EXPORTER: 'none' }).traces, false);
  assert.match(
    complaint({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }),
    /OTEL_EXPORTER_OTLP_ENDPOINT: Write the collector/,
  );
});
