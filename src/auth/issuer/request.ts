import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { scopes } from '../caller.ts';
import { hashSecret } from '../secret.ts';

/** What a consent is about: the customer's own data. The only scope of a customer's token; it opens no field by itself. */
export const customerScope = 'customer';

const maxBody = 32 * 1024;
/** What an address may hold: nobody needs more, and it is kept while somebody signs in. */
const maxQuery = 8_000;
const maxParams = 100;
/** Names the vendor, or what is not offered: ignored wherever they stand. */
const ignored = ['audience', 'resource', 'authorization_details'];
/** Only read together with `openid`; old clients send them without. */
const onlyWithOpenId = ['nonce', 'max_age', 'id_token_hint', 'acr_values', 'claims', 'claims_locales'];

/** The body as text, or null when it is longer than anybody needs. */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left open, so that whoever sends too much still reads the answer.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBody) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** Whether parameters are more than anybody needs. */
export const isTooMuch = (params: URLSearchParams, text = ''): boolean =>
  params.size > maxParams || text.length > maxQuery;

/** Body and query as one, the body first; what stands in both counts once (contracts, 3.1). */
function merged(query: URLSearchParams, body: URLSearchParams): URLSearchParams {
  const all = new URLSearchParams(body);
  for (const [name, value] of query) if (!body.getAll(name).includes(value)) all.append(name, value);
  for (const name of ignored) all.delete(name);
  return all;
}

const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'));

/** Moves the client's id and secret from the header into the parameters, unless those say something else. */
function withBasic(params: URLSearchParams, authorization: string | undefined): boolean {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return false;
  const [id, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  try {
    const pair = { client_id: decoded(id ?? ''), client_secret: decoded(rest.join(':')) };
    for (const [name, value] of Object.entries(pair)) {
      if (value !== '' && !params.getAll(name).includes(value)) params.append(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

/** The parameters of the token endpoint as the library wants them: one form, a hashed secret, scopes that we know. */
export function tokenParams(
  query: URLSearchParams,
  body: URLSearchParams,
  authorization: string | undefined,
): { params: URLSearchParams; isBasicRead: boolean } {
  const params = merged(query, body);
  const isBasicRead = withBasic(params, authorization);
  const secrets = params.getAll('client_secret').filter((secret) => secret !== '');
  params.delete('client_secret');
  for (const secret of secrets) params.append('client_secret', hashSecret(secret).toString('hex'));
  if (params.get('grant_type') === 'client_credentials') {
    const known = new Set<string>(scopes);
    const asked = params
      .getAll('scope')
      .flatMap((value) => value.split(/\s+/))
      .filter((scope) => known.has(scope));
    params.set('scope', (asked.length > 0 ? asked : scopes).join(' '));
  } else {
    params.delete('scope');
  }
  return { params, isBasicRead };
}

/** The parameters of the authorization endpoint: whatever scopes were asked for, the customer's consent is what is wanted. */
export function authorizationParams(query: URLSearchParams, body: URLSearchParams): URLSearchParams {
  const params = merged(query, body);
  const isOpenId = params.getAll('scope').some((value) => value.split(/\s+/).includes('openid'));
  params.set('scope', isOpenId ? `openid ${customerScope}` : customerScope);
  if (!isOpenId) for (const name of onlyWithOpenId) params.delete(name);
  return params;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** The origin that a browser is kept at: the public one; on one machine, whichever of its names the browser used. */
export function ownOrigin(req: IncomingMessage, publicUrl: string): URL {
  const own = new URL(publicUrl);
  const text = `${own.protocol}//${req.headers.host ?? ''}`;
  const asked = URL.canParse(text) ? new URL(text) : own;
  const isSame = asked.port === own.port && [asked, own].every(({ hostname }) => loopback.includes(hostname));
  return isSame ? new URL(asked.origin) : own;
}

/** The caller's address: the one that the nearest proxy saw, if there is one of ours. */
export function addressOf(req: IncomingMessage, trustProxy: boolean): string | undefined {
  const forwarded = trustProxy ? [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim() : '';
  return forwarded || req.socket?.remoteAddress;
}

/** The same request with another method, path or form, for a reader that has not read it yet. */
export function replayed(
  req: IncomingMessage,
  changed: { method: string; url: string; form: URLSearchParams | null; headers: Record<string, string | undefined> },
): IncomingMessage {
  const bytes = changed.form === null ? Buffer.alloc(0) : Buffer.from(changed.form.toString());
  const form =
    changed.form === null
      ? { 'content-type': undefined, 'content-length': undefined }
      : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(bytes.length) };
  const headers = Object.fromEntries(
    Object.entries({ ...req.headers, ...form, 'transfer-encoding': undefined, ...changed.headers }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const { socket, httpVersion, httpVersionMajor, httpVersionMinor } = req;
  const stream = Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false });
  const members = { socket, connection: socket, httpVersion, httpVersionMajor, httpVersionMinor };
  return Object.assign(stream, members, {
    method: changed.method,
    url: changed.url,
    headers,
  }) as unknown as IncomingMessage;
}
