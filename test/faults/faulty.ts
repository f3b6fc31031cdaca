import { randomUUID } from 'node:crypto';
import { createOrganization } from '../../src/cli/organizations.ts';
import { asAll, type Db, openDb } from '../../src/db/client.ts';
import { createServer, type Server } from '../../src/server.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

/** A short form for every change, the long one for `npm run test:faults`. */
export const isShort = process.env.FAULTS === 'short';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
export type Json = any;

/** What became of one request. */
export interface Told {
  status: number;
  ms: number;
  headers: Headers;
  body: Json;
}

/** A server whose way to the database can be made to fail, and an organization of its own in it. */
export interface Faulty {
  proxy: FaultProxy;
  server: Server;
  /** Reaches the database past the proxy. */
  direct: Db;
  organizationId: number;
  key: string;
  logged: object[];
  graphql(query: string, variables?: object, headers?: Record<string, string>): Promise<Told>;
  get(path: string, headers?: Record<string, string>): Promise<Told>;
  form(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Told>;
  /** Makes a customer of this name; `once` is the idempotency key of all its tries. */
  create(name: string, once: string): Promise<Told>;
  /** How often customers of these names are stored. */
  stored(names: string): Promise<Map<string, number>>;
  close(): Promise<void>;
}

const origin = 'http://clientele.test';
const mutation = `mutation ($name: String!) { customerCreate(input: { name: $name, currency: "NOK" }) {
  ... on CustomerCreatePayload { customer { name } } ... on Error { code } } }`;

/** Opens one. Several share a database, and an organization when `of` is given. */
export async function openFaulty(of?: Faulty): Promise<Faulty> {
  const url = await testDatabaseUrl();
  const through = new URL(url);
  const proxy = await startProxy({ host: through.hostname, port: Number(through.port) });
  through.port = String(proxy.port);
  const direct = of?.direct ?? openDb({ url });
  const db = openDb({ url: through.href });
  const logged: object[] = [];
  const log = { info() {}, error: (facts: object) => void logged.push(facts) };
  const vault = openVault(parseKeys(ring));
  const env = { mode: 'production', publicUrl: origin, oidc: null, rateLimit: 100_000 } as const;
  const server = createServer({ db, vault, log, env });
  const organization =
    of ??
    (await asAll(direct, async (tx) => {
      const made = await createOrganization(tx, {
        reference: `faults-${randomUUID()}`,
        name: 'Faults',
        country: 'NO',
        currencies: ['NOK'],
      });
      if (made === null) throw new Error('The reference is taken.');
      return { organizationId: made.id, key: made.key };
    }));
  const { organizationId, key } = organization;

  const send = async (path: string, init: RequestInit): Promise<Told> => {
    const begun = performance.now();
    const response = await server.fetch(new Request(`${origin}${path}`, init), {
      rawTarget: path,
      remoteAddress: '192.0.2.1',
    });
    const text = await response.text();
    const ms = performance.now() - begun;
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, ms, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const credential = { authorization: `Bearer ${key}` };
  const graphql: Faulty['graphql'] = (query, variables = {}, headers = {}) =>
    send('/graphql', {
      method: 'POST',
      headers: { ...credential, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
  return {
    proxy,
    server,
    direct,
    organizationId,
    key,
    logged,
    graphql,
    get: (path, headers = {}) => send(path, { headers: { ...credential, ...headers } }),
    form: (path, fields, headers = {}) =>
      send(path, { method: 'POST', headers: { ...credential, ...headers }, body: new URLSearchParams(fields) }),
    create: (name, once) => graphql(mutation, { name }, { 'Idempotency-Key': once }),
    async stored(names) {
      const rows = await asAll(direct, (tx) =>
        tx.execute<{ name: string; n: number }>(
          `select name, count(*)::int as n from customers where organization_id = ${organizationId} and name like '${names}%' group by name`,
        ),
      );
      return new Map(rows.map(({ name, n }) => [name, n]));
    },
    async close() {
      await server.close();
      await Promise.all([db.close(), of === undefined && direct.close()]);
      await proxy.close();
    },
  };
}

const ring = makeKeys();

/** Whether a creation was acknowledged. */
export const isDone = ({ status, body }: Told) =>
  status === 200 && typeof body?.data?.customerCreate?.customer?.name === 'string';

/** A line of figures for whoever reads the run. */
export function figures(what: string, facts: object): void {
  console.log(`# ${what}: ${JSON.stringify(facts)}`);
}
