import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { eq } from 'drizzle-orm';
import { createApiKey } from '../../src/auth/api-key.ts';
import type { Scope } from '../../src/auth/caller.ts';
import { createStaffLogin } from '../../src/auth/staff-login.ts';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import { organizations } from '../../src/db/tables/organizations.ts';
import { regions } from '../../src/db/tables/references.ts';
import { users } from '../../src/db/tables/users.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { testServer } from '../support/fleet.ts';

const origin = 'http://shop.test';
const failures: unknown[] = [];
const db = openDb({ url: await testDatabaseUrl() });
const ring = makeKeys();
const vault = openVault(parseKeys(ring));
const log = { info: () => undefined, error: (facts: object) => void failures.push(facts) };
const env = { mode: 'demo', publicUrl: origin, oidcIssuer: null, oidcAudience: null } as const;
const server = await testServer({ db, vault, log, env: env as never, checkReplies: true }, ring);

after(async () => {
  await server.close();
  await db.close();
});

/** What a request carries: a form, multipart, JSON, or nothing. */
export interface Sent {
  form?: Record<string, string>;
  multipart?: FormData;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  body: any;
  bytes: Uint8Array;
}

/** One request as callers make it. A 500 shows the fault that the log would have. */
export async function send(
  method: string,
  path: string,
  { form, multipart, json, text, headers }: Sent = {},
): Promise<Answer> {
  const body = form
    ? new URLSearchParams(form)
    : (multipart ?? text ?? (json === undefined ? null : JSON.stringify(json)));
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
  const request = new Request(origin + path, { method, body, headers: { ...type, ...headers } });
  const response = await server.fetch(request, { rawTarget: path, remoteAddress: '192.0.2.1' });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.includes('json');
  if (response.status === 500) console.error(failures.at(-1));
  const read = isJson && bytes.length > 0 ? JSON.parse(Buffer.from(bytes).toString()) : null;
  return { status: response.status, headers: response.headers, body: read, bytes };
}

/** A fresh organization with its key: nothing of another test is in it. */
export async function newShop(more: { regionLevel?: number; currencies?: string[] } = {}) {
  const reference = `shop-${randomUUID().slice(0, 8)}`;
  const { regionLevel, currencies = ['EUR', 'USD'] } = more;
  const made = await asAll(db, (tx) => createOrganization(tx, { reference, name: 'Shop', country: 'FR', currencies }));
  assert.ok(made);
  const { id, key } = made;
  if (regionLevel !== undefined) {
    await asAll(db, (tx) => tx.update(organizations).set({ regionLevel }).where(eq(organizations.id, id)));
  }
  const call = (method: string, path: string, sent: Sent = {}) =>
    send(method, `/api/v1.0${path}`, { ...sent, headers: { authorization: `Bearer ${key}`, ...sent.headers } });
  return {
    id,
    reference,
    key,
    call,
    /** The body of a request that must have the status. */
    async body(status: number, method: string, path: string, sent: Sent = {}) {
      const answer = await call(method, path, sent);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      return answer.body;
    },
    /** The data of a GraphQL operation that must have no errors. */
    async graphql(query: string, variables: Record<string, unknown> = {}) {
      const headers = { authorization: `Bearer ${key}` };
      const { body } = await send('POST', '/graphql', { json: { query, variables }, headers });
      assert.equal(body.errors, undefined, JSON.stringify(body.errors));
      return body.data;
    },
    /** Another key of this organization. */
    keyFor: (scopes: readonly Scope[]) =>
      asAll(db, async (tx) => (await createApiKey(tx, { organizationId: id, name: 'Key', scopes })).key),
    /** A region at a level; 1 is the top. */
    region: (name: string, level: number, parentId: number | null) =>
      asOrganization(db, { organizationId: id }, 'write', async (tx) => {
        const [row] = await tx.insert(regions).values({ reference: name, name, level, parentId }).returning();
        assert.ok(row);
        return row.id;
      }),
    /** A login of the first member of staff. */
    login: () =>
      asAll(db, async (tx) => {
        const [user] = await tx.select().from(users).where(eq(users.organizationId, id));
        assert.ok(user);
        return createStaffLogin(tx, { organizationId: id, userName: `${reference}-user`, userId: user.id });
      }),
  };
}
