import assert from 'node:assert/strict';
import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { openSource } from '../../src/bulk/source.ts';
import { mustBeReadable, mustBeWritable, mustDiffer, openDraft } from '../../src/cli/files.ts';
import { readDirectoryFile } from '../../src/directory/file.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientele-files-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('what is read is not written over, by whichever name it is called', async () => {
  const [input, link] = [join(folder, 'a.csv'), join(folder, 'link.csv')];
  await writeFile(input, 'reference');
  await symlink(input, link);
  await mustDiffer([input, join(folder, 'a.refused.csv')]);
  await assert.rejects(mustDiffer([input, join(folder, '.', 'a.csv')]), /named twice/);
  await assert.rejects(mustDiffer([input, link]), /named twice/);
});

test('a file that cannot be written is told before anything is done', async () => {
  await mustBeWritable(join(folder, 'new.csv'));
  await assert.rejects(mustBeWritable(join(folder, 'nowhere', 'new.csv')), /cannot be written/);
  await assert.rejects(mustBeWritable(folder), /is a folder/);
});

test('a draft takes the place of what was there, its mode, and what a link leads to', async () => {
  const [file, link] = [join(folder, 'kept.csv'), join(folder, 'kept-link.csv')];
  await writeFile(file, 'before', { mode: 0o640 });
  await symlink(file, link);
  const draft = await openDraft(link);
  assert.deepEqual([draft.path, draft.isFile], [`${file}.part`, true]);
  await writeFile(draft.path, 'after', { mode: 0o600 });
  assert.equal(await readFile(file, 'utf8'), 'before');
  await draft.settle();
  assert.deepEqual([await readFile(link, 'utf8'), (await stat(file)).mode & 0o777], ['after', 0o640]);
  assert.ok((await lstat(link)).isSymbolicLink());
  const dropped = await openDraft(join(folder, 'never.csv'));
  await writeFile(dropped.path, 'half');
  await dropped.drop();
  await assert.rejects(stat(dropped.path));
  assert.equal((await openDraft('/dev/null')).isFile, false);
});

test('a folder is no file to be read', () => assert.rejects(mustBeReadable(folder), /is a folder/));

test('a file that is not UTF-8 is refused, and no letter of it lost', async () => {
  const latin = Buffer.from('reference,name\nA,Bj\xf8rn\n', 'latin1');
  const read = async () => {
    for await (const _ of (await openSource(Readable.from([latin]), 'csv')).rows);
  };
  await assert.rejects(read, /not UTF-8/);
  const directory = async () => {
    for await (const _ of readDirectoryFile(Readable.from([latin]), 'csv'));
  };
  await assert.rejects(directory, /not UTF-8/);
  const split = [Buffer.from('reference,name\nA,Bj'), Buffer.from([0xc3]), Buffer.from([0xb8]), Buffer.from('rn\n')];
  const { rows } = await openSource(Readable.from(split), 'csv');
  assert.deepEqual((await rows.next()).value.value, ['A', 'Bjørn']);
});
