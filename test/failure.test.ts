import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileFailureOf } from '../src/failure.ts';

const thrownBy = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return null;
};

test('what the system refuses of a file is told in words, with the file', async () => {
  assert.equal(
    fileFailureOf(await thrownBy(() => readFile('/nowhere/at/all')))?.message,
    '/nowhere/at/all cannot be read or written: it is not there, or its folder is not.',
  );
  const full = await thrownBy(async () => {
    const file = await open('/dev/full', 'w');
    await file.write('x').finally(() => file.close());
  });
  assert.deepEqual(fileFailureOf(full), {
    message: 'A file cannot be read or written: the disk is full.',
    advice: 'Make room, then run this again.',
    exitCode: 1,
  });
});

test('a connection that broke, and a program that cannot be run, are no files', async () => {
  const [missing] = await once(spawn('/nowhere/program'), 'error');
  assert.equal(fileFailureOf(missing), null);
  assert.equal(fileFailureOf(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' })), null);
  assert.equal(fileFailureOf(new Error('anything')), null);
});
