import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, safeInt, time } from './columns.ts';
import { organizations } from './organizations.ts';

/**
 * Whatever somebody signs in with. Global: read before the organization is known, by exact id, through definer
 * functions only. `id` is public: an API key's or OAuth client's id, a Worldline key id, a Valomnia or Connect user name.
 */
export const credentials = pgTable(
  'credentials',
  {
    id: text('id').notNull(),
    organizationId: safeInt('organization_id').notNull(),
    kind: text('kind', { enum: ['API_KEY', 'OAUTH_CLIENT', 'SIGNING_KEY', 'STAFF_LOGIN', 'CUSTOMER_LOGIN'] }).notNull(),
    name: text('name').notNull(),
    /** SHA-256 of a random secret, or scrypt of a password: compared only. */
    secretHash: bytea('secret_hash'),
    /** A secret that must be read again (HMAC), sealed under the key ring. */
    secretSealed: bytea('secret_sealed'),
    scopes: text('scopes').array().notNull().default(sql`'{}'::text[]`),
    /** STAFF_LOGIN: the member of staff. */
    userId: safeInt('user_id'),
    /** CUSTOMER_LOGIN: the customer it is bound to. */
    customerId: safeInt('customer_id'),
    /** What the kind needs besides: `CredentialSettings` in `auth/credential.ts`. */
    settings: jsonb('settings').$type<Record<string, unknown>>().notNull().default(sql`'{}'::jsonb`),
    isRevoked: boolean('is_revoked').notNull().default(false),
    createdAt: time('created_at').notNull().default(sql`now()`),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    /** Another one after each change but of when it was used, by a trigger. */
    stamp: uuid('stamp').notNull().defaultRandom(),
  },
  (t) => [
    primaryKey({ name: 'credentials_pkey', columns: [t.id] }),
    index('credentials_organization_idx').on(t.organizationId, t.kind),
    foreignKey({
      name: 'credentials_organization_fkey',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    check(
      'credentials_kind_check',
      sql`${t.kind} in ('API_KEY', 'OAUTH_CLIENT', 'SIGNING_KEY', 'STAFF_LOGIN', 'CUSTOMER_LOGIN')`,
    ),
  ],
);

/** What a sign-in keeps between two requests: OAuth codes, grants and tokens, cookie and client sessions. Global. */
export const oauthState = pgTable(
  'oauth_state',
  {
    model: text('model').notNull(),
    id: text('id').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    grantId: text('grant_id'),
    uid: text('uid'),
    userCode: text('user_code'),
    consumedAt: time('consumed_at'),
    expiresAt: time('expires_at'),
  },
  (t) => [
    primaryKey({ name: 'oauth_state_pkey', columns: [t.model, t.id] }),
    index('oauth_state_grant_idx').on(t.grantId),
    index('oauth_state_uid_idx').on(t.uid),
    index('oauth_state_expires_idx').on(t.expiresAt),
  ],
);

/** Token buckets and counters of tries, shared by all processes. Global. */
export const rateBuckets = pgTable(
  'rate_buckets',
  {
    key: text('key').notNull(),
    tokens: safeInt('tokens').notNull(),
    updatedAt: time('updated_at').notNull().default(sql`now()`),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'rate_buckets_pkey', columns: [t.key] }),
    index('rate_buckets_expires_idx').on(t.expiresAt),
  ],
);
