import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { take } from '../../src/auth/rate.ts';
import { sweepExpired } from '../../src/auth/state.ts';
import { asAll } from '../../src/db/client.ts';
import { openWorld } from './support.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test('a bucket gives what it holds and says when there is more', async () => {
  const key = randomUUID();
  const bucket = { capacity: 3, refillPerSecond: 0.1 };
  assert.deepEqual(await take(world.db, key, bucket), { allowed: true, remaining: 2, retryAfter: 0, resetAfter: 10 });
  assert.equal((await take(world.db, key, bucket, 2)).allowed, true);
  const empty = await take(world.db, key, bucket);
  assert.equal(empty.allowed, false);
  assert.equal(empty.retryAfter, 10);
  await world.db.sql`update rate_buckets set updated_at = updated_at - interval '10 seconds' where key = ${key}`;
  assert.equal((await take(world.db, key, bucket)).allowed, true);
  assert.equal((await take(world.db, key, bucket, 0)).remaining, 0);
  assert.equal((await take(world.db, key, bucket, -2)).remaining, 2);
});

test('many at once get what there is, and not one more', async () => {
  const key = randomUUID();
  const bucket = { capacity: 20, refillPerSecond: 0.001 };
  const all = await Promise.all(Array.from({ length: 50 }, () => take(world.db, key, bucket)));
  assert.equal(all.filter(({ allowed }) => allowed).length, 20);
});

test('impatience does not keep a bucket from filling', async () => {
  const key = randomUUID();
  const bucket = { capacity: 1, refillPerSecond: 10 };
  await take(world.db, key, bucket);
  const until = Date.now() + 2_000;
  let got = false;
  while (!got && Date.now() < until) got = (await take(world.db, key, bucket)).allowed;
  assert.ok(got);
});

test('what has expired is swept', async () => {
  const key = randomUUID();
  await take(world.db, key, { capacity: 1, refillPerSecond: 1 });
  await world.db.sql`update rate_buckets set expires_at = now() - interval '1 second' where key = ${key}`;
  assert.ok((await asAll(world.db, sweepExpired)) >= 1);
  assert.equal((await world.db.sql`select 1 from rate_buckets where key = ${key}`).length, 0);
});
