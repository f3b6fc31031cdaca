import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { failureOf } from '../src/failure.ts';
import { readPrivate, writePrivate } from '../src/private-file.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientele-private-'));
  await writeFile(join(folder, 'file'), '');
});
after(() => rm(folder, { recursive: true, force: true }));

test('a data folder that is a file, and a file that is a folder, are told to whoever starts', async () => {
  const told = (word: RegExp) => (error: unknown) => {
    const known = failureOf(error);
    assert.match(known?.message ?? '', word);
    assert.match(known?.advice ?? '', /CLIENTELE_DATA_DIR/);
    return true;
  };
  await assert.rejects(readPrivate(join(folder, 'file', 'keys')), told(/cannot be read: .* is a file, not a folder/));
  await assert.rejects(writePrivate(join(folder, 'file', 'keys'), 'x'), told(/cannot be written: .* is a file/));
  await assert.rejects(readPrivate(folder), told(/cannot be read: it is a folder/));
  assert.equal(await readPrivate(join(folder, 'nothing')), null);
});
