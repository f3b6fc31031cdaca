import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomUUID, type webcrypto } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { openKeys } from '../../src/auth/issuer/keys.ts';
import { createOAuthClient } from '../../src/auth/oauth-client.ts';
import { asOrganization, type Db, openDb } from '../../src/db/client.ts';
import { createServer, type Server } from '../../src/server.ts';
import { type Listening, listen } from '../../src/start/listen.ts';
import { makeKeys, openVault, parseKeys } from '../../src/vault.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { newOrganization } from './support.ts';

// Forged tokens of both issuers, sent to the port of a server as anybody may.

type Key = webcrypto.CryptoKey | Uint8Array;
type Part = Record<string, unknown>;

/** One issuer as a forger sees it: everything but its private key, and a good token to begin with. */
interface Issuer {
  alg: string;
  kid: string;
  /** Its public key in the forms that a careless check may take for an HMAC's secret. */
  published: (string | Buffer)[];
  header: Part;
  claims: Part;
  sign(header: Part, claims: Part): Promise<string>;
}

const publicUrl = 'http://forgery.test';
let db: Db;
let server: Server;
let listening: Listening;
let own: Issuer;
let foreign: Issuer;
let trapped = 0;
/** Keys that a token names itself: whoever fetches them has fallen for it. */
const trap = createHttpServer((_, answer) => {
  trapped += 1;
  answer.end('{}');
});
/** Somebody else's issuer, which the server trusts. */
let jwks: object[] = [];
const elsewhere = createHttpServer((request, answer) => {
  const issuer = addressOf(elsewhere);
  const said = request.url?.endsWith('/jwks') ? { keys: jwks } : { issuer, jwks_uri: `${issuer}/jwks` };
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
});

const addressOf = (one: typeof trap) => `http://localhost:${(one.address() as AddressInfo).port}`;
const opened = (one: typeof trap) => new Promise<void>((resolve) => one.listen(0, 'localhost', () => resolve()));
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const without = (part: Part) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
const signer = (key: Key) => (header: Part, claims: Part) =>
  new SignJWT(without(claims)).setProtectedHeader(without(header) as { alg: string }).sign(key);

before(async () => {
  await Promise.all([opened(trap), opened(elsewhere)]);
  db = openDb({ url: await testDatabaseUrl() });
  const vault = openVault(parseKeys(makeKeys()));
  const issuer = addressOf(elsewhere);
  const env = { mode: 'production', publicUrl, oidc: { issuer, audience: 'clientele' } } as const;
  server = createServer({
    db,
    vault,
    env,
    log: { info() {}, error: (facts: object) => assert.fail(JSON.stringify(facts)) },
  });
  listening = await listen(server, { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined });

  const { id: organizationId, reference: organization } = await newOrganization(db);
  const client = await asOrganization(db, { organizationId }, 'write', (tx) =>
    createOAuthClient(tx, { organizationId, name: 'Forged', settings: { clientIds: [] } }),
  );
  const shared = { organization, scope: 'customers:read', iat: now(), exp: now() + 900 };

  const { current } = await openKeys(db, vault).now();
  own = {
    ...{ alg: 'ES256', kid: current.kid, header: { alg: 'ES256', typ: 'at+jwt', kid: current.kid } },
    claims: { ...shared, iss: publicUrl, aud: publicUrl, sub: client.id, client_id: client.id, jti: randomUUID() },
    published: [
      current.publicKey.export({ format: 'pem', type: 'spki' }),
      current.publicKey.export({ format: 'der', type: 'spki' }),
      JSON.stringify(current.publicKey.export({ format: 'jwk' })),
    ],
    sign: signer(await importJWK(current.privateJwk, 'ES256')),
  };
  const pair = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'theirs', alg: 'RS256', use: 'sig' };
  jwks = [jwk];
  foreign = {
    ...{ alg: 'RS256', kid: 'theirs', header: { alg: 'RS256', kid: 'theirs' } },
    claims: { ...shared, iss: issuer, aud: 'clientele', sub: 'erp' },
    published: [await exportSPKI(pair.publicKey), JSON.stringify(jwk)],
    sign: signer(pair.privateKey),
  };
});
after(async () => {
  await listening.drain(0);
  await server.close();
  await db.close();
  trap.close();
  elsewhere.close();
});

async function ask(token: string): Promise<{ status: number; challenge: string | null; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${listening.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ customers { totalCount { value } } }"}',
  });
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), text: await answer.text() };
}

/** What a stranger without any credential is told: a forger is told no more. */
async function refused(what: string, token: string) {
  const { status, challenge, text } = await ask(token);
  assert.equal(status, 401, `${what}: ${text}`);
  assert.match(challenge ?? '', /^Bearer/, what);
  const [error] = JSON.parse(text).errors;
  assert.deepEqual(
    [error.message, error.extensions.code],
    ['A valid credential is required.', 'UNAUTHENTICATED'],
    what,
  );
}

for (const [name, issuerOf] of [
  ['our own issuer', () => own],
  ['an issuer that is trusted', () => foreign],
] as const) {
  describe(`tokens of ${name}`, () => {
    const altered = (header: Part = {}, claims: Part = {}) =>
      issuerOf().sign({ ...issuerOf().header, ...header }, { ...issuerOf().claims, ...claims });
    /** Any header over the good claims, with a signature of the forger's choice. */
    const assembled = (header: unknown, signature: (text: string) => string | Buffer = () => '', claims: Part = {}) => {
      const text = `${encoded(header)}.${encoded({ ...issuerOf().claims, ...claims })}`;
      return `${text}.${Buffer.from(signature(text)).toString('base64url')}`;
    };

    it('200: as they are', async () => {
      const { status, text } = await ask(await altered());
      assert.equal(status, 200, text);
      assert.equal(JSON.parse(text).data.customers.totalCount.value, 0);
    });

    it('401: no signature, whatever `none` is spelled like', async () => {
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, undefined])
        await refused(`alg ${alg}`, assembled({ ...issuerOf().header, alg }));
      const [head, payload] = (await altered()).split('.');
      await refused('signature cut off', `${head}.${payload}.`);
      await refused('two parts', `${head}.${payload}`);
    });

    it('401: the public key as an HMAC’s secret', async () => {
      for (const secret of issuerOf().published)
        for (const alg of ['HS256', 'HS384', 'HS512'])
          await refused(
            alg,
            assembled({ ...issuerOf().header, alg }, (text) =>
              createHmac(alg.replace('HS', 'sha'), secret).update(text).digest(),
            ),
          );
    });

    it('401: another key under our kid, another algorithm, claims altered after signing', async () => {
      for (const alg of ['ES256', 'RS256', 'PS256', 'EdDSA']) {
        const { privateKey } = await generateKeyPair(alg);
        await refused(alg, await signer(privateKey)({ ...issuerOf().header, alg }, issuerOf().claims));
      }
      const [head, , signature] = (await altered()).split('.');
      const richer = encoded({ ...issuerOf().claims, scope: 'organizations:write' });
      await refused('richer', `${head}.${richer}.${signature}`);
      const empty = issuerOf().alg === 'ES256' ? 64 : 256;
      await refused(
        'zeros',
        assembled(issuerOf().header, () => Buffer.alloc(empty)),
      );
    });

    it('401: kid as a path, as SQL, as a prototype’s name, as no text at all; nothing is fetched', async () => {
      const { privateKey } = await generateKeyPair(issuerOf().alg);
      const kids = ['', '../../../../dev/null', '/etc/passwd', "' union select 'x' --", '__proto__', 'constructor'];
      for (const kid of [...kids, 'toString', '\u0000', 'x'.repeat(2_000), addressOf(trap)])
        await refused(`kid ${kid}`, await signer(privateKey)({ ...issuerOf().header, kid }, issuerOf().claims));
      // An empty file's HMAC, which a kid of /dev/null hopes for.
      const hmac = (text: string) => createHmac('sha256', '').update(text).digest();
      await refused('/dev/null', assembled({ ...issuerOf().header, alg: 'HS256', kid: '/dev/null' }, hmac));
      for (const kid of [1, null, [issuerOf().kid], { kid: issuerOf().kid }])
        await refused(
          `kid ${JSON.stringify(kid)}`,
          assembled({ ...issuerOf().header, kid }, () => 'x'),
        );
    });

    it('401: jku, x5u, jwk, x5c and crit, also when the signature is good; nothing is fetched', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const forger = await importJWK(privateKey.export({ format: 'jwk' }), 'ES256');
      const headers: Part[] = [
        { jku: `${addressOf(trap)}/jwks` },
        { x5u: `${addressOf(trap)}/certificate` },
        { jwk: publicKey.export({ format: 'jwk' }) },
        { x5c: ['AAAA'] },
      ];
      for (const header of headers) {
        await refused(JSON.stringify(header), await altered(header));
        await refused(
          JSON.stringify(header),
          await signer(forger)({ ...issuerOf().header, ...header, alg: 'ES256' }, issuerOf().claims),
        );
      }
      for (const crit of [['exp'], ['b64'], [], 'exp'])
        await refused(
          `crit ${crit}`,
          assembled({ ...issuerOf().header, crit, b64: false }, () => 'x'),
        );
      assert.equal(trapped, 0);
    });

    it('401: expired, not yet valid, issued in the future; a minute of clocks is forgiven', async () => {
      assert.equal((await ask(await altered({}, { exp: now() - 30 }))).status, 200);
      assert.equal((await ask(await altered({}, { nbf: now() + 30 }))).status, 200);
      const times: Part[] = [
        { exp: now() - 90 },
        { exp: now() - 90 * 60 },
        { nbf: now() + 90 },
        { iat: now() + 90 * 60, exp: now() + 120 * 60 },
        { exp: String(now() + 900) },
        { exp: -1 },
      ];
      for (const claims of times) await refused(JSON.stringify(claims), await altered({}, claims));
    });

    it('401: a foreign issuer or audience, and any claim missing', async () => {
      const aud = [issuerOf().claims.aud === publicUrl ? 'clientele' : publicUrl];
      const wrong: Part[] = [
        ...[{ iss: 'https://evil.example' }, { iss: `${issuerOf().claims.iss}/` }, { iss: [issuerOf().claims.iss] }],
        ...[{ aud: 'https://evil.example' }, { aud }, { aud: [] }],
        ...['iss', 'aud', 'exp', 'iat', 'organization'].map((claim) => ({ [claim]: undefined })),
        ...(issuerOf() === own
          ? ['jti', 'sub', 'client_id'].map((claim) => ({ [claim]: undefined }))
          : [{ organization: 'nobody-here' }]),
      ];
      for (const claims of wrong) await refused(JSON.stringify(claims), await altered({}, claims));
      // Each issuer's keys are good for its own name alone.
      const other = issuerOf() === own ? foreign : own;
      await refused('the other’s claims', await issuerOf().sign(issuerOf().header, other.claims));
    });

    it('401: very long, and no token at all; longer than a header may be is cut before anybody reads it', async () => {
      await refused('9 kB', await altered({}, { padding: 'x'.repeat(6_600) }));
      for (const token of ['x'.repeat(9_000), 'a.b.c', '...', `${'.'.repeat(5_000)}`]) await refused('none', token);
      const { status } = await ask('x'.repeat(20_000));
      assert.equal(status, 431);
    });
  });
}
