import type { Db } from '../db/client.ts';
import { callerOfApiKey, parseApiKey } from './api-key.ts';
import type { Caller } from './caller.ts';
import { findCredential } from './credential.ts';

/** The caller behind `Authorization: Bearer …`, or null: an API key by its form. */
export async function callerOfBearer(db: Db, token: string): Promise<Caller | null> {
  const key = parseApiKey(token);
  if (key === null) return null;
  return callerOfApiKey(await findCredential(db, key.id), key.secret);
}
