import { eq } from 'drizzle-orm';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { asOrganization, type Db } from '../db/client.ts';
import { customers } from '../db/tables/index.ts';
import { ApiError } from '../errors.ts';
import { type Caller, scopes } from './caller.ts';
import { isIssuedByNow, isPlainHeader, leeway } from './issuer/token.ts';
import { ask } from './store.ts';

/** An issuer of somebody else's, and the audience by which its tokens mean us. */
export interface ExternalIssuer {
  issuer: string;
  audience: string;
}

/** Signatures alone, and no secret shared with anybody: a public key is never taken for an HMAC's. */
const algorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];
const timeoutMs = 5_000;
const discoveryAgeMs = 60 * 60_000;
const loopback = ['localhost', '127.0.0.1', '[::1]'];

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
const claims = z.object({
  sub: z.string().optional(),
  client_id: z.string().optional(),
  azp: z.string().optional(),
  organization: z.string(),
  scope: z.union([z.string(), z.array(z.string())]).optional(),
  customer_number: z.union([z.int(), z.string().regex(/^\d{1,15}$/)]).optional(),
  client_ids: z.array(z.int().positive()).max(100).optional(),
});

/** Reads the issuer's own description of itself once an hour; its keys are fetched anew when a token names an unknown one. */
function openKeySet({ issuer }: ExternalIssuer): () => Promise<JWTVerifyGetKey> {
  let known: { uri: string; getKey: JWTVerifyGetKey; at: number } | null = null;
  let loading: Promise<JWTVerifyGetKey> | null = null;

  async function load(): Promise<JWTVerifyGetKey> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`);
    const said = metadata.parse(await answer.json());
    if (said.issuer !== issuer) throw new Error('The issuer calls itself otherwise.');
    const uri = new URL(said.jwks_uri);
    if (uri.protocol !== 'https:' && !loopback.includes(uri.hostname))
      throw new Error('The issuer’s keys are not on https.');
    const getKey =
      known?.uri === uri.href
        ? known.getKey
        : createRemoteJWKSet(uri, { timeoutDuration: timeoutMs, cooldownDuration: 5_000, cacheMaxAge: 10 * 60_000 });
    known = { uri: uri.href, getKey, at: Date.now() };
    return getKey;
  }

  return () => {
    if (known !== null && Date.now() - known.at < discoveryAgeMs) return Promise.resolve(known.getKey);
    loading ??= load()
      .catch((error: unknown) => {
        if (known !== null) return known.getKey;
        throw new ApiError('UNAVAILABLE', [], { retryAfter: 5, cause: error });
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
}

/** Knows the callers of somebody else's issuer. Null when a token is not good; UNAVAILABLE when its keys cannot be had. */
export function openExternal(db: Db, settings: ExternalIssuer): (token: string) => Promise<Caller | null> {
  const keySet = openKeySet(settings);

  async function verified(token: string): Promise<JWTPayload | null> {
    const header = decodeProtectedHeader(token);
    if (!isPlainHeader({ ...header }) || !algorithms.includes(String(header.alg))) return null;
    const { payload } = await jwtVerify(token, await keySet(), {
      algorithms,
      issuer: settings.issuer,
      audience: settings.audience,
      clockTolerance: leeway,
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
    });
    return isIssuedByNow(payload) ? payload : null;
  }

  return async (token) => {
    try {
      const payload = await verified(token);
      const said = payload === null ? null : claims.safeParse(payload);
      return said?.success ? await callerOfClaims(db, said.data) : null;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (isUnreachable(error)) throw new ApiError('UNAVAILABLE', [], { retryAfter: 5, cause: error });
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  };
}

/** A token that names an unknown key is not good; a key set that cannot be read is another matter. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  return (
    (error instanceof TypeError && error.message === 'fetch failed') ||
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
  );
}

/** Its claims in our words: `organization` is the reference, `scope` what it may do, `customer_number` whom a user token is bound to. */
async function callerOfClaims(db: Db, said: z.infer<typeof claims>): Promise<Caller | null> {
  const organization = await ask<{ id: number } | null>(
    db,
    (sql) => sql`select clientele_organization_by_reference(${said.organization}) as value`,
  );
  if (organization === null) return null;
  const organizationId = organization.id;
  const client = said.client_id ?? said.azp ?? said.sub ?? 'unknown';
  const shared = {
    organizationId,
    userId: null,
    clientIds: said.client_ids ?? [],
    merchantId: null,
    clientSession: null,
  };
  if (said.customer_number === undefined) {
    const granted = new Set(typeof said.scope === 'string' ? said.scope.split(' ') : said.scope);
    const own = scopes.filter((scope) => granted.has(scope));
    return { ...shared, credentialId: `oidc.${client}`, kind: 'OAUTH_CLIENT', scopes: new Set(own), customerId: null };
  }
  const [customer] = await asOrganization(db, { organizationId }, 'read', (tx) =>
    tx
      .select({ id: customers.id })
      .from(customers)
      .where(eq(customers.customerNumber, Number(said.customer_number))),
  );
  if (customer === undefined) return null;
  const credentialId = `oidc.${client}.${customer.id}`;
  return { ...shared, clientIds: [], credentialId, kind: 'CUSTOMER', scopes: new Set(), customerId: customer.id };
}
