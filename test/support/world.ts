import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { createApiKey } from '../../src/auth/api-key.ts';
import type { Scope } from '../../src/auth/caller.ts';
import { createCustomerLogin } from '../../src/auth/customer-login.ts';
import { createOAuthClient } from '../../src/auth/oauth-client.ts';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb, type Tx } from '../../src/db/client.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from './database.ts';
import { testServer } from './fleet.ts';

const origin = 'http://clientele.test';
const failures: unknown[] = [];
/** Every line that the server logged, for tests of what must not be there. */
export const logged: { facts: object; message: string }[] = [];

export const db = openDb({ url: await testDatabaseUrl() });
/** The key ring of every server here, as CLIENTELE_KEYS has it. */
export const ring = makeKeys();
/** The vault, and one that knows a key more, as after the first step of a rotation. */
export const vault = openVault(parseKeys(ring));
export const rotatedVault = openVault(parseKeys(makeKeys(parseKeys(ring))));

const log = {
  info: (facts: object, message: string) => void logged.push({ facts, message }),
  error: (facts: object, message: string) => {
    logged.push({ facts, message });
    failures.push(facts);
  },
};
const settings = { mode: 'production', publicUrl: origin, oidc: null } as const;
const server = await testServer({ db, vault, log, env: settings }, ring);

after(async () => {
  await server.close();
  await db.close();
});

const statements: string[] = [];
// The driver's own hook: every statement that goes over a connection.
Object.assign(db.sql.options, { debug: (_connection: number, text: string) => void statements.push(text) });

/** Every statement that `work` sent. */
export async function allStatementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = statements.length;
  await work();
  return statements.slice(before);
}

/** What opens and closes a transaction, asks for credentials and rates, or comes behind an answer: an organization's size, for metrics. */
const beside = [
  /^\s*(begin|commit|rollback|savepoint|release|set )/i,
  /^select (set_config\('role'|\(select concat_ws\('\.', version)/,
  /^select (clientele_(credential|take|origin)|jsonb_build_object\('credential')/,
  /^select coalesce\(sum\("customer_counts"\."count"\), 0\)::text from/,
];

/** The statements that `work` cost, without those beside it. */
export const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> =>
  (await allStatementsOf(work)).filter((text) => !beside.some((pattern) => pattern.test(text)));

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  data: Json;
  errors:
    | {
        message: string;
        path?: string[];
        locations?: { line: number; column: number }[];
        extensions: { code: string; faults?: Json };
      }[]
    | undefined;
}

/** One GraphQL request as callers make it. */
export async function post(key: string | null, query: string, variables: object = {}): Promise<Answer> {
  const request = new Request(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const response = await server.fetch(request, { rawTarget: '/graphql', remoteAddress: '192.0.2.1' });
  const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  if (errors?.some(({ extensions }) => extensions?.code === 'INTERNAL')) console.error(failures.at(-1));
  return { status: response.status, headers: response.headers, data, errors };
}

/** The server's fetch, for tests of what is no GraphQL operation. */
export const fetchServer = (request: Request) =>
  server.fetch(request, { rawTarget: new URL(request.url).pathname, remoteAddress: '192.0.2.1' });

/** A fresh organization with a key that may do everything: nothing of another test is in it. */
export async function newOrganization(more: { country?: string; currencies?: string[] } = {}) {
  const { country = 'NO', currencies = ['NOK', 'EUR'] } = more;
  const reference = `test-${randomUUID()}`;
  const made = await asAll(db, (tx) =>
    createOrganization(tx, { reference, name: 'Nordic Trading', country, currencies }),
  );
  assert.ok(made);
  const { id: organizationId, key } = made;
  const gql = (query: string, variables?: object) => post(key, query, variables);
  return {
    organizationId,
    reference,
    key,
    gql,
    /** The data of an operation that must have no errors. */
    async ok(query: string, variables?: object): Promise<Json> {
      const { data, errors } = await gql(query, variables);
      assert.equal(errors, undefined, JSON.stringify(errors));
      return data;
    },
    /** The whole answer, extensions included. */
    async raw(query: string, variables: object = {}): Promise<Json> {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
      const body = JSON.stringify({ query, variables });
      return (await fetchServer(new Request(`${origin}/graphql`, { method: 'POST', headers, body }))).json();
    },
    /** The code of an operation's first error. */
    async refused(query: string, variables?: object, with_ = key): Promise<string | undefined> {
      return (await post(with_, query, variables)).errors?.[0]?.extensions.code;
    },
    /** Another key of this organization. */
    keyFor: (scopes: readonly Scope[]) =>
      asAll(db, async (tx) => (await createApiKey(tx, { organizationId, name: 'Key', scopes })).key),
    /** Work behind this organization's wall. */
    as: <T>(work: (tx: Tx) => Promise<T>) => asOrganization(db, { organizationId }, 'write', work),
    /** The token of somebody who signs in as this customer. */
    async tokenOf(customerId: number): Promise<string> {
      const userName = `u-${randomUUID()}`;
      const client = await asAll(db, async (tx) => ({
        login: await createCustomerLogin(tx, { organizationId, userName, customerId }),
        made: await createOAuthClient(tx, {
          organizationId,
          name: 'Shop',
          scopes: ['customers:read', 'customers:write'],
          settings: { grants: ['authorization_code'], redirectUris: [`${origin}/back`] },
        } as never),
      }));
      return server.issueUserToken(userName, client.made.id, 300);
    },
  };
}
export type World = Awaited<ReturnType<typeof newOrganization>>;

/** What a mutation's result shows of a refusal. */
export const refusal = `
  ... on Error { code path message faults { code path existingId } }
  ... on ConflictError { existingId }
  ... on StaleError { currentVersion }
  __typename`;

/** Makes a customer; its payload's fields are `fields`. */
export async function newCustomer(
  world: World,
  input: object,
  fields = 'id numericId reference version',
): Promise<Json> {
  const { result } = await world.ok(
    `mutation ($input: CustomerCreateInput!) { result: customerCreate(input: $input) { ... on CustomerCreatePayload { customer { ${fields} } } ${refusal} } }`,
    { input },
  );
  assert.ok(result.customer, JSON.stringify(result));
  return result.customer;
}
