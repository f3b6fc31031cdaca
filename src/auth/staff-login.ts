import { randomBytes } from 'node:crypto';
import type { Db, Tx } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import { type Caller, type Scope, scopes } from './caller.ts';
import { putCredential, type StaffFacts, type StoredCredential } from './credential.ts';
import { findLogin, secretMark, userNameKey } from './password.ts';
import { hashPassword, randomWord } from './secret.ts';
import { destroyState, getSession, putState } from './state.ts';

const model = 'StaffSession';
/** Eight hours after the last use. */
const lifetime = 8 * 60 * 60;
/** Seconds of use after which the end moves again. */
const renewAfter = 10 * 60;

/** What a role may do; a national number in full is for API keys that name it. */
const scopesOf: Record<StaffFacts['role'], readonly Scope[]> = {
  ADMIN: scopes.filter((scope) => scope !== 'identities:reveal'),
  EDITOR: [
    'customers:read',
    'customers:write',
    'customers:delete',
    'customers:lookup',
    'references:read',
    'references:write',
  ],
  READER: ['customers:read', 'references:read'],
};

/** What a new login of a member of staff needs. Without a password one is made. */
export interface NewStaffLogin {
  organizationId: number;
  /** Unique in the whole installation; case does not matter. */
  userName: string;
  userId: number;
  password?: string;
}

/** Makes a Valomnia login. Breaks `credentials_pkey` when the user name is taken. */
export async function createStaffLogin(
  tx: Tx,
  { organizationId, userName, userId, password = randomWord(20) }: NewStaffLogin,
): Promise<{ id: string; password: string }> {
  const id = userNameKey(userName);
  const secretHash = await hashPassword(password);
  await putCredential(tx, { organizationId, id, kind: 'STAFF_LOGIN', name: userName, scopes: [], secretHash, userId });
  return { id, password };
}

/** What a sign-in tells the member of staff. */
export interface StaffSession {
  /** The value of the cookie. */
  session: string;
  caller: Caller;
  user: StaffFacts;
  organization: StoredCredential['organization'];
}

/** Signs a member of staff in; null when name or password are wrong or the member is not active. RATE_LIMITED as `findLogin`. */
export async function signInStaff(
  db: Db,
  vault: Vault,
  tried: { userName: string; password: string; remoteAddress?: string | undefined },
): Promise<StaffSession | null> {
  const found = await findLogin(db, vault, 'STAFF_LOGIN', tried);
  const caller = found === null ? null : callerOfStaff(found);
  if (found === null || caller === null || found.user === null) return null;
  // Sixteen bytes in upper-case hex: the form that the cookie's name makes clients expect.
  const session = randomBytes(16).toString('hex').toUpperCase();
  const payload = { credentialId: found.id, password: secretMark(found) };
  await putState(db, { model, id: session, payload, seconds: lifetime });
  return { session, caller, user: found.user, organization: found.organization };
}

/** The caller behind a cookie, or null. Its role is that of this moment. */
export async function callerOfStaffSession(db: Db, session: string): Promise<Caller | null> {
  const found = await getSession(db, model, session);
  const caller = found?.credential ? callerOfStaff(found.credential) : null;
  if (found?.credential == null || caller === null) return null;
  if (found.payload.password !== secretMark(found.credential)) return null;
  if ((found.secondsLeft ?? 0) < lifetime - renewAfter) {
    await putState(db, { model, id: session, payload: found.payload, seconds: lifetime });
  }
  return caller;
}

/** Ends the session. */
export function signOutStaff(db: Db, session: string): Promise<void> {
  return destroyState(db, model, session);
}

function callerOfStaff(found: StoredCredential): Caller | null {
  if (found.kind !== 'STAFF_LOGIN' || !found.isUsable || !found.user?.isActive) return null;
  return {
    organizationId: found.organizationId,
    credentialId: found.id,
    kind: 'STAFF',
    scopes: new Set(scopesOf[found.user.role]),
    userId: found.userId,
    customerId: null,
    clientIds: [],
    merchantId: null,
    clientSession: null,
  };
}
