import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'drizzle-orm';
import { asOrganization } from '../../src/db/client.ts';
import { isDatabaseError } from '../../src/db/driver.ts';
import type { Watch } from '../../src/db/trace.ts';
import { tellStatement } from '../../src/telemetry/statement.ts';
import { db, newOrganization } from '../support/world.ts';

const { organizationId } = await newOrganization();

/** What a watch was told, in the order of the ends. */
function watcher() {
  const ended: string[] = [];
  const watch: Watch = (asked) => (error) => {
    const what = 'sql' in asked ? asked.sql : asked.host;
    ended.push(error === undefined ? what : `${what} failed: ${isDatabaseError(error) ? error.code : 'otherwise'}`);
  };
  return { ended, trace: { parent: null, watch } };
}

describe('whoever looks on', () => {
  it('is told of each statement of a transaction and of its COMMIT, not of the wall', async () => {
    const { ended, trace } = watcher();
    await asOrganization(db, { organizationId, trace }, 'write', async (tx) => {
      await tx.execute(sql`select 1`);
      await tx.transaction((inner) => inner.execute(sql`select 2`));
    });
    assert.deepEqual(ended, ['select 1', 'select 2', 'COMMIT']);
  });

  it('is told what failed', async () => {
    const { ended, trace } = watcher();
    await assert.rejects(
      asOrganization(db, { organizationId, trace }, 'read', async (tx) => tx.execute(sql`select 1 / 0`)),
    );
    assert.deepEqual(ended, ['select 1 / 0 failed: 22012']);
  });

  it('is told of a single statement in a lane', async () => {
    const { ended, trace } = watcher();
    await db.lanes.read({ organizationId, text: 'select 3::text', parameters: [], prepare: false, trace });
    assert.deepEqual(ended, ['select 3::text']);
  });
});

describe('what is told of a statement', () => {
  const cases: [string, string, string][] = [
    [
      'select "id" from "customers" where "id" = $1',
      'SELECT customers',
      'select "id" from "customers" where "id" = $1',
    ],
    [
      `select line1, t0."x2" from categories t0 where name = 'O''Hara' and n > 12.5 /*traceparent='00-1'*/`,
      'SELECT categories',
      'select line1, t0."x2" from categories t0 where name = ? and n > ?',
    ],
    [`insert into "contacts" ("a")\n  values (E'\\x1e')`, 'INSERT contacts', 'insert into "contacts" ("a") values (?)'],
    [`select E'it\\'s', 'a\\' from users`, 'SELECT users', 'select ?, ? from users'],
    ['update customers set version = version + 1', 'UPDATE customers', 'update customers set version = version + ?'],
    ['select clientele_history_erase($1)', 'SELECT', 'select clientele_history_erase($1)'],
  ];
  for (const [text, summary, told] of cases) {
    it(`${summary}: ${told}`, () => {
      assert.equal(tellStatement(text).summary, summary);
      assert.equal(tellStatement(text).text, told);
    });
  }
});
