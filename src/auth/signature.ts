import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Tx } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import type { Caller, SignedRequest } from './caller.ts';
import { CredentialSettings, type OwnCredential, putCredential } from './credential.ts';
import { randomWord } from './secret.ts';

const toleranceMs = 5 * 60_000;
const form = /^[A-Za-z0-9+/]{43}=$/;
const nobody = randomBytes(32);

/** Where the secret of a signing key is sealed. */
export const sealedAt = (organizationId: number, id: string) => ({
  organizationId,
  table: 'credentials',
  column: 'secret_sealed',
  rowId: id,
});

/** What a new signing key needs. */
export interface NewSigningKey {
  organizationId: number;
  name: string;
  merchantId: string;
}

/** Makes a Worldline API key. The secret is shown this once; it is kept sealed, because a signature is computed from it. */
export async function createSigningKey(
  tx: Tx,
  vault: Vault,
  { organizationId, name, merchantId }: NewSigningKey,
): Promise<{ id: string; secret: string }> {
  const settings = CredentialSettings.SIGNING_KEY.parse({ merchantId });
  const id = randomWord(16);
  const secret = randomWord(43);
  const secretSealed = vault.seal(sealedAt(organizationId, id), secret);
  await putCredential(tx, {
    organizationId,
    id,
    kind: 'SIGNING_KEY',
    name,
    scopes: ['customers:lookup'],
    secretSealed,
    settings,
  });
  return { id, secret };
}

/** The text that is signed (contracts, 5.1), over this form of the target. */
export function textToSign({ method, contentType, date, headers }: SignedRequest, target: string): string {
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.replace(/\r?\n[ \t]*/g, ' ').trim()] as const)
    .filter(([name]) => name.startsWith('x-gcs-'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [method.toUpperCase(), contentType, date, ...own.map(([name, value]) => `${name}:${value}`), target, ''].join(
    '\n',
  );
}

/** HMAC-SHA-256 of the text, as bytes. */
export function sign(secret: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', secret).update(text, 'utf8').digest();
}

/** As sent, and with its query decoded, as the Java SDK signs it. */
function formsOf(target: string): string[] {
  const at = target.indexOf('?');
  if (at < 0) return [target, target];
  try {
    return [target, `${target.slice(0, at)}?${decodeURIComponent(target.slice(at + 1))}`];
  } catch {
    return [target, target];
  }
}

/** Whether the signature fits either form of the target, in constant time. */
export function isSignedBy(secret: string | Uint8Array, signature: string, signed: SignedRequest): boolean {
  const given = form.test(signature) ? Buffer.from(signature, 'base64') : Buffer.alloc(32);
  const fits = formsOf(signed.target).map((target) => timingSafeEqual(sign(secret, textToSign(signed, target)), given));
  return fits.includes(true) && form.test(signature);
}

/** The caller behind `GCS v1HMAC`, or null: unknown key, wrong signature and a date more than five minutes off are one. */
export async function callerOfSignature(
  find: (id: string) => Promise<OwnCredential | null>,
  vault: Vault,
  { keyId, signature, signed }: { keyId: string; signature: string; signed: SignedRequest },
): Promise<Caller | null> {
  const found = await find(keyId);
  const isKey = found?.kind === 'SIGNING_KEY' && found.secretSealed !== null;
  const secret = isKey ? secretOf(vault, found) : nobody;
  const fits = isSignedBy(secret, signature, signed);
  const off = Math.abs(Date.now() - Date.parse(signed.date));
  if (!isKey || !fits || !found.isUsable || !(off <= toleranceMs)) return null;
  return callerOfSigningKey(found);
}

type SealedKey = Pick<OwnCredential, 'organizationId' | 'id' | 'secretSealed'>;
const secretOf = (vault: Vault, { organizationId, id, secretSealed }: SealedKey) =>
  vault.openSecret(sealedAt(organizationId, id), Buffer.from(secretSealed ?? '', 'hex'));

/** What tells one secret of a merchant's key from the next, under whatever key of the ring it is sealed. */
export const keyMark = (vault: Vault, key: SealedKey): string =>
  sign(secretOf(vault, key), 'client session').toString('base64url');

/** What a merchant's key may do: look up. */
export function callerOfSigningKey(found: OwnCredential): Caller {
  return {
    organizationId: found.organizationId,
    credentialId: found.id,
    kind: 'SIGNING_KEY',
    scopes: new Set(['customers:lookup']),
    userId: null,
    customerId: null,
    clientIds: [],
    merchantId: CredentialSettings.SIGNING_KEY.parse(found.settings).merchantId,
    clientSession: null,
  };
}
