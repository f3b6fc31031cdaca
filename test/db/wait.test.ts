import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../src/db/embedded/postmaster.ts';
import { checkSameDatabase, waitForDatabase } from '../../src/db/wait.ts';
import { ownerDatabaseUrl, testDatabaseUrl } from '../support/database.ts';

const silent = () => {};

test('a database that is there is not waited for', async () => {
  const said: string[] = [];
  await waitForDatabase(await testDatabaseUrl(), (line) => said.push(line));
  assert.deepEqual(said, []);
});

test('one that is not there is waited for aloud, then given up; the password is never shown', async () => {
  const said: string[] = [];
  const url = `postgres://user:secret@127.0.0.1:${await freePort(0)}/none`;
  await assert.rejects(
    waitForDatabase(url, (line) => said.push(line), 1500),
    (error: Error) => {
      assert.match(error.message, /did not answer within 2 s \(ECONNREFUSED\)/);
      assert.doesNotMatch(error.message + said.join(), /secret/);
      return true;
    },
  );
  assert.equal(said.length, 1);
});

test('what waiting cannot help is told at once', async () => {
  const wrongPassword = new URL(await testDatabaseUrl());
  wrongPassword.password = 'wrong';
  await assert.rejects(
    waitForDatabase(wrongPassword.href, silent),
    /The password or the user in DATABASE_URL is wrong/,
  );
  const noSuch = new URL(await testDatabaseUrl());
  noSuch.pathname = '/nowhere';
  await assert.rejects(waitForDatabase(noSuch.href, silent), /does not exist: create it first/);
});

test('two addresses of one database are told from those of two', async () => {
  const url = await testDatabaseUrl();
  const byName = new URL(url);
  byName.hostname = byName.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  await checkSameDatabase(url, byName.href);
  const another = new URL(await ownerDatabaseUrl());
  another.pathname = '/postgres';
  await assert.rejects(checkSameDatabase(another.href, url), (error: Error) => {
    assert.match(error.message, /leads to another database/);
    assert.doesNotMatch(error.message, new RegExp(another.password));
    return true;
  });
});
