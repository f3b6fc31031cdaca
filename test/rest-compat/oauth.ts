import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { findCredential, revokeCredential } from '../../src/auth/credential.ts';
import { accountOf, createCustomerLogin } from '../../src/auth/customer-login.ts';
import { openKeys } from '../../src/auth/issuer/keys.ts';
import { signAccessToken } from '../../src/auth/issuer/token.ts';
import { createOAuthClient } from '../../src/auth/oauth-client.ts';
import { createSigningKey, sign, textToSign } from '../../src/auth/signature.ts';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import type { DirectoryRow } from '../../src/directory/entry.ts';
import { importDirectory } from '../../src/directory/import.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { testServer } from '../support/fleet.ts';

export const origin = 'http://oauth.test';
const failures: unknown[] = [];
const db = openDb({ url: await testDatabaseUrl() });
const ring = makeKeys();
const vault = openVault(parseKeys(ring));
const keys = openKeys(db, vault);
const log = { info: () => undefined, error: (facts: object) => void failures.push(facts) };
const env = { mode: 'production', publicUrl: origin, oidc: null } as const;
const server = await testServer({ db, vault, log, env, checkReplies: true }, ring);

after(async () => {
  await server.close();
  await db.close();
});

export interface Sent {
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  body: any;
}

/** One request as callers make it. A 500 shows the fault that the log would have. */
export async function send(
  token: string | null,
  method: string,
  path: string,
  { json, text, headers }: Sent = {},
): Promise<Answer> {
  const sent: Record<string, string> = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  };
  const body = text ?? (json === undefined ? null : JSON.stringify(json));
  const request = new Request(origin + path, { method, headers: sent, body });
  const response = await server.fetch(request, { rawTarget: path, remoteAddress: '192.0.2.1' });
  const read = await response.text();
  if (response.status === 500) console.error(failures.at(-1));
  return {
    status: response.status,
    headers: response.headers,
    text: read,
    body: read === '' ? null : JSON.parse(read),
  };
}

const usual = 'customers:read customers:write customers:lookup';

/** A fresh organization with an OAuth client that opens one Riverty client id: nothing of another test is in it. */
export async function newTenant({ register = [] }: { register?: readonly DirectoryRow[] } = {}) {
  const reference = `tenant-${randomUUID().slice(0, 8)}`;
  const clientId = randomInt(1, 2 ** 40);
  const made = await asAll(db, (tx) =>
    createOrganization(tx, { reference, name: 'Shop', country: 'NO', currencies: ['NOK'] }),
  );
  assert.ok(made);
  const { id: organizationId, key: apiKey } = made;
  const write = { organizationId };
  const client = await asOrganization(db, write, 'write', async (tx) => {
    await importDirectory(tx, { organizationId, country: 'NO', vault }, register);
    return createOAuthClient(tx, { organizationId, name: 'Shop', settings: { clientIds: [clientId] } });
  });

  const tokenOf = async (subject: string, { scope = usual, seconds = 900 } = {}) =>
    signAccessToken(keys, origin, { clientId: client.id, subject, scope, organization: reference, seconds });
  const token = await tokenOf(client.id);
  return {
    organizationId,
    clientId,
    apiKey,
    /** A client's token. */
    token,
    tokenOf: (more: { scope?: string; seconds?: number }) => tokenOf(client.id, more),
    call: (method: string, path: string, sent?: Sent) => send(token, method, path, sent),
    /** The token of a user who is this customer. */
    async userToken(customerId: number): Promise<string> {
      const login = await asOrganization(db, write, 'write', (tx) =>
        createCustomerLogin(tx, {
          ...write,
          userName: `user-${randomUUID()}`,
          customerId,
          password: 'quite long words',
        }),
      );
      const stored = await findCredential(db, login.id);
      assert.ok(stored);
      return tokenOf(accountOf(stored), { scope: '' });
    },
    /** Calls Worldline's server API as a merchant of this organization; `path` begins after the merchant's id. */
    async merchant() {
      const merchantId = `m${clientId}`;
      const key = await asOrganization(db, write, 'write', (tx) =>
        createSigningKey(tx, vault, { ...write, name: 'Shop', merchantId }),
      );
      return (method: string, path: string, json: unknown) => {
        const target = `/v1/${merchantId}${path}`;
        const date = new Date().toUTCString();
        const signed = { method, target, contentType: 'application/json', date, headers: {} };
        const signature = sign(key.secret, textToSign(signed, target)).toString('base64');
        return send(null, method, target, {
          json,
          headers: { date, authorization: `GCS v1HMAC:${key.id}:${signature}` },
        });
      };
    },
    revoke: () => asAll(db, (tx) => revokeCredential(tx, client.id)),
    /** Runs an operation with the organization's key. */
    async graphql(query: string, variables: object = {}) {
      const { body } = await send(apiKey, 'POST', '/graphql', { json: { query, variables } });
      assert.equal(body.errors, undefined, JSON.stringify(body.errors));
      return body.data;
    },
    /** Makes a customer with all that GraphQL can say. */
    async customer(
      input: object,
    ): Promise<{ id: string; numericId: number; reference: string; customerNumber: number }> {
      const { result } = await this.graphql(
        `mutation ($input: CustomerCreateInput!) {
          result: customerCreate(input: $input) {
            ... on CustomerCreatePayload { customer { id numericId reference customerNumber } }
            ... on Error { message faults { path message } }
          }
        }`,
        { input },
      );
      assert.ok(result.customer, JSON.stringify(result));
      return result.customer;
    },
  };
}
export type Tenant = Awaited<ReturnType<typeof newTenant>>;
