import type { Db } from '../db/client.ts';
import { ApiError } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { openUsage } from './api-key.ts';
import { callerOfBearer } from './bearer.ts';
import type { Caller, Credential } from './caller.ts';

/** What authentication needs. */
export interface AuthSettings {
  db: Db;
  vault: Vault;
  /** Where callers reach this server: origin without a slash at the end. */
  publicUrl: string;
}

/** Everything that knows a secret when it sees one. */
export interface Auth {
  /** Who is calling. Throws UNAUTHENTICATED for every kind of wrong credential alike. */
  authenticate(credential: Credential): Promise<Caller>;
  /** Waits for what is written after requests. */
  close(): Promise<void>;
}

/** Opens authentication: one way in for each kind of credential, one `Caller` out. */
export function openAuth(settings: AuthSettings): Auth {
  const { db } = settings;
  const usage = openUsage(db);

  async function callerOf(credential: Credential): Promise<Caller | null> {
    switch (credential.type) {
      case 'bearer':
        return await callerOfBearer(db, credential.token);
      case 'none':
      case 'cookie':
      case 'clientSession':
      case 'signature':
        return null;
    }
  }

  return {
    async authenticate(credential) {
      const caller = await callerOf(credential);
      if (caller === null) throw new ApiError('UNAUTHENTICATED');
      usage.used(caller.credentialId);
      return caller;
    },
    close: () => usage.settled(),
  };
}
