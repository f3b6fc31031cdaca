import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type { SQL } from 'drizzle-orm';
import { revokeCredential } from '../../../src/auth/credential.ts';
import { createSigningKey, sign, textToSign } from '../../../src/auth/signature.ts';
import { createOrganization } from '../../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../../src/db/client.ts';
import { importDirectory } from '../../../src/directory/import.ts';
import { documentedEntries } from '../../../src/seed/documented.ts';
import { createServer, type Server } from '../../../src/server.ts';
import { listen } from '../../../src/start/listen.ts';
import { makeKeys, openVault, parseKeys } from '../../../src/vault.ts';
import { testDatabaseUrl } from '../../support/database.ts';

export const db = openDb({ url: await testDatabaseUrl() });
const vault = openVault(parseKeys(makeKeys()));
const failures: unknown[] = [];
const log = { info: () => undefined, error: (facts: object) => void failures.push(facts) };

let server: Server | undefined;
const listening = await listen(
  { fetch: async (request, from) => (await server?.fetch(request, from)) ?? new Response(null, { status: 503 }) },
  { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined },
);

/** Where the running server is: libraries are told nothing else. */
export const port = listening.port;
export const origin = `http://127.0.0.1:${port}`;
server = createServer({
  db,
  vault,
  log,
  env: { mode: 'production', publicUrl: origin, oidc: null },
  checkReplies: true,
});

after(async () => {
  await listening.drain(0);
  await server?.close();
  await db.close();
});

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  body: any;
}

/** One request as callers make it. A 500 shows the fault that the log would have. */
export async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
  const request = new Request(origin + path, { method, headers, body: body ?? null });
  const response = await server?.fetch(request, { rawTarget: path, remoteAddress: '192.0.2.1' });
  assert.ok(response);
  const text = await response.text();
  if (response.status === 500) console.error(failures.at(-1));
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  } as Answer;
}

interface Signing {
  secret?: string;
  keyId?: string;
  date?: Date;
  /** What is signed, where that is not what is sent. */
  target?: string;
  headers?: Record<string, string>;
}

/** The documents' persons, and others: two share a phone, one company has a number of its own. */
const register = [
  ...documentedEntries,
  {
    reference: 'aino',
    kind: 'PERSON',
    firstName: 'Aino',
    lastName: 'Virtanen',
    identity: '131052-308T',
    postalCode: '00100',
    city: 'Helsinki',
    street: 'Mannerheimintie',
    streetNumber: 5,
    entrance: 'B',
    country: 'FI',
    language: 'fi',
  },
  ...['kari', 'ola'].map((reference) => ({
    reference,
    kind: 'PERSON' as const,
    firstName: reference,
    lastName: 'Hansen',
    phone: '+4722334455',
    postalCode: '0150',
    country: 'NO',
  })),
] as const;

/** A fresh organization with a merchant, its key, and a register: nothing of another test is in it. */
export async function newMerchant() {
  const merchantId = `m${randomBytes(6).toString('hex')}`;
  const made = await asAll(db, (tx) =>
    createOrganization(tx, { reference: merchantId, name: 'Shop', country: 'SE', currencies: ['SEK'] }),
  );
  assert.ok(made);
  const { id: organizationId, key: apiKey } = made;
  const key = await asOrganization(db, { organizationId }, 'write', async (tx) => {
    await importDirectory(tx, { organizationId, country: 'SE', vault }, register);
    return createSigningKey(tx, vault, { organizationId, name: 'Shop', merchantId });
  });

  /** The server API; `path` begins after the merchant's id. */
  function call(method: string, path: string, json?: unknown, signing: Signing = {}): Promise<Answer> {
    return callOf(merchantId, method, path, json, signing);
  }

  function callOf(merchant: string, method: string, path: string, json?: unknown, signing: Signing = {}) {
    const target = `/v1/${merchant}${path}`;
    const sent: Record<string, string> = { 'content-type': 'application/json', ...signing.headers };
    const date = (signing.date ?? new Date()).toUTCString();
    const signed = { method, target, contentType: sent['content-type'] ?? '', date, headers: sent };
    const text = textToSign(signed, signing.target ?? target);
    const signature = sign(signing.secret ?? key.secret, text).toString('base64');
    const authorization = `GCS v1HMAC:${signing.keyId ?? key.id}:${signature}`;
    return send(
      method,
      target,
      { ...sent, date, authorization },
      json === undefined ? undefined : JSON.stringify(json),
    );
  }

  return {
    merchantId,
    organizationId,
    key,
    call,
    callOf,
    revoke: () => asAll(db, (tx) => revokeCredential(tx, key.id)),
    /** Opens a client session; `call` is the client API, its path begins after the customer id. */
    async session(body: object = {}) {
      const { status, body: details } = await call('POST', '/sessions', body);
      assert.equal(status, 201, JSON.stringify(details));
      const { clientSessionId, customerId } = details;
      return {
        details,
        call: (method: string, path: string, json?: unknown, more: { customerId?: string; session?: string } = {}) =>
          send(
            method,
            `/client/v1/${more.customerId ?? customerId}${path}`,
            {
              authorization: `GCS v1Client:${more.session ?? clientSessionId}`,
              'content-type': 'application/json',
              origin: 'https://shop.example',
            },
            json === undefined ? undefined : JSON.stringify(json),
          ),
      };
    },
    /** Runs an operation with the organization's key. */
    async graphql(query: string, variables: object = {}) {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const { body } = await send('POST', '/graphql', headers, JSON.stringify({ query, variables }));
      assert.equal(body.errors, undefined, JSON.stringify(body.errors));
      return body.data;
    },
  };
}

/** Whether the answer is this error, whole. */
export function isError(
  { status, body }: Answer,
  expected: { status: number; code: string; id: string; message?: string; propertyName?: string },
): void {
  const { status: httpStatusCode, code, id, message = id, propertyName } = expected;
  const error = { category: 'CONNECT_PLATFORM_ERROR', code, httpStatusCode, id, message };
  assert.deepEqual(
    { status, errors: body.errors },
    { status: httpStatusCode, errors: [propertyName === undefined ? error : { ...error, propertyName }] },
  );
  assert.equal(typeof body.errorId, 'string');
  assert.notEqual(body.errorId, '');
}

export const unauthorized = { status: 401, code: '9002', id: 'MISSING_OR_INVALID_AUTHORIZATION' };
export const foreign = { status: 403, code: '9007', id: 'ACCESS_TO_MERCHANT_NOT_ALLOWED' };
export const notFound = {
  status: 400,
  code: '1214',
  id: 'CUSTOMER_DETAILS_NOT_FOUND',
  message: 'No customer details could be found with the provided data.',
};
export const missing = (propertyName: string) => ({
  status: 400,
  code: '20000000',
  id: 'PARAMETER_NOT_FOUND_IN_REQUEST',
  propertyName,
});

/** One statement over every organization: for looking where no request may, and for what only time or an operator does. */
export const peek = <Row extends Record<string, unknown>>(statement: SQL) =>
  asAll(db, async (tx) => [...(await tx.execute<Row>(statement))]);
