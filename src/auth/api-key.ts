import { LRUCache } from 'lru-cache';
import type { Db, Tx } from '../db/client.ts';
import type { Caller, Scope } from './caller.ts';
import { type OwnCredential, putCredential } from './credential.ts';
import { hashSecret, randomWord, sameHash } from './secret.ts';
import { ask } from './store.ts';

const form = /^clk_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})$/;
const idLength = 12;
const secretLength = 43;

/** What a new API key needs. Null or no `expiresAt`: it does not expire. */
export interface NewApiKey {
  organizationId: number;
  name: string;
  scopes: readonly Scope[];
  expiresAt?: Date | null;
}

/** Makes an API key for the transaction's organization. `key` is shown this once; only its SHA-256 is kept. */
export async function createApiKey(tx: Tx, made: NewApiKey): Promise<{ id: string; key: string }> {
  const id = randomWord(idLength);
  const secret = randomWord(secretLength);
  await putCredential(tx, { ...made, id, kind: 'API_KEY', secretHash: hashSecret(secret) });
  return { id, key: `clk_${id}_${secret}` };
}

/** The two halves of an API key, or null when the text is none. */
export function parseApiKey(text: string): { id: string; secret: string } | null {
  const [, id, secret] = form.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : null;
}

/** The caller behind an API key, or null: unknown, wrong, revoked and expired keys are one and take the same work. */
export function callerOfApiKey(found: OwnCredential | null, secret: string): Caller | null {
  const stored = found?.kind === 'API_KEY' && found.secretHash !== null ? Buffer.from(found.secretHash, 'hex') : null;
  const isSame = sameHash(stored, hashSecret(secret));
  if (found === null || !isSame || !found.isUsable) return null;
  return {
    organizationId: found.organizationId,
    credentialId: found.id,
    kind: 'API_KEY',
    scopes: new Set(found.scopes),
    userId: null,
    customerId: null,
    clientIds: [],
    merchantId: null,
    clientSession: null,
  };
}

/** Remembers when credentials are used: once a minute each, after the request, never in its way. */
export function openUsage(db: Db): { used(id: string): void; settled(): Promise<void> } {
  const noted = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 });
  const running = new Set<Promise<void>>();
  return {
    used(id) {
      if (noted.has(id)) return;
      noted.set(id, true);
      const writing = ask(db, (sql) => sql`select clientele_credential_used(${id}) as value`)
        .catch(() => noted.delete(id))
        .then(() => {})
        .finally(() => running.delete(writing));
      running.add(writing);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
