import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { KeyRoom } from './keys.ts';

/** What an access token of ours says. */
export interface AccessToken {
  clientId: string;
  /** The client itself, or the customer's login. */
  subject: string;
  scopes: ReadonlySet<string>;
  /** The consent that it came of; it ends with it. Null for a client's own token, and for one that was made by hand. */
  grantId: string | null;
  /** What tells the client's secret of then from another. Null for a token made by hand, or before tokens said so. */
  clientMark: string | null;
}

/** Seconds by which clocks may differ. */
export const leeway = 60;
const typ = 'at+jwt';
const algorithm = 'ES256';
/** Header fields by which a token would name its own judge. */
const foreign = ['jku', 'x5u', 'jwk', 'x5c', 'crit'];

const text = (value: unknown) => (typeof value === 'string' ? value : null);

/** Whether a token's header asks for nothing but a key by its name. */
export function isPlainHeader(header: Record<string, unknown>): boolean {
  const { kid } = header;
  return foreign.every((name) => !(name in header)) && (kid === undefined || typeof kid === 'string');
}

/** Whether it was issued by now; a token of the future is a forgery or a broken clock. */
export function isIssuedByNow({ iat }: JWTPayload): boolean {
  return typeof iat === 'number' && iat <= Date.now() / 1000 + leeway;
}

/** An access token of ours, checked: type, algorithm, key, issuer, audience, times. Null when anything is wrong. */
export async function readAccessToken(keys: KeyRoom, publicUrl: string, token: string): Promise<AccessToken | null> {
  try {
    const header = decodeProtectedHeader(token);
    if (!isPlainHeader({ ...header }) || header.alg !== algorithm || typeof header.kid !== 'string') return null;
    const key = await keys.find(header.kid);
    if (key === null) return null;
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [algorithm],
      typ,
      issuer: publicUrl,
      audience: publicUrl,
      clockTolerance: leeway,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti', 'sub', 'client_id', 'organization'],
    });
    const clientId = text(payload.client_id);
    const subject = text(payload.sub);
    if (clientId === null || subject === null || !isIssuedByNow(payload)) return null;
    const scopes = new Set((text(payload.scope) ?? '').split(' ').filter(Boolean));
    return { clientId, subject, scopes, grantId: text(payload.grant), clientMark: text(payload.client_mark) };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Signs an access token by hand, as the token endpoint would. `seconds`: how long it lives. */
export async function signAccessToken(
  keys: KeyRoom,
  publicUrl: string,
  made: { clientId: string; subject: string; scope: string; organization: string; seconds: number },
): Promise<string> {
  const { current } = await keys.now();
  return await new SignJWT({ client_id: made.clientId, scope: made.scope, organization: made.organization })
    .setProtectedHeader({ alg: algorithm, typ, kid: current.kid })
    .setIssuer(publicUrl)
    .setAudience(publicUrl)
    .setSubject(made.subject)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + made.seconds)
    .sign(await importJWK(current.privateJwk, algorithm));
}
