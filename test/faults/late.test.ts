import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgres } from '../../src/db/driver.ts';
import { ownerDatabaseUrl } from '../support/database.ts';
import { type Faulty, figures, openFaulty } from './faulty.ts';

// A request has nine seconds from its credential on, its transaction eight from its first statement on. Three of the nine are
// spent before: another process holds the bucket that the request is paid from.

const owner = postgres(await ownerDatabaseUrl(), { max: 2, onnotice: () => undefined });
const slow = (when: string) => `
  create function late_${when}() returns trigger language plpgsql as $$
  begin if new.name like '%${when}%' then perform pg_sleep(2.5); end if; return null; end $$`;

before(async () => {
  await owner.unsafe(slow('statement'));
  await owner.unsafe(slow('commit'));
  await owner.unsafe(
    'create trigger late_statement after insert on customers for each row execute function late_statement()',
  );
  await owner.unsafe(
    'create constraint trigger late_commit after insert on customers deferrable initially deferred for each row execute function late_commit()',
  );
});
after(async () => {
  await owner.unsafe('drop function late_statement() cascade; drop function late_commit() cascade');
  await owner.end();
});

/** Sends one mutation of several fields, the first of a new organization, while somebody holds its bucket for three seconds. */
async function create(faulty: Faulty, names: readonly string[]) {
  const held = owner.begin(async (sql) => {
    await sql`insert into rate_buckets (key, tokens, updated_at, expires_at)
      values (${`organization:${faulty.organizationId}`}, 1000, now(), now() + interval '1 hour')`;
    await sleep(3_000);
  });
  await sleep(200);
  const fields = names.map(
    (name, n) =>
      `f${n}: customerCreate(input: { name: "${name}", currency: "NOK" }) { __typename ... on Error { code } }`,
  );
  const told = await faulty.graphql(`mutation { ${fields.join(' ')} }`);
  await held;
  return told;
}

describe('an answer that comes too late', () => {
  it('503 after nine seconds, and what was told as not done is not done afterwards', async () => {
    const faulty = await openFaulty();
    const told = await create(faulty, ['statement 1', 'statement 2', 'statement 3']);
    figures('late', { status: told.status, ms: Math.round(told.ms) });
    assert.equal(told.status, 503, JSON.stringify(told.body));
    assert.ok(told.headers.get('retry-after'));
    assert.ok(told.ms > 8_000 && told.ms < 10_000, String(told.ms));
    await sleep(4_000);
    assert.deepEqual([...(await faulty.stored('statement'))], []);
    assert.deepEqual(faulty.logged, []);
    await faulty.close();
  });

  it('a COMMIT that was sent in time is waited for: what was done is told as done', async () => {
    const faulty = await openFaulty();
    const told = await create(faulty, ['statement 1', 'statement 2 commit']);
    figures('late COMMIT', { status: told.status, ms: Math.round(told.ms) });
    assert.equal(told.status, 200, JSON.stringify(told.body));
    assert.ok(told.ms > 9_000, String(told.ms));
    assert.equal((await faulty.stored('statement')).size, 2);
    await faulty.close();
  });
});
