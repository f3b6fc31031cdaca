import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../src/rest-compat/dialects.ts';
import { printOpenApi } from '../../src/rest-compat/openapi.ts';
import { send } from './shop.ts';

for (const dialect of dialects) {
  test(`200, ${dialect.name} is described at /openapi/${dialect.name}.json, every route with its own name`, async () => {
    const { status, body } = await send('GET', `/openapi/${dialect.name}.json`);
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(printOpenApi(dialect)));
    const operations = Object.values(body.paths).flatMap((path) =>
      Object.values(path as Record<string, { operationId: string }>),
    );
    assert.equal(operations.length, dialect.routes.length + dialect.doors.length);
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  });
}
