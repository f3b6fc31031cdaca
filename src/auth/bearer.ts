import { decodeJwt } from 'jose';
import type { Db } from '../db/client.ts';
import { callerOfApiKey, parseApiKey } from './api-key.ts';
import type { Caller } from './caller.ts';
import type { OwnCredential } from './credential.ts';
import { callerOfCustomer, loginOfAccount } from './customer-login.ts';
import type { KeyRoom } from './issuer/keys.ts';
import { readAccessToken } from './issuer/token.ts';
import { callerOfOAuthClient } from './oauth-client.ts';
import { secretMark } from './password.ts';
import { getState } from './state.ts';

/** Longer tokens are nobody's. */
const maxLength = 8_192;

/** What tells whose a bearer token is. */
export interface BearerSettings {
  db: Db;
  find(id: string): Promise<OwnCredential | null>;
  publicUrl: string;
  keys: KeyRoom;
  /** Somebody else's issuer, if one is trusted, and its name. */
  external: { issuer: string; callerOf(token: string): Promise<Caller | null> } | null;
}

/** The caller behind `Authorization: Bearer …`, or null: an API key, a token of ours, or one of the trusted issuer. */
export async function callerOfBearer(settings: BearerSettings, token: string): Promise<Caller | null> {
  const { find, external } = settings;
  const key = parseApiKey(token);
  if (key !== null) return callerOfApiKey(await find(key.id), key.secret);
  const issuer = token.length <= maxLength ? issuerOf(token) : null;
  if (issuer === null) return null;
  if (external !== null && issuer === external.issuer) return await external.callerOf(token);
  return issuer === settings.publicUrl ? await callerOfOwnToken(settings, token) : null;
}

/** Who a token says issued it: only to choose whose keys decide. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

/** A token says who; what they may do, and whether they still may, is looked up. */
async function callerOfOwnToken({ db, find, publicUrl, keys }: BearerSettings, token: string): Promise<Caller | null> {
  const said = await readAccessToken(keys, publicUrl, token);
  if (said === null) return null;
  const client = await find(said.clientId);
  // A new secret ends what was got with the old one.
  if (client !== null && said.clientMark !== null && said.clientMark !== secretMark(client)) return null;
  const own = callerOfOAuthClient(client, said.scopes);
  if (client === null || own === null || said.subject === said.clientId) return own;
  const [login, grant] = await Promise.all([
    loginOfAccount(db, said.subject),
    said.grantId === null ? null : getState(db, 'Grant', said.grantId),
  ]);
  if (said.grantId !== null && grant === null) return null;
  return callerOfCustomer(login, client);
}
