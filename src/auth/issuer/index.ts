import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Db } from '../../db/client.ts';
import { worded } from '../../db/constraints.ts';
import type { Vault } from '../../vault.ts';
import { CredentialSettings, findCredential } from '../credential.ts';
import { accountOf } from '../customer-login.ts';
import { take } from '../rate.ts';
import { answerInteraction } from './interaction.ts';
import type { KeyRoom, SigningKeys } from './keys.ts';
import { problemPage, sendPage } from './page.ts';
import { type IssuerLibrary, loadLibrary, makeProvider } from './provider.ts';
import {
  addressOf,
  authorizationParams,
  customerScope,
  isTooMuch,
  ownOrigin,
  readForm,
  replayed,
  tokenParams,
} from './request.ts';
import { signAccessToken } from './token.ts';

/** What the embedded issuer needs. */
export interface IssuerSettings {
  db: Db;
  vault: Vault;
  /** The issuer's name, and where browsers reach it: origin without a slash at the end. */
  publicUrl: string;
  keys: KeyRoom;
  log: { error(facts: object, message: string): void };
  /** Whether a proxy of ours sets X-Forwarded-For (TRUST_PROXY). */
  trustProxy?: boolean;
}

/** The embedded OAuth server. */
export interface Issuer {
  /** Answers everything under `/oauth/` and `/.well-known/openid-configuration`; for node's own server, before the fetch handler. */
  callback(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /**
   * A user token without a browser: for a demo, and for tests. It lives as long as the client's, or for `seconds`.
   * Throws an Error when the two are not of one organization.
   */
  issueUserToken(customerLoginId: string, clientId: string, seconds?: number): Promise<string>;
}

/** The library at work, and the keys that it was made for. */
interface Served {
  kids: string;
  provider: Provider;
  handle: ReturnType<Provider['callback']>;
}

/** Sign-ins begun from one address: what each is about is kept for an hour. */
const beginnings = { capacity: 600, refillPerSecond: 5 };
const discovery = '/.well-known/openid-configuration';
const interactionPath = /^\/oauth\/interaction\/([A-Za-z0-9_-]{1,64})$/;

const isNobody = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'error_description' in body &&
  body.error_description === 'no client authentication mechanism provided';

/** Whether a path belongs to the issuer. */
export function isIssuerPath(path: string): boolean {
  return path === '/oauth' || path.startsWith('/oauth/') || path === discovery;
}

const shown = new Set(['/oauth/authorize', '/oauth/token', '/oauth/jwks', discovery]);

/** The path of the issuer's that an address names, without what is in it of anybody: for the log and metrics. */
export function issuerRoute(address: string): string {
  const [path = ''] = address.split('?');
  if (interactionPath.test(path)) return '/oauth/interaction/{uid}';
  return shown.has(path) ? path : 'other';
}

/**
 * Makes the embedded issuer: client credentials, and the authorization code with a page to sign in (contracts, 2.1 and 3.1).
 * Its library, a fifth of what a server loads, is loaded by the first who asks: API keys and sessions need none of it.
 */
export function createIssuer(settings: IssuerSettings): Issuer {
  const { db, vault, publicUrl, keys, log } = settings;
  let loading: Promise<IssuerLibrary> | null = null;
  let made: Served | null = null;

  function providerFor(current: SigningKeys, library: IssuerLibrary): Served {
    const kids = [current.current.kid, ...current.byKid.keys()].join(' ');
    if (made?.kids === kids) return made;
    const provider = makeProvider({ db, vault, publicUrl, keys: current, library });
    provider.use(async (ctx, next) => {
      await next();
      ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
      if (ctx.status === 404 && !ctx.body) {
        const isToken = ctx.path === '/oauth/token';
        ctx.status = isToken ? 405 : 404;
        if (isToken) ctx.set('Allow', 'POST');
        ctx.body = isToken
          ? { error: 'invalid_request', error_description: 'Ask for a token by POST.' }
          : { error: 'not_found', error_description: 'There is nothing here.' };
      }
      // Who names no client at all is no client either (RFC 6749, 5.2); the library calls it a bad request.
      if (ctx.path === '/oauth/token' && isNobody(ctx.body)) {
        ctx.status = 401;
        ctx.body = { error: 'invalid_client', error_description: 'Say which client asks, and its secret.' };
      }
      if (ctx.path === '/oauth/token' && ctx.status === 401) ctx.set('WWW-Authenticate', 'Basic realm="clientele"');
    });
    provider.on('server_error', (ctx, error) => {
      if (worded(error).code !== 'UNAVAILABLE') return log.error({ err: error }, 'the issuer failed');
      ctx.status = 503;
      ctx.set('Retry-After', '5');
      if (ctx.path === '/oauth/token') ctx.body = { error: 'temporarily_unavailable' };
    });
    const emitter: EventEmitter = provider;
    emitter.on('error', (error: unknown) => log.error({ err: error }, 'the issuer failed'));
    made = { kids, provider, handle: provider.callback() };
    return made;
  }

  /** Seconds until another sign-in may be begun from the caller's address; 0 when one may now. */
  async function waitToBegin(req: IncomingMessage): Promise<number> {
    const address = vault.fingerprint('sign-in', addressOf(req, settings.trustProxy ?? false) ?? '');
    return (await take(db, `authorize:${address.toString('base64url')}`, beginnings)).retryAfter;
  }

  /** The request as the library should see it: under our own name, whatever stood before us. */
  async function prepared(req: IncomingMessage, url: URL): Promise<IncomingMessage | null> {
    if (isTooMuch(url.searchParams, url.search)) return null;
    const { host, protocol } = ownOrigin(req, publicUrl);
    const headers: Record<string, string | undefined> = {
      host,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol.slice(0, -1),
    };
    const isToken = url.pathname === '/oauth/token';
    if (req.method !== 'POST' || (!isToken && url.pathname !== '/oauth/authorize')) {
      const query =
        url.pathname === '/oauth/authorize'
          ? `?${authorizationParams(url.searchParams, new URLSearchParams())}`
          : url.search;
      return replayed(req, { method: req.method ?? 'GET', url: url.pathname + query, form: null, headers });
    }
    const body = await readForm(req);
    if (body === null || isTooMuch(body)) return null;
    if (!isToken) {
      const query = authorizationParams(url.searchParams, body);
      return replayed(req, { method: 'GET', url: `${url.pathname}?${query}`, form: null, headers });
    }
    const { params, isBasicRead } = tokenParams(url.searchParams, body, req.headers.authorization);
    const authorization = isBasicRead ? undefined : req.headers.authorization;
    return replayed(req, {
      method: 'POST',
      url: url.pathname,
      form: params,
      headers: { ...headers, authorization, accept: 'application/json' },
    });
  }

  return {
    async callback(req, res) {
      const url = new URL(req.url ?? '/', publicUrl);
      try {
        loading ??= loadLibrary();
        const [current, library] = await Promise.all([keys.now(), loading]);
        const { provider, handle } = providerFor(current, library);
        const [, uid] = interactionPath.exec(url.pathname) ?? [];
        if (uid !== undefined) {
          req.headers['x-forwarded-proto'] = new URL(publicUrl).protocol.slice(0, -1);
          return await answerInteraction({ ...settings, provider, errors: library.errors }, req, res, uid);
        }
        const wait = url.pathname === '/oauth/authorize' ? await waitToBegin(req) : 0;
        if (wait > 0) {
          res.setHeader('Retry-After', String(wait));
          const html = problemPage(`Too many sign-ins were begun here. Wait ${wait} seconds and try again.`);
          return sendPage(res, { status: 429, html, leadsTo: null });
        }
        const request = await prepared(req, url);
        if (request === null) {
          res
            .writeHead(413, { 'Content-Type': 'application/json', Connection: 'close' })
            .end('{"error":"invalid_request"}');
          return;
        }
        await handle(request, res);
      } catch (error) {
        const isAway = worded(error).code === 'UNAVAILABLE';
        if (!isAway) log.error({ err: error }, 'the issuer failed');
        if (res.headersSent) return void res.end();
        const status = isAway ? 503 : 500;
        if (isAway) res.setHeader('Retry-After', '5');
        if (interactionPath.test(url.pathname)) {
          const html = problemPage('We cannot do this at the moment. Try again in a while.');
          return sendPage(res, { status, html, leadsTo: null });
        }
        const body = { error: isAway ? 'temporarily_unavailable' : 'server_error' };
        res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      }
    },
    async issueUserToken(customerLoginId, clientId, seconds) {
      const [login, client] = await Promise.all([findCredential(db, customerLoginId), findCredential(db, clientId)]);
      if (login?.kind !== 'CUSTOMER_LOGIN' || client?.kind !== 'OAUTH_CLIENT')
        throw new Error('Name a login and a client.');
      if (login.organizationId !== client.organizationId) throw new Error('Login and client are of two organizations.');
      const { tokenLifetime } = CredentialSettings.OAUTH_CLIENT.parse(client.settings);
      const organization = client.organization.reference;
      return await signAccessToken(keys, publicUrl, {
        clientId,
        subject: accountOf(login),
        scope: customerScope,
        organization,
        seconds: seconds ?? tokenLifetime,
      });
    },
  };
}
