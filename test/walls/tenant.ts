import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { createApiKey } from '../../src/auth/api-key.ts';
import type { Scope } from '../../src/auth/caller.ts';
import { findCredential } from '../../src/auth/credential.ts';
import { accountOf, createCustomerLogin } from '../../src/auth/customer-login.ts';
import { openKeys } from '../../src/auth/issuer/keys.ts';
import { signAccessToken } from '../../src/auth/issuer/token.ts';
import { createOAuthClient } from '../../src/auth/oauth-client.ts';
import { createSigningKey, sign, textToSign } from '../../src/auth/signature.ts';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, asOrganization, openDb } from '../../src/db/client.ts';
import { dialects } from '../../src/rest-compat/dialects.ts';
import { createServer } from '../../src/server.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';

export const origin = 'http://walls.test';
export const db = openDb({ url: await testDatabaseUrl() });
export const vault = openVault(parseKeys(makeKeys()));
const keys = openKeys(db, vault);
/** What the server could not foresee: must stay empty. */
export const failures: object[] = [];
const log = { info: () => undefined, error: (facts: object) => void failures.push(facts) };
const env = { mode: 'production', publicUrl: origin, oidc: null, rateLimit: 100_000, lookupLimit: 1_000_000 } as const;
export const server = createServer({ db, vault, log, env });

after(async () => {
  await server.close();
  await db.close();
});

/** Every documented path: dialect, method, and the path with its `{names}`. */
export const routes = dialects.flatMap((dialect) => [
  ...dialect.bases.flatMap((base) =>
    dialect.routes.map(({ method, path }) => ({
      dialect: dialect.name,
      method,
      path: base + path,
      media: dialect.media,
    })),
  ),
  ...dialect.doors.map(({ method, path }) => ({ dialect: dialect.name, method, path, media: dialect.media })),
]);
export type Known = (typeof routes)[number];

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

/** One request, exactly as it is given. */
export async function send(method: string, target: string, headers: HeadersInit, body?: BodyInit): Promise<Answered> {
  const init = { method, headers, body: body ?? null, ...(body instanceof ReadableStream && { duplex: 'half' }) };
  const request = new Request(origin + target, init as RequestInit);
  const response = await server.fetch(request, { rawTarget: target, remoteAddress: '192.0.2.1' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
type Json = any;

/** A fresh organization with a credential of every kind, and a record of every kind. */
export async function newTenant(name: string) {
  const reference = `wall-${randomUUID().slice(0, 8)}`;
  const made = await asAll(db, (tx) =>
    createOrganization(tx, { reference, name, country: 'NO', currencies: ['NOK', 'EUR'] }),
  );
  assert.ok(made);
  const { id: organizationId, key } = made;
  const actor = { organizationId };
  const clientId = randomInt(1, 2 ** 40);
  const merchantId = `m${clientId}`;
  const bearer = { authorization: `Bearer ${key}` };

  async function graphql(query: string, variables: object = {}, with_: Record<string, string> = bearer): Promise<Json> {
    const body = JSON.stringify({ query, variables });
    const answer = await send('POST', '/graphql', { 'content-type': 'application/json', ...with_ }, body);
    return JSON.parse(answer.text);
  }
  async function create(noun: string, input: object): Promise<{ id: string; numericId: number; reference: string }> {
    const upper = noun.charAt(0).toUpperCase() + noun.slice(1);
    const own = noun === 'login' ? 'uniqueId' : 'reference';
    const { data, errors } = await graphql(
      `mutation ($input: ${upper}CreateInput!) { r: ${noun}Create(input: $input) { ... on ${upper}CreatePayload { ${noun} { id numericId reference: ${own} } } ... on Error { message faults { path message } } } }`,
      { input },
    );
    assert.ok(data?.r?.[noun], JSON.stringify(errors ?? data));
    return data.r[noun];
  }

  const secret = randomUUID().slice(0, 8);
  const category = await create('category', { reference: `cat-${secret}`, name: `Category ${secret}` });
  const segmentation = await create('segmentation', { reference: `seg-${secret}`, name: `Segment ${secret}` });
  const paymentType = await create('paymentType', { reference: `pay-${secret}`, name: `Payment ${secret}` });
  const region = await create('region', { reference: `reg-${secret}`, name: `Region ${secret}` });
  const user = await create('user', { reference: `usr-${secret}`, lastName: `User ${secret}` });
  const phone = `+47${randomInt(40000000, 49999999)}`;
  const email = `${secret}@example.com`;
  const customer = await create('customer', {
    reference: `cus-${secret}`,
    name: `Customer ${secret}`,
    email,
    phones: [{ kind: 'mobile', number: phone }],
    category: { reference: category.reference },
    segmentation: { reference: segmentation.reference },
    paymentTypes: [{ reference: paymentType.reference }],
    region: { reference: region.reference },
  });
  const contact = await create('contact', {
    customer: { reference: customer.reference },
    firstName: 'Kari',
    lastName: `Contact ${secret}`,
  });
  const login = await create('login', {
    customer: { reference: customer.reference },
    credentials: [{ credential: email }],
  });
  const directoryEntry = await create('directoryEntry', {
    reference: `dir-${secret}`,
    person: { firstName: 'Ola', lastName: `Entry ${secret}` },
    phone: `+47${randomInt(90000000, 99999999)}`,
  });
  const { data: picture } = await graphql(
    `mutation ($by: CustomerBy!) { r: customerLogoSet(by: $by, logo: { fileName: "a.gif", data: "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" }) { ... on CustomerLogoSetPayload { customer { customerNumber logo { url } } } ... on Error { message } } }`,
    { by: { reference: customer.reference } },
  );
  const logo: string = picture?.r?.customer?.logo?.url ?? '';
  const customerNumber: number = picture?.r?.customer?.customerNumber ?? 0;
  assert.ok(logo, JSON.stringify(picture));

  const oauth = await asOrganization(db, actor, 'write', (tx) =>
    createOAuthClient(tx, { organizationId, name, settings: { clientIds: [clientId] } }),
  );
  const scope = 'customers:read customers:write customers:lookup';
  const token = (subject: string, scopes = scope) =>
    signAccessToken(keys, origin, {
      clientId: oauth.id,
      subject,
      scope: scopes,
      organization: reference,
      seconds: 900,
    });
  const clientToken = await token(oauth.id);
  const person = await asOrganization(db, actor, 'write', (tx) =>
    createCustomerLogin(tx, {
      organizationId,
      userName: `u-${secret}`,
      customerId: customer.numericId,
      password: 'quite long words',
    }),
  );
  const stored = await findCredential(db, person.id);
  assert.ok(stored);
  const userToken = await token(accountOf(stored), '');
  const signing = await asOrganization(db, actor, 'write', (tx) =>
    createSigningKey(tx, vault, { organizationId, name, merchantId }),
  );

  function signed(method: string, target: string, contentType: string): Record<string, string> {
    const date = new Date().toUTCString();
    const text = textToSign({ method, target, contentType, date, headers: {} }, target);
    const signature = sign(signing.secret, text).toString('base64');
    return { date, authorization: `GCS v1HMAC:${signing.id}:${signature}` };
  }
  const session: Json = JSON.parse(
    (
      await send(
        'POST',
        `/v1/${merchantId}/sessions`,
        { 'content-type': 'application/json', ...signed('POST', `/v1/${merchantId}/sessions`, 'application/json') },
        '{}',
      )
    ).text,
  );
  assert.ok(session.clientSessionId, JSON.stringify(session));

  /** The header that a documented path asks for. */
  function credential(
    { dialect, path }: Pick<Known, 'dialect' | 'path'>,
    method: string,
    target: string,
    type: string,
  ): Record<string, string> {
    if (dialect === 'riverty') return { authorization: `Bearer ${clientToken}` };
    if (dialect === 'connect')
      return { authorization: `Bearer ${path.includes('/v1/customer/') ? userToken : clientToken}` };
    if (path.startsWith('/client/v1/')) return { authorization: `GCS v1Client:${session.clientSessionId}` };
    if (dialect === 'worldline') return signed(method, target, type);
    return bearer;
  }

  return {
    organizationId,
    reference,
    key,
    graphql,
    credential,
    secret,
    phone,
    email,
    clientId,
    merchantId,
    customerNumber,
    customerSession: String(session.customerId),
    logo: logo.replace(origin, ''),
    records: { category, segmentation, paymentType, region, user, customer, contact, login, directoryEntry },
    keyFor: (scopes: readonly Scope[]) =>
      asAll(db, async (tx) => (await createApiKey(tx, { organizationId, name: 'Key', scopes })).key),
  };
}
export type Tenant = Awaited<ReturnType<typeof newTenant>>;
