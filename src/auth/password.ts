import type { Db } from '../db/client.ts';
import { ApiError } from '../errors.ts';
import { badText } from '../values/text.ts';
import type { Vault } from '../vault.ts';
import { type CredentialKind, findCredential, type StoredCredential } from './credential.ts';
import { take } from './rate.ts';
import { isPassword } from './secret.ts';
import { stateKey } from './state.ts';

const perName = { capacity: 10, refillPerSecond: 1 / 30 };
const perAddress = { capacity: 100, refillPerSecond: 1 };

/** User names are unique per installation and do not care for case. */
export function userNameKey(userName: string): string {
  // A long text takes a long time to be normalized.
  return userName.slice(0, 320).normalize('NFKC').trim().toLowerCase().slice(0, 320);
}

/** What tells one secret, and one login of a name, from the next: a new one ends the sessions and tokens of the old. */
export const secretMark = ({ secretHash }: Pick<StoredCredential, 'secretHash'>): string =>
  stateKey(secretHash ?? '').slice(0, markLength);
export const markLength = 16;

/**
 * The login with this name and password, or null: unknown, wrong, revoked are one and take as long.
 * RATE_LIMITED after ten wrong tries for one name (one more each 30 s), or a hundred from one address.
 */
export async function findLogin(
  db: Db,
  vault: Vault,
  kind: Extract<CredentialKind, 'STAFF_LOGIN' | 'CUSTOMER_LOGIN'>,
  tried: { userName: string; password: string; remoteAddress?: string | undefined },
): Promise<StoredCredential | null> {
  const name = userNameKey(tried.userName);
  // The database takes no such text, so that nobody has it.
  if (badText(name) !== null) return null;
  const hidden = (text: string) => vault.fingerprint('sign-in', text).toString('base64url');
  const buckets = [
    { key: `sign-in:${kind}:${hidden(name)}`, bucket: perName },
    ...(tried.remoteAddress ? [{ key: `sign-in:${hidden(tried.remoteAddress)}`, bucket: perAddress }] : []),
  ];
  const taken = await Promise.all(buckets.map(({ key, bucket }) => take(db, key, bucket)));
  const refused = taken.find(({ allowed }) => !allowed);
  if (refused) throw new ApiError('RATE_LIMITED', [], { retryAfter: refused.retryAfter });
  const found = await findCredential(db, name);
  const stored = found?.kind === kind && found.secretHash !== null ? Buffer.from(found.secretHash, 'hex') : null;
  const isRight = await isPassword(stored, tried.password);
  if (found === null || !isRight || !found.isUsable) return null;
  await Promise.all(buckets.map(({ key, bucket }) => take(db, key, bucket, -1)));
  return found;
}
