import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { openSource } from '../../src/bulk/source.ts';

/** Where each row begins, as its reader tells it. */
async function beginnings(text: string): Promise<Record<string, number>> {
  const { rows } = await openSource(Readable.from([Buffer.from(text)]), 'csv');
  const found: Record<string, number> = {};
  for await (const { line, value } of rows) if (Array.isArray(value)) found[value[0] ?? ''] = line;
  return found;
}

for (const [name, lineBreak] of Object.entries({ Unix: '\n', Windows: '\r\n' })) {
  test(`a row of several lines is told by the line it begins on, and so is what follows: ${name}`, async () => {
    const lines = ['reference,comment', 'A,"one', '', '', 'four"', '', 'B,plain', 'C,"two', 'lines"', 'D,', ''];
    assert.deepEqual(await beginnings(lines.join(lineBreak)), { A: 2, B: 7, C: 8, D: 10 });
  });
}

test('a row that is too deep to be written again is a row that cannot be read', async () => {
  const deep = `{"comment":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const { rows } = await openSource(Readable.from([Buffer.from(`${deep}\n{"reference":"A"}\n`)]), 'ndjson');
  assert.equal((await rows.next()).value.value, null);
  assert.deepEqual((await rows.next()).value.value, { reference: 'A' });
});

test('a file without a last line break, or with breaks at the end of a cell', async () => {
  assert.deepEqual(await beginnings('reference\nA\n"B\n\n"\nC'), { A: 2, B: 3, C: 6 });
});
