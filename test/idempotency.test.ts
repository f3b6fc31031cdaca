import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { asAll, asOrganization, openDb } from '../src/db/client.ts';
import { claim, keep, type Once, sweepAnswers } from '../src/db/idempotency.ts';
import { idempotency } from '../src/db/tables/idempotency.ts';
import { ApiError } from '../src/errors.ts';
import { createServer } from '../src/server.ts';
import { openVault } from '../src/vault.ts';
import { testDatabaseUrl } from './support/database.ts';
import { db, fetchServer, type Json, newCustomer, newOrganization, vault, type World } from './support/world.ts';

type Serve = (request: Request) => Promise<Response>;

/** A write of Valomnia's, by form. */
async function create(
  world: World,
  idempotencyKey: string,
  fields: Record<string, string>,
  serve: Serve = fetchServer,
) {
  const headers = { authorization: `Bearer ${world.key}`, 'idempotency-key': idempotencyKey };
  const body = new URLSearchParams(fields);
  const answer = await serve(
    new Request('http://clientele.test/api/v1.0/customers', { method: 'POST', headers, body }),
  );
  const replayed = answer.headers.get('idempotency-replayed');
  return { status: answer.status, replayed, body: (await answer.json()) as Json };
}

const mutation = `mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) {
  ... on CustomerCreatePayload { customer { numericId name } } ... on Error { code } } }`;
async function graphql(world: World, idempotencyKey: string, variables: object, query = mutation) {
  const headers = {
    authorization: `Bearer ${world.key}`,
    'idempotency-key': idempotencyKey,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ query, variables });
  const answer = await fetchServer(new Request('http://clientele.test/graphql', { method: 'POST', headers, body }));
  const replayed = answer.headers.get('idempotency-replayed');
  return { status: answer.status, replayed, ...((await answer.json()) as { data: Json; errors?: Json[] }) };
}

const customersOf = async (world: World): Promise<number> =>
  (await world.ok('{ customers { totalCount(exact: true) { value } } }')).customers.totalCount.value;
const code = (wanted: ApiError['code']) => (error: unknown) => error instanceof ApiError && error.code === wanted;

test('REST: the same key and body get the same answer, and one record is made', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  const first = await create(world, key, { name: 'Brick', reference: 'brick' });
  const again = await create(world, key, { name: 'Brick', reference: 'brick' });
  assert.deepEqual([first.status, first.replayed], [201, null]);
  assert.deepEqual([again.status, again.replayed], [201, 'true']);
  assert.deepEqual(again.body, first.body);
  assert.equal(await customersOf(world), 1);
});

test('GraphQL: a mutation under a key runs once, whatever was changed since', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  const first = await graphql(world, key, { input: { name: 'Ola' } });
  const again = await graphql(world, key, { input: { name: 'Ola' } });
  assert.deepEqual([again.status, again.replayed, again.data], [200, 'true', first.data]);
  assert.equal(first.replayed, null);
  assert.equal(await customersOf(world), 1);
});

test('422: the key was used with another body or path; nothing is done', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  await create(world, key, { name: 'Brick', reference: 'brick' });
  const other = await create(world, key, { name: 'Brick', reference: 'other' });
  assert.equal(other.status, 422);
  assert.equal(other.body.error, 'idempotency_mismatch');
  const { status, errors } = await graphql(world, key, { input: { name: 'Ola' } });
  assert.deepEqual([status, errors?.[0].extensions.code], [422, 'IDEMPOTENCY_MISMATCH']);
  assert.equal(await customersOf(world), 1);
});

test('409: the key is taken by a request that is still running, in whatever process', async () => {
  const world = await newOrganization();
  const { organizationId } = world;
  const credentialId = /^clk_([^_]+)_/.exec(world.key)?.[1] ?? '';
  const key = randomUUID();
  await asOrganization(db, { organizationId }, 'write', async (tx) => {
    await claim(tx, vault, { organizationId, credentialId, key, fingerprint: 'running' });
    const answer = await create(world, key, { name: 'Brick', reference: 'brick' });
    assert.deepEqual([answer.status, answer.body.error], [409, 'conflict']);
    const { status, errors } = await graphql(world, key, { input: { name: 'Ola' } });
    assert.deepEqual([status, errors?.[0].extensions.code], [409, 'IDEMPOTENCY_IN_PROGRESS']);
  });
  assert.equal((await create(world, key, { name: 'Brick', reference: 'brick' })).status, 201);
});

test('many at once, on two servers with a pool each: one record, one answer for all who waited', async () => {
  const world = await newOrganization();
  const second = openDb({ url: await testDatabaseUrl() });
  const log = { info: () => undefined, error: () => undefined };
  const env = { mode: 'production', publicUrl: 'http://clientele.test', oidc: null } as const;
  const server = createServer({ db: second, vault, log, env });
  try {
    const serves = [fetchServer, (request: Request) => server.fetch(request)];
    const key = randomUUID();
    const fields = { name: 'Brick', reference: `brick-${key}` };
    const retry = async (serve: Serve): Promise<Json> => {
      for (let tries = 0; tries < 100; tries++) {
        const { status, body } = await create(world, key, fields, serve);
        if (status === 201) return body;
        assert.equal(status, 409);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('It never ended.');
    };
    const bodies = await Promise.all(Array.from({ length: 12 }, (_, at) => retry(serves[at % 2] ?? fetchServer)));
    for (const body of bodies) assert.deepEqual(body, bodies[0]);
    assert.equal(await customersOf(world), 1);
  } finally {
    await server.close();
    await second.close();
  }
});

test('what was refused is not kept: corrected, the request may come again under its key', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  assert.equal((await create(world, key, { reference: 'brick' })).status, 400);
  assert.equal((await create(world, key, { name: 'Brick', reference: 'brick' })).status, 201);
  const other = randomUUID();
  const refused = await graphql(world, other, { input: { name: 'Ola', reference: 'brick' } });
  assert.equal(refused.data.customerCreate.code, 'REFERENCE_TAKEN');
  assert.equal((await graphql(world, other, { input: { name: 'Ola', reference: 'free' } })).replayed, null);
});

test('an operation of which a part was written is kept whole, refusals included', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  const two = `mutation { a: customerCreate(input: { name: "A", reference: "a" }) { __typename }
    b: customerCreate(input: { name: "B", reference: "a" }) { __typename } }`;
  const first = await graphql(world, key, {}, two);
  const again = await graphql(world, key, {}, two);
  assert.deepEqual(first.data, { a: { __typename: 'CustomerCreatePayload' }, b: { __typename: 'ConflictError' } });
  assert.deepEqual([again.replayed, again.data], ['true', first.data]);
});

test('a key is its credential’s own, and nobody else’s answer is behind it', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  await create(world, key, { name: 'Brick', reference: 'brick' });
  const colleague = { ...world, key: await world.keyFor(['customers:read', 'customers:write']) };
  assert.equal((await create(colleague, key, { name: 'Brick', reference: 'colleague' })).replayed, null);
  const stranger = await newOrganization();
  assert.equal((await create(stranger, key, { name: 'Brick', reference: 'brick' })).replayed, null);
});

test('400: a key that is too long or not printable', async () => {
  const world = await newOrganization();
  assert.equal((await create(world, 'k'.repeat(256), { name: 'Brick', reference: 'brick' })).status, 400);
  const { errors } = await graphql(world, 'k'.repeat(256), { input: { name: 'Ola' } });
  assert.equal(errors?.[0].extensions.code, 'VALUE_TOO_LONG');
  assert.equal((await create(world, 'k'.repeat(255), { name: 'Brick', reference: 'brick' })).status, 201);
});

test('a query under a key reads anew', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  const query = '{ customers { totalCount(exact: true) { value } } }';
  assert.equal((await graphql(world, key, {}, query)).data.customers.totalCount.value, 0);
  await newCustomer(world, { name: 'Ola' });
  assert.equal((await graphql(world, key, {}, query)).data.customers.totalCount.value, 1);
});

test('answers are sealed, and last a day', async () => {
  const world = await newOrganization();
  const key = randomUUID();
  await graphql(world, key, { input: { name: 'Ola Nordmann' } });
  const own = eq(idempotency.organizationId, world.organizationId);
  const [row] = await asAll(db, (tx) => tx.select().from(idempotency).where(own));
  assert.ok(row);
  assert.doesNotMatch(row.sealed.toString('latin1'), /Nordmann/);
  const age = (interval: string) =>
    asAll(db, (tx) =>
      tx
        .update(idempotency)
        .set({ createdAt: sql`now() - ${interval}::interval` })
        .where(own),
    );
  await age('24 hours 1 second');
  assert.equal((await graphql(world, key, { input: { name: 'Kari' } })).replayed, null);
  assert.equal(await customersOf(world), 2);
  await age('25 hours');
  assert.ok((await asAll(db, sweepAnswers)) >= 1);
});

test('another ring cannot read an answer, and says so rather than do the work twice', async () => {
  const world = await newOrganization();
  const once: Once = { organizationId: world.organizationId, credentialId: 'c', key: 'k', fingerprint: 'f' };
  const stranger = openVault([{ id: 9, key: randomBytes(32) }]);
  await world.as((tx) => keep(tx, vault, once, { data: 1 }));
  await assert.rejects(
    world.as((tx) => claim(tx, stranger, once)),
    /does not hold/,
  );
  await assert.rejects(
    world.as((tx) => claim(tx, vault, { ...once, fingerprint: 'g' })),
    code('IDEMPOTENCY_MISMATCH'),
  );
  assert.deepEqual((await world.as((tx) => claim(tx, vault, once)))?.result, { data: 1 });
});
