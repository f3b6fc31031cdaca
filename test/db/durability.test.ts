import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volatileSettings } from '../../src/db/durability.ts';
import { ownerDatabaseUrl } from '../support/database.ts';

test('a database that may forget what it acknowledged is named, with what would be lost', async () => {
  // The tests' own database is gone after a power cut, and may.
  assert.deepEqual(await volatileSettings(await ownerDatabaseUrl()), [
    'The database runs with fsync = off: a crash of the machine may damage the whole database.',
    'The database runs with full_page_writes = off: a crash of the machine may damage pages of the database.',
    'The database runs with synchronous_commit = off: a crash may lose the last writes that were acknowledged.',
  ]);
});
