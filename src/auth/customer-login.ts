import type { Db, Tx } from '../db/client.ts';
import type { Caller } from './caller.ts';
import { findCredential, type OwnCredential, putCredential, type StoredCredential } from './credential.ts';
import { markLength, secretMark, userNameKey } from './password.ts';
import { hashPassword, randomWord } from './secret.ts';

/** What a new login of a customer needs. Without a password one is made. */
export interface NewCustomerLogin {
  organizationId: number;
  /** Unique in the whole installation; case does not matter. */
  userName: string;
  customerId: number;
  password?: string;
}

/** Makes a login with which a customer allows a Connect client to act for them. Breaks `credentials_pkey` when the name is taken. */
export async function createCustomerLogin(
  tx: Tx,
  { organizationId, userName, customerId, password = randomWord(20) }: NewCustomerLogin,
): Promise<{ id: string; password: string }> {
  const id = userNameKey(userName);
  const secretHash = await hashPassword(password);
  await putCredential(tx, {
    organizationId,
    id,
    kind: 'CUSTOMER_LOGIN',
    name: userName,
    scopes: [],
    secretHash,
    customerId,
  });
  return { id, password };
}

/** How the issuer names who has signed in: by the login, and by what tells it from a later one of the same name or with another password. */
export const accountOf = (login: StoredCredential): string => `${secretMark(login)}:${login.id}`;

/** The user name in such a name. */
export const nameOf = (account: string): string => account.slice(markLength + 1);

/** The login that the issuer named so; null when it is gone, or another by now. */
export async function loginOfAccount(db: Db, account: string): Promise<StoredCredential | null> {
  const login = await findCredential(db, nameOf(account));
  return login !== null && accountOf(login) === account ? login : null;
}

/** A customer who acts through a client of the same organization, or null. Sees nothing but `viewer`. */
export function callerOfCustomer(login: StoredCredential | null, client: OwnCredential): Caller | null {
  if (login?.kind !== 'CUSTOMER_LOGIN' || !login.isUsable || !login.hasCustomer) return null;
  if (login.organizationId !== client.organizationId) return null;
  return {
    organizationId: login.organizationId,
    // Pseudonymous, and another one for each customer: answers kept for repeated requests are found by it.
    credentialId: `${client.id}.${login.customerId}`,
    kind: 'CUSTOMER',
    scopes: new Set(),
    userId: null,
    customerId: login.customerId,
    clientIds: [],
    merchantId: null,
    clientSession: null,
  };
}
