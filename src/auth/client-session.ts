import { randomBytes } from 'node:crypto';
import type { Db } from '../db/client.ts';
import { ApiError } from '../errors.ts';
import type { Vault } from '../vault.ts';
import type { Caller } from './caller.ts';
import { findCredential } from './credential.ts';
import { callerOfSigningKey, keyMark } from './signature.ts';
import { getSession, putState, stateKey } from './state.ts';

const model = 'ClientSession';
/** Two hours: the longest that the document allows (contracts, 5.2). */
const lifetime = 2 * 60 * 60;

/** Which payment products a session knows. */
export interface SessionProducts {
  excluded: readonly number[];
  restrictedTo: readonly number[] | null;
}

/** Opens a client session for a merchant's caller. FORBIDDEN for every other kind. */
export async function openClientSession(
  db: Db,
  vault: Vault,
  caller: Caller,
  { excluded, restrictedTo }: SessionProducts,
): Promise<{ clientSessionId: string; customerId: string }> {
  if (caller.kind !== 'SIGNING_KEY' || caller.merchantId === null) throw new ApiError('FORBIDDEN');
  const key = await findCredential(db, caller.credentialId);
  if (key === null) throw new ApiError('UNAUTHENTICATED');
  const clientSessionId = randomBytes(16).toString('hex');
  const customerId = `${caller.merchantId}-${randomBytes(16).toString('hex')}`;
  const payload = { credentialId: key.id, mark: keyMark(vault, key), customerId, excluded, restrictedTo };
  await putState(db, { model, id: clientSessionId, payload, seconds: lifetime });
  return { clientSessionId, customerId };
}

const numbers = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === 'number') : []);

/** The caller behind `GCS v1Client`, or null. It ends with the key that opened it, and with that key's secret. */
export async function callerOfClientSession(db: Db, vault: Vault, id: string): Promise<Caller | null> {
  const session = await getSession(db, model, id);
  if (session === null) return null;
  const { credential, payload } = session;
  if (credential?.kind !== 'SIGNING_KEY' || !credential.isUsable) return null;
  if (payload.mark !== keyMark(vault, credential)) return null;
  return {
    ...callerOfSigningKey(credential),
    kind: 'CLIENT_SESSION',
    clientSession: {
      // Its stored name: misses are counted under it, and it opens nothing.
      id: stateKey(id),
      customerId: String(payload.customerId),
      excluded: numbers(payload.excluded),
      restrictedTo: payload.restrictedTo === null ? null : numbers(payload.restrictedTo),
    },
  };
}
