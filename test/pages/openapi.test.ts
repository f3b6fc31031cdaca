import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { dialects } from '../../src/rest-compat/dialects.ts';

test('every OpenAPI document is valid by the linter’s recommended rules', async () => {
  const files = dialects.map(({ name }) => `openapi/${name}.json`);
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  await promisify(execFile)(resolve('node_modules/.bin/redocly'), ['lint', ...files], { env });
});
