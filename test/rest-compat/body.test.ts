import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/errors.ts';
import { parsePairs, readBody } from '../../src/rest-compat/body.ts';

const refusedAs = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code;

test('a form holds at most a thousand values, and is read byte by byte', () => {
  assert.throws(() => parsePairs('a&'.repeat(1_500_000)), refusedAs('TOO_LARGE'));
  assert.equal(parsePairs(`a=${'%41'.repeat(1_000_000)}`).a, 'A'.repeat(1_000_000));
  const read = parsePairs('a=%C3%A9+b%2B%zz%4&x=1&x=2&%41=%&&');
  assert.deepEqual(read, { a: 'é b+%zz%4', x: ['1', '2'], A: '%' });
  assert.throws(() => parsePairs('a=%C3'), refusedAs('MALFORMED_REQUEST'));
});

test('a body that ends too early is the caller’s, not a fault of ours', async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
  });
  const headers = { 'content-type': 'application/json' };
  const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  await assert.rejects(readBody(request, ['json']), refusedAs('MALFORMED_REQUEST'));
});
