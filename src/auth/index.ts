import type { Db } from '../db/client.ts';
import { ApiError } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { openUsage } from './api-key.ts';
import { callerOfBearer } from './bearer.ts';
import type { Caller, Credential } from './caller.ts';
import { callerOfClientSession, openClientSession, type SessionProducts } from './client-session.ts';
import { openCredentials } from './credential.ts';
import { type ExternalIssuer, openExternal } from './external.ts';
import { type KeyRoom, openKeys } from './issuer/keys.ts';
import { callerOfSignature } from './signature.ts';
import { callerOfStaffSession, type StaffSession, signInStaff, signOutStaff } from './staff-login.ts';
import type { Standing } from './standing.ts';

/** What authentication needs. */
export interface AuthSettings {
  db: Db;
  vault: Vault;
  /** Where callers reach this server: origin without a slash at the end. */
  publicUrl: string;
  /** Somebody else's issuer, whose tokens are trusted beside ours (OIDC_ISSUER, OIDC_AUDIENCE). */
  external?: ExternalIssuer | null;
}

/** Everything that knows a secret when it sees one. */
export interface Auth {
  /**
   * Who is calling. Throws UNAUTHENTICATED for every kind of wrong credential alike. `byMemory`: a credential that is remembered need not be
   * asked for, and its caller has a `standing`.
   */
  authenticate(credential: Credential, byMemory?: boolean): Promise<Caller>;
  /** Signs a member of staff in (Valomnia); null when name or password are wrong. RATE_LIMITED after too many tries. */
  signInStaff(userName: string, password: string, remoteAddress?: string): Promise<StaffSession | null>;
  /** Ends a member of staff's session. */
  signOut(session: string): Promise<void>;
  /** Opens a client session for a merchant's caller (Worldline). FORBIDDEN for every other kind of caller. */
  openClientSession(
    caller: Caller,
    products: SessionProducts,
  ): Promise<{ clientSessionId: string; customerId: string }>;
  /** The keys of the embedded issuer, for `createIssuer`. */
  keys: KeyRoom;
  /** Waits for what is written after requests. */
  close(): Promise<void>;
}

/** Opens authentication: one way in for each kind of credential, one `Caller` out. */
export function openAuth({ db, vault, publicUrl, external }: AuthSettings): Auth {
  const usage = openUsage(db);
  const keys = openKeys(db, vault);
  const trusted = external ? { issuer: external.issuer, callerOf: openExternal(db, external) } : null;
  const credentials = openCredentials(db);
  const bearer = { db, publicUrl, keys, external: trusted };

  async function callerOf(credential: Credential, find = credentials.find): Promise<Caller | null> {
    switch (credential.type) {
      case 'none':
        return null;
      case 'bearer':
        return await callerOfBearer({ ...bearer, find }, credential.token);
      case 'cookie':
        return await callerOfStaffSession(db, credential.session);
      case 'clientSession':
        return await callerOfClientSession(db, vault, credential.id);
      case 'signature':
        return await callerOfSignature(find, vault, credential);
    }
  }

  /** The caller by what is remembered; undefined when that does not tell. A cluster's tables cannot be asked beside a statement. */
  async function recalled(credential: Credential): Promise<Caller | null | undefined> {
    let standing: Standing | undefined;
    let isMissed = false;
    const caller = await callerOf(credential, async (id) => {
      const known = credentials.recall(id, usage.used);
      isMissed ||= known === null;
      standing = known?.standing;
      return known?.credential ?? null;
    });
    if (!standing && !isMissed) return caller;
    return standing && caller && !(await db.inCluster().catch(() => true)) ? { ...caller, standing } : undefined;
  }

  return {
    async authenticate(credential, byMemory = false) {
      const early = byMemory ? await recalled(credential) : undefined;
      const caller = early === undefined ? await callerOf(credential) : early;
      if (caller === null) throw new ApiError('UNAUTHENTICATED');
      if (!caller.standing) usage.used(caller.credentialId);
      return caller;
    },
    signInStaff: (userName, password, remoteAddress) => signInStaff(db, vault, { userName, password, remoteAddress }),
    signOut: (session) => signOutStaff(db, session),
    openClientSession: (caller, products) => openClientSession(db, vault, caller, products),
    keys,
    close: () => usage.settled(),
  };
}
