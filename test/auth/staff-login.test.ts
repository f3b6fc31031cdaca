import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { revokeCredential } from '../../src/auth/credential.ts';
import { rotateSecret } from '../../src/auth/rotation.ts';
import { createStaffLogin } from '../../src/auth/staff-login.ts';
import { users } from '../../src/db/tables/index.ts';
import { as, newOrganization, newUser, openWorld, refusedAs, unauthenticated } from './support.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

async function newStaff(role: 'ADMIN' | 'EDITOR' | 'READER' = 'EDITOR') {
  const { id: organizationId } = await newOrganization(world.db);
  const userId = await newUser(world.db, organizationId, role);
  const userName = `Kari-${randomUUID()}@example.com`;
  const { id, password } = await as(world.db, organizationId, (tx) =>
    createStaffLogin(tx, { organizationId, userName, userId }),
  );
  return { organizationId, userId, userName, id, password };
}

test('a member of staff signs in, is told who they are, and the cookie opens their organization', async () => {
  const { userName, password, organizationId, userId } = await newStaff();
  const signedIn = await world.auth.signInStaff(userName.toUpperCase(), password, '192.0.2.1');
  assert.ok(signedIn);
  assert.equal(signedIn.user.firstName, 'Kari');
  assert.equal(signedIn.organization.name, 'Nordic Trading');
  assert.match(signedIn.session, /^[0-9A-F]{32}$/);
  const caller = await world.auth.authenticate({ type: 'cookie', session: signedIn.session });
  assert.equal(caller.kind, 'STAFF');
  assert.equal(caller.organizationId, organizationId);
  assert.equal(caller.userId, userId);
});

test('what a member of staff may do is their role’s, at this moment', async () => {
  const { userName, password, organizationId, userId } = await newStaff('READER');
  const signedIn = await world.auth.signInStaff(userName, password);
  assert.ok(signedIn);
  const scopesNow = async () => {
    const caller = await world.auth.authenticate({ type: 'cookie', session: signedIn.session });
    return caller.scopes;
  };
  assert.deepEqual([...(await scopesNow())], ['customers:read', 'references:read']);
  const become = (change: { role?: 'EDITOR' | 'ADMIN'; isActive?: boolean }) =>
    as(world.db, organizationId, (tx) => tx.update(users).set(change).where(eq(users.id, userId)));
  await become({ role: 'EDITOR' });
  assert.ok((await scopesNow()).has('customers:delete'));
  await become({ role: 'ADMIN' });
  assert.ok((await scopesNow()).has('organizations:write'));
  assert.ok(!(await scopesNow()).has('identities:reveal'));
  await become({ isActive: false });
  await assert.rejects(scopesNow(), unauthenticated);
  assert.equal(await world.auth.signInStaff(userName, password), null);
});

test('wrong password, unknown name and a revoked login are refused alike', async () => {
  const { userName, password, organizationId, id } = await newStaff();
  assert.equal(await world.auth.signInStaff(userName, `${password}x`), null);
  assert.equal(await world.auth.signInStaff(userName, ''), null);
  assert.equal(await world.auth.signInStaff(`nobody-${randomUUID()}`, password), null);
  const signedIn = await world.auth.signInStaff(userName, password);
  assert.ok(signedIn);
  await as(world.db, organizationId, (tx) => revokeCredential(tx, id));
  await assert.rejects(world.auth.authenticate({ type: 'cookie', session: signedIn.session }), unauthenticated);
  assert.equal(await world.auth.signInStaff(userName, password), null);
});

test('who signs out, and whose session is over, is nobody', async () => {
  const { userName, password } = await newStaff();
  const [first, second] = [
    await world.auth.signInStaff(userName, password),
    await world.auth.signInStaff(userName, password),
  ];
  assert.ok(first && second);
  await world.auth.signOut(first.session);
  await assert.rejects(world.auth.authenticate({ type: 'cookie', session: first.session }), unauthenticated);
  await world.auth.authenticate({ type: 'cookie', session: second.session });
  await assert.rejects(world.auth.authenticate({ type: 'cookie', session: '' }), unauthenticated);
});

test('another password ends the sessions of the old one', async () => {
  const { userName, password, organizationId, id } = await newStaff();
  const before = await world.auth.signInStaff(userName, password);
  assert.ok(before);
  const next = await as(world.db, organizationId, (tx) => rotateSecret(tx, world.vault, { organizationId, id }));
  assert.ok(next);
  await assert.rejects(world.auth.authenticate({ type: 'cookie', session: before.session }), unauthenticated);
  assert.equal(await world.auth.signInStaff(userName, password), null);
  assert.ok(await world.auth.signInStaff(userName, next));
});

test('after ten wrong tries a name must wait, even with the right password; right ones do not count', async () => {
  const { userName, password } = await newStaff();
  for (let tries = 0; tries < 12; tries += 1) assert.ok(await world.auth.signInStaff(userName, password));
  for (let tries = 0; tries < 10; tries += 1) assert.equal(await world.auth.signInStaff(userName, 'guess'), null);
  await assert.rejects(world.auth.signInStaff(userName, password), refusedAs('RATE_LIMITED'));
  await assert.rejects(
    world.auth.signInStaff(userName, password),
    ({ retryAfter }: { retryAfter: number }) => retryAfter > 0 && retryAfter <= 30,
  );
});

test('a user name is one in the whole installation, whatever its case', async () => {
  const { userName, organizationId, userId } = await newStaff();
  await assert.rejects(
    as(world.db, organizationId, (tx) =>
      createStaffLogin(tx, { organizationId, userName: userName.toLowerCase(), userId }),
    ),
    (error: { cause?: { constraint_name?: string } }) => error.cause?.constraint_name === 'credentials_pkey',
  );
});
