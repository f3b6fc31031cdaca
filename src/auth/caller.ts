import type { Standing } from './standing.ts';

/** What a credential may do. Each field of the schema names the one it needs. */
export const scopes = [
  'customers:read',
  'customers:write',
  'customers:delete',
  'customers:erase',
  'customers:lookup',
  'references:read',
  'references:write',
  'directory:read',
  'directory:write',
  'identities:reveal',
  'credentials:write',
  'organizations:write',
] as const;
export type Scope = (typeof scopes)[number];

/** What a request brought, read by a dialect and not yet believed. */
export type Credential =
  | { type: 'none' }
  | { type: 'bearer'; token: string }
  | { type: 'cookie'; session: string }
  | { type: 'clientSession'; id: string }
  | { type: 'signature'; keyId: string; signature: string; signed: SignedRequest };

/** What a Worldline signature covers (contracts, 5.1). `target` is path and query exactly as they came. */
export interface SignedRequest {
  method: string;
  target: string;
  contentType: string;
  date: string;
  /** The X-GCS-* headers by lower-case name. */
  headers: Readonly<Record<string, string>>;
}

/** Who is calling: what every kind of credential becomes. */
export interface Caller {
  /** Absent: the credential was read for this request. */
  standing?: Standing;
  organizationId: number;
  /** The credential's public id; rate limits, idempotency and history go by it. */
  credentialId: string;
  kind: 'API_KEY' | 'OAUTH_CLIENT' | 'CUSTOMER' | 'STAFF' | 'SIGNING_KEY' | 'CLIENT_SESSION' | 'SYSTEM';
  scopes: ReadonlySet<Scope>;
  /** The member of staff behind a Valomnia login. */
  userId: number | null;
  /** The customer whom a Connect user token is bound to; such a caller sees nothing but `viewer`. */
  customerId: number | null;
  /** Riverty: the client numbers that the credential opens. */
  clientIds: readonly number[];
  /** Worldline: the merchant that the credential opens. */
  merchantId: string | null;
  /** Worldline's client sessions: the session, whose misses are counted, and which products it knows. */
  clientSession: {
    id: string;
    customerId: string;
    excluded: readonly number[];
    restrictedTo: readonly number[] | null;
  } | null;
}
