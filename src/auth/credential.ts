import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Db, Tx } from '../db/client.ts';
import type { Scope } from './caller.ts';
import { Standing, type StandingFacts } from './standing.ts';
import { ask, json } from './store.ts';

export type CredentialKind = 'API_KEY' | 'OAUTH_CLIENT' | 'SIGNING_KEY' | 'STAFF_LOGIN' | 'CUSTOMER_LOGIN';

/** Grants that an OAuth client may ask for. */
export const oauthGrants = ['client_credentials', 'authorization_code', 'refresh_token'] as const;
export type OAuthGrant = (typeof oauthGrants)[number];

const notWeb = 'An address to come back to is a whole http or https URL without a # part.';
const webAddress = z.url({ protocol: /^https?$/, error: notWeb }).refine((url) => !url.includes('#'), notWeb);

/** Merchant ids that would hide paths of the other documents (contracts, 1.1). */
const reserved = ['clients', 'client', 'customer'];

/** What a kind of credential needs besides its secret: column `settings`. */
export const CredentialSettings = {
  OAUTH_CLIENT: z
    .object({
      /** Matched exactly. */
      redirectUris: z.array(webAddress).max(20, 'A client has at most 20 addresses to come back to.').default([]),
      /** Seconds that an access token lives: 86400 for Riverty's clients, else 900. */
      tokenLifetime: z.int().min(60).max(86_400).default(900),
      /** Runs where no secret can be kept: has none, and must use PKCE. */
      isPublic: z.boolean().default(false),
      /** Riverty: the client numbers that it opens. */
      clientIds: z.array(z.int().positive()).max(100, 'A client opens at most 100 client numbers.').default([]),
      grants: z.array(z.enum(oauthGrants)).min(1).default(['client_credentials']),
    })
    .refine(
      ({ isPublic, grants }) => !isPublic || !grants.includes('client_credentials'),
      'A public client cannot prove who it is: it gets no token of its own. Give it the grant authorization_code.',
    )
    .refine(
      ({ grants, redirectUris }) => !grants.includes('authorization_code') || redirectUris.length > 0,
      'The grant authorization_code needs an address to come back to.',
    ),
  SIGNING_KEY: z.object({
    /** Worldline: the merchant that it opens. */
    merchantId: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/,
        'A merchant id has at most 40 letters, digits, “-” and “_”, beginning with a letter or digit.',
      )
      .refine(
        (id) => !reserved.includes(id.toLowerCase()),
        'This merchant id would hide paths of the other documents.',
      ),
  }),
} as const;
export type OAuthClientSettings = z.infer<(typeof CredentialSettings)['OAUTH_CLIENT']>;
export type SigningKeySettings = z.infer<(typeof CredentialSettings)['SIGNING_KEY']>;

/** A credential by itself, with its secret. */
export interface OwnCredential {
  id: string;
  organizationId: number;
  kind: CredentialKind;
  name: string;
  scopes: Scope[];
  settings: Record<string, unknown>;
  /** Hex. */
  secretHash: string | null;
  /** Hex. */
  secretSealed: string | null;
  /** Neither revoked nor expired, by the database's clock. */
  isUsable: boolean;
  userId: number | null;
  customerId: number | null;
}

/** A credential as authentication sees it: with its organization, and whom it stands for. */
export interface StoredCredential extends OwnCredential {
  organization: { reference: string; name: string; country: string; currencies: string[] };
  user: StaffFacts | null;
  hasCustomer: boolean;
}

/** The member of staff behind a login. */
export interface StaffFacts {
  reference: string;
  firstName: string | null;
  lastName: string;
  email: string | null;
  role: 'ADMIN' | 'EDITOR' | 'READER';
  isActive: boolean;
}

/** A credential as it may be listed: nothing secret. */
export interface CredentialFacts {
  id: string;
  organizationId: number;
  kind: CredentialKind;
  name: string;
  scopes: Scope[];
  userId: number | null;
  customerId: number | null;
  settings: Record<string, unknown>;
  isRevoked: boolean;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

interface RawFacts extends Omit<CredentialFacts, 'createdAt' | 'expiresAt' | 'lastUsedAt'> {
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** What is stored for a new credential. */
export interface NewCredential {
  id: string;
  organizationId: number;
  kind: CredentialKind;
  name: string;
  scopes: readonly Scope[];
  secretHash?: Buffer | null;
  secretSealed?: Buffer | null;
  userId?: number | null;
  customerId?: number | null;
  settings?: Record<string, unknown>;
  expiresAt?: Date | null;
}

const date = (text: string | null) => (text === null ? null : new Date(text));
const facts = (raw: RawFacts): CredentialFacts => ({
  ...raw,
  createdAt: new Date(raw.createdAt),
  expiresAt: date(raw.expiresAt),
  lastUsedAt: date(raw.lastUsedAt),
});

/** The credential with this id, of whatever organization. Only for those who then compare its secret. */
export function findCredential(db: Db, id: string): Promise<StoredCredential | null> {
  return ask(db, (sql) => sql`select clientele_credential_by_id(${id}) as value`, db.lanes);
}

/** Another text after each change of a credential; null for one that cannot be used, or may change without it. */
const stampOf = (db: Db, id: string) =>
  ask<string | null>(db, (sql) => sql`select clientele_credential_stamp(${id}) as value`, db.lanes);

/** A credential and its stamp, of one moment. */
const stamped = (db: Db, id: string) =>
  ask<{ credential: OwnCredential | null; stamp: string | null }>(
    db,
    (sql) =>
      sql`select jsonb_build_object('credential', clientele_credential_by_id(${id}), 'stamp', clientele_credential_stamp(${id})) as value`,
    db.lanes,
  );

/** How many credentials are remembered. */
const mostRemembered = 10_000;

/** Credentials of those who ask often: what was read before is believed while the database says that it still stands. */
export interface Credentials {
  /** A credential that stands, or is read, now. */
  find(id: string): Promise<OwnCredential | null>;
  /** The same as it was read last, with what tells whether it still stands; `used` is called when it was found to. */
  recall(id: string, used: StandingFacts['used']): { credential: OwnCredential; standing: Standing } | null;
}

/** Those who ask for an id in one turn share the answer: it is asked for when all of them have begun, so that nobody is told of before. */
function shared<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const asking = new Map<string, Promise<T>>();
  return (id) => {
    const known = asking.get(id);
    if (known) return known;
    const own = turn().then(() => {
      asking.delete(id);
      return ask(id);
    });
    asking.set(id, own);
    return own;
  };
}

/** Opens them for one server. */
export function openCredentials(db: Db): Credentials {
  const remembered = new LRUCache<string, { credential: OwnCredential; stamp: string }>({ max: mostRemembered });
  const askStamp = shared((id) => stampOf(db, id));

  const find = shared(async (id) => {
    const known = remembered.get(id);
    if (known && (await askStamp(id)) === known.stamp) return known.credential;
    const { credential, stamp } = await stamped(db, id);
    if (credential && stamp) remembered.set(id, { credential, stamp });
    else remembered.delete(id);
    return credential;
  });

  return {
    find,
    recall(id, used) {
      const known = remembered.get(id);
      if (!known) return null;
      const { credential, stamp } = known;
      return { credential, standing: new Standing({ id, stamp, ask: askStamp, used }) };
    },
  };
}

/** Stores a credential for the transaction's organization. Breaks `credentials_pkey` when the id is taken. */
export async function putCredential(tx: Tx, made: NewCredential): Promise<CredentialFacts> {
  const row = {
    ...made,
    secretHash: made.secretHash?.toString('hex') ?? null,
    secretSealed: made.secretSealed?.toString('hex') ?? null,
  };
  const [found] = await tx.execute<{ value: RawFacts }>(
    sql`select clientele_credential_put(${json(row)}::text::jsonb) as value`,
  );
  if (!found) throw new Error('The credential was not stored.');
  return facts(found.value);
}

/** All credentials of the transaction's organization (any organization's inside `asAll`), oldest first. */
export async function listCredentials(
  tx: Tx,
  organizationId: number,
  kind?: CredentialKind,
): Promise<CredentialFacts[]> {
  const [row] = await tx.execute<{ value: RawFacts[] }>(
    sql`select clientele_credentials_of(${organizationId}::bigint) as value`,
  );
  return (row?.value ?? []).filter((one) => kind === undefined || one.kind === kind).map(facts);
}

/** Ends a credential at once, and all sessions and tokens that it opened. Null when there is no such one. */
export async function revokeCredential(tx: Tx, id: string): Promise<CredentialFacts | null> {
  const [row] = await tx.execute<{ value: RawFacts | null }>(sql`select clientele_credential_revoke(${id}) as value`);
  return row?.value ? facts(row.value) : null;
}

/** Gives a credential another secret; the old one ends at once. Null when there is no such one, or it is revoked. */
export async function replaceSecret(
  tx: Tx,
  id: string,
  secret: { hash?: Buffer; sealed?: Buffer },
): Promise<CredentialFacts | null> {
  const hash = secret.hash?.toString('hex') ?? null;
  const sealed = secret.sealed?.toString('hex') ?? null;
  const [row] = await tx.execute<{ value: RawFacts | null }>(
    sql`select clientele_credential_rotate(${id}, decode(${hash}::text, 'hex'), decode(${sealed}::text, 'hex')) as value`,
  );
  return row?.value ? facts(row.value) : null;
}
