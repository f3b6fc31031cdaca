import { createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Db } from '../../db/client.ts';
import type { Vault } from '../../vault.ts';
import { randomWord } from '../secret.ts';
import { stateSealedAt } from '../state.ts';
import { ask, json } from '../store.ts';

/** One key that signs access tokens, or did. */
export interface SigningKey {
  kid: string;
  privateJwk: JWK;
  publicKey: KeyObject;
}

/** All keys that tokens may be signed by; the first one signs. */
export interface SigningKeys {
  current: SigningKey;
  byKid: ReadonlyMap<string, SigningKey>;
}

/** The keys of all processes, as this one knows them. */
export interface KeyRoom {
  /** The keys, made at first start, at most half a minute old. */
  now(): Promise<SigningKeys>;
  /** A key by its id; an unknown one is looked for again, at most every five seconds. */
  find(kid: string): Promise<SigningKey | null>;
}

interface Stored {
  kid: string;
  payload: { sealed: string };
  isRetired?: boolean;
}

const maxAgeMs = 30_000;
const againMs = 5_000;
/** Looks for a key that signs; each after the first follows an addition. */
const attempts = 20;
/** A token lives a day at most; with a margin for clocks. */
const retireAfter = 25 * 60 * 60;

const sealedAt = (kid: string) => stateSealedAt('SigningKey', kid);

async function makeKey(vault: Vault): Promise<{ kid: string; payload: Stored['payload'] }> {
  const kid = randomWord(16);
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  return { kid, payload: { sealed: vault.seal(sealedAt(kid), JSON.stringify(jwk)).toString('base64') } };
}

function add(
  db: Db,
  { kid, payload }: Stored,
  retire: number | null,
  sealedOtherwise: string[] = [],
): Promise<boolean> {
  return ask(
    db,
    (sql) => sql`select clientele_signing_key_add(${kid}, ${json(payload)}::text::jsonb, ${retire},
      ${json(sealedOtherwise)}::text::jsonb) as value`,
  );
}

/** Makes another key the one that signs. Tokens signed by the old one are good until they expire. Returns the new key's id. */
export async function rotateSigningKey(db: Db, vault: Vault): Promise<string> {
  const made = await makeKey(vault);
  await add(db, made, retireAfter);
  return made.kid;
}

/** The key, or null when another ring sealed it: a ring that was lost costs the tokens of a day, not the service. */
function opened(vault: Vault, { kid, payload }: Stored): SigningKey | null {
  let plain: string;
  try {
    plain = vault.open(sealedAt(kid), Buffer.from(payload.sealed, 'base64'));
  } catch {
    return null;
  }
  const privateJwk: JWK = JSON.parse(plain);
  const { kty, crv, x, y } = privateJwk;
  const publicKey = createPublicKey({ key: JSON.parse(JSON.stringify({ kty, crv, x, y })), format: 'jwk' });
  return { kid, privateJwk, publicKey };
}

/** Opens the signing keys. Nothing is read or made before somebody asks. */
export function openKeys(db: Db, vault: Vault): KeyRoom {
  let known: { keys: SigningKeys; at: number } | null = null;
  let loading: Promise<SigningKeys> | null = null;

  async function load(): Promise<SigningKeys> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await ask<Stored[]>(db, (sql) => sql`select clientele_signing_keys() as value`);
      const all = stored.map((one) => ({ kid: one.kid, isRetired: one.isRetired === true, key: opened(vault, one) }));
      const keys = all.map(({ key }) => key).filter((key) => key !== null);
      const current = all.find(({ key, isRetired }) => key !== null && !isRetired)?.key;
      if (current) {
        const loaded = { current, byKid: new Map(keys.map((key) => [key.kid, key])) };
        known = { keys: loaded, at: Date.now() };
        return loaded;
      }
      // Refused when one was added after the look, perhaps by a process of another ring: then look again.
      await add(
        db,
        await makeKey(vault),
        null,
        all.filter(({ key }) => key === null).map(({ kid }) => kid),
      );
    }
    throw new Error('No signing key could be made.');
  }

  function reload(): Promise<SigningKeys> {
    loading ??= load().finally(() => {
      loading = null;
    });
    return loading;
  }

  const within = (ms: number) => (known !== null && Date.now() - known.at < ms ? known.keys : null);
  return {
    now: async () => within(maxAgeMs) ?? (await reload()),
    async find(kid) {
      const found = (within(maxAgeMs) ?? (await reload())).byKid.get(kid);
      if (found) return found;
      return (within(againMs) ?? (await reload())).byKid.get(kid) ?? null;
    },
  };
}
