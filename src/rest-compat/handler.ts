import { randomUUID } from 'node:crypto';
import type { DocumentNode } from 'graphql';
import type { Context, Hono } from 'hono';
import type { Caller, Credential } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import { bodyOf, parsePairs, readBody } from './body.ts';
import { etagOf, isKnown, isMutation, takesVersion, versionRead } from './condition.ts';
import { allowOrigin, isCrossOrigin, preflight } from './cross-origin.ts';
import type { Operation } from './graphql.ts';
import { fingerprint, onceKey } from './once.ts';
import { printOpenApi } from './openapi.ts';
import { fill, groupByPath, methodsOf, toHono } from './path.ts';
import type { Dialect, Door, FaultFacts, OrganizationFacts, RawRequest, Reply, RequestHead, Route } from './route.ts';
import { checkReply, checkShape, shapeError } from './shape.ts';

/** What the listener knows about a request and `Request` does not say; Hono's bindings. */
export interface RequestOrigin {
  /** Path and query exactly as they came. */
  rawTarget?: string;
  remoteAddress?: string;
  requestId?: string;
}

export interface RunInfo {
  dialect: string;
  requestId: string;
  /** The caller may send this request again: it is to be done once. */
  once?: Once | undefined;
  /** What the variables were made with: when it is another by now, a mutation is not done. */
  assumes?: OrganizationFacts | undefined;
}

/** The caller's key of a request, a hash of all it asks, and who is told that an earlier answer is given again. */
export interface Once {
  key: string;
  fingerprint: string;
  replayed(at: Date): void;
}

/** What `server.ts` hands to the dialects. Everything here refuses with an ApiError. */
export interface RestServer {
  /** Notes why a request was refused. */
  refused?(request: Request, code: string): void;
  /** Checks a credential. UNAUTHENTICATED, RATE_LIMITED. */
  authenticate(credential: Credential, request?: Request): Promise<Caller>;
  /** Does `work`, which changes nothing, for the credential's caller: it may be begun, and done again, before he is known for certain. */
  attend<T>(credential: Credential, request: Request, work: (caller: Caller) => Promise<T>): Promise<T>;
  /** Which documented path a request has found: for limits, metrics and the log. */
  seen?(request: Request, dialect: string, route: string): void;
  /** Runs an operation in the caller's organization; throws the ApiError behind an entry of `errors`; null: see `assumes`. */
  run(operation: DocumentNode, variables: Record<string, unknown>, caller: Caller, info: RunInfo): Promise<unknown>;
  /** Does a door's work once for the key in `info`, if there is one, and gives the same reply to whoever asks again. */
  doOnce(caller: Caller, info: RunInfo, work: () => Promise<Reply>): Promise<Reply>;
  organization(caller: Caller): OrganizationFacts | Promise<OrganizationFacts>;
  /** The same as it was read last; true if, after the run, it is the one that the run's own statement `confirmed`. */
  remembered?(caller: Caller): OrganizationFacts | undefined;
  confirmed?(caller: Caller): OrganizationFacts | undefined;
  /** PUBLIC_URL, without a slash at the end. */
  publicUrl: string;
  log: { error(facts: object, message: string): void };
  /** Tests: an answer that is not the documented one is an error. */
  checkReplies?: boolean;
  doors: DoorServer;
}

/** A typed operation for a door: the same way as every route. */
export async function ask<Data, Variables extends Record<string, unknown>>(
  server: RestServer,
  operation: Operation<Data, Variables>,
  variables: Variables,
  caller: Caller,
  info: RunInfo,
): Promise<Data> {
  return (await server.run(operation, variables, caller, info)) as Data;
}

/** What the doors need and no operation gives. */
export interface DoorServer {
  /** A Valomnia login; null when name or password are wrong. RATE_LIMITED after too many. */
  signIn(userName: string, password: string, remoteAddress: string | undefined): Promise<{ session: string } | null>;
  /** A Worldline client session for the merchant's caller. */
  openClientSession(
    caller: Caller,
    products: { excluded: readonly number[]; restrictedTo: readonly number[] | null },
  ): Promise<{ clientSessionId: string; customerId: string }>;
  /**
   * A picture's bytes by its path from the root; null when there is none for this caller.
   * The caller is null when a link's signature, in `url`, is all that vouches for the request.
   */
  readPicture(url: URL, caller: Caller | null): Promise<{ contentType: string; bytes: Uint8Array } | null>;
}

type Env = { Bindings: RequestOrigin };

/** Mounts every documented path of the dialects, and their words for paths and methods that they do not know. */
export function mountRest(app: Hono<Env>, dialects: readonly Dialect[], server: RestServer): void {
  for (const dialect of dialects) {
    let openApi: string | undefined;
    app.get(`/openapi/${dialect.name}.json`, (c) => {
      openApi ??= printOpenApi(dialect);
      return c.body(openApi, 200, { 'Content-Type': 'application/json; charset=utf-8' });
    });
    const { crossOrigin } = dialect;
    if (crossOrigin) {
      app.options(`${crossOrigin.under}/*`, (c) => respond(preflight(crossOrigin), {}, requestIdOf(c), false));
    }
    for (const door of dialect.doors) {
      app.on(door.method, toHono(door.path), (c) => answer(c, dialect, '', door, server));
    }
    for (const [path, doors] of groupByPath(dialect.doors)) {
      const open = doors.every((door) => door.open);
      app.all(toHono(path), (c) => answer(c, dialect, '', { allow: methodsOf(doors), open }, server));
    }
    for (const base of dialect.bases) {
      for (const [path, routes] of groupByPath(dialect.routes)) {
        const full = toHono(base + path);
        for (const route of routes) {
          // Hono asks for GET when HEAD was asked: a HEAD route of its own comes first.
          const headRoute = routes.find((other) => other.method === 'HEAD') ?? route;
          app.on(route.method === 'HEAD' ? 'GET' : route.method, full, (c) =>
            answer(c, dialect, base, c.req.raw.method === 'HEAD' ? headRoute : route, server),
          );
        }
        app.all(full, (c) => answer(c, dialect, base, { allow: methodsOf(routes) }, server));
      }
    }
  }
  for (const dialect of dialects) {
    for (const base of dialect.bases) {
      for (const own of dialect.owns) {
        app.all(`${toHono(base + own)}/*`, (c) => answer(c, dialect, base, { allow: null }, server));
      }
    }
    if (dialect.crossOrigin) {
      app.all(`${dialect.crossOrigin.under}/*`, (c) => answer(c, dialect, '', { allow: null }, server));
    }
  }
}

/** Nothing is mounted for this path (`allow` null) or for this method of it. */
interface Refusal {
  allow: readonly string[] | null;
  /** Nobody is asked who he is. */
  open?: boolean;
}

async function answer(
  c: Context<Env>,
  dialect: Dialect,
  base: string,
  target: Route | Door | Refusal,
  server: RestServer,
): Promise<Response> {
  const head = headOf(c);
  const params = c.req.param() as Record<string, string>;
  const facts: FaultFacts = {
    origin: server.publicUrl,
    base: fill(base, params),
    requestId: requestIdOf(c),
    path: 'path' in target ? target.path : undefined,
    method: head.method,
    contentType: head.headers.get('content-type')?.toLowerCase() ?? '',
    params,
    variables: {},
    issues: [],
  };
  server.seen?.(c.req.raw, dialect.name, facts.path === undefined ? 'other' : base + facts.path);
  const reply = await perform({ request: c.req.raw, head, dialect, target, server, facts }).catch((thrown: unknown) => {
    const error = thrown instanceof ApiError ? thrown : new ApiError('INTERNAL', [], { cause: thrown });
    server.refused?.(c.req.raw, error.code);
    if (error.kind === 'INTERNAL') {
      const about = { requestId: facts.requestId, dialect: dialect.name, path: facts.path, err: error.cause ?? error };
      server.log.error(about, 'a documented path failed');
    }
    const refusal = dialect.fault(error, facts);
    const headers: Record<string, string> = { ...refusal.headers };
    if (error.retryAfter !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(error.retryAfter)));
    if ('allow' in target && target.allow && error.kind === 'METHOD_NOT_ALLOWED')
      headers.Allow = target.allow.join(', ');
    return { ...refusal, headers };
  });
  const ifNoneMatch = writes(head.method) ? null : head.headers.get('if-none-match');
  const extra = { ...dialect.headers?.(reply), ...(isCrossOrigin(dialect, head.url) ? allowOrigin : {}) };
  return respond(reply, extra, facts.requestId, head.method === 'HEAD', ifNoneMatch);
}

interface Asked {
  request: Request;
  head: RequestHead;
  dialect: Dialect;
  target: Route | Door | Refusal;
  server: RestServer;
  /** Filled in on the way, for the words of a fault. */
  facts: FaultFacts;
}

/** One request, for whoever asks. */
async function perform(asked: Asked): Promise<Reply> {
  const { request, head, dialect, target, server } = asked;
  if ('open' in target && target.open) return performFor(null, asked);
  const credential = dialect.credential(head);
  if ('operation' in target && !writes(head.method))
    return server.attend(credential, request, (caller) => performFor(caller, asked));
  return performFor(await server.authenticate(credential, request), asked);
}

/** May he, what, the operation, the answer. */
async function performFor(caller: Caller | null, asked: Asked): Promise<Reply> {
  const { request, head, dialect, target, server, facts } = asked;
  const door = 'handle' in target ? target : null;
  if (caller) dialect.admit(caller, facts.params, facts.path);
  if ('allow' in target) throw new ApiError(target.allow ? 'METHOD_NOT_ALLOWED' : 'NOT_FOUND');
  const raw: RawRequest = {
    params: facts.params,
    query: parsePairs(head.url.search.slice(1)),
    body: await readBody(request, dialect.media),
  };
  let replayedAt: Date | undefined;
  const key = caller && writes(head.method) ? onceKey(head.headers, dialect.once?.request) : null;
  const info: RunInfo = { dialect: dialect.name, requestId: facts.requestId };
  if (key !== null) {
    const replayed = (at: Date) => {
      replayedAt = at;
    };
    info.once = { key, fingerprint: fingerprint(head.method, head.target, raw.body), replayed };
  }
  const again = (reply: Reply) =>
    replayedAt ? { ...reply, headers: { ...reply.headers, ...againHeaders(dialect, replayedAt) } } : reply;
  if (door) {
    const work = () => door.handle({ ...raw, head, requestId: facts.requestId, caller }, server);
    return again(await (caller && info.once ? server.doOnce(caller, info, work) : work()));
  }
  if (!caller || !('operation' in target)) throw new ApiError('INTERNAL');
  const { words, issues } = checkShape(target, raw);
  facts.issues = issues;
  if (issues.length > 0) throw shapeError(issues);
  const expectedVersion = takesVersion(target.operation) ? versionRead(head.headers.get('if-match')) : null;
  const answerWith = async (organization: OrganizationFacts, assumes?: OrganizationFacts) => {
    const known = { origin: server.publicUrl, base: facts.base, now: new Date(), caller, organization };
    facts.variables = { ...target.variables(words, known), ...(expectedVersion !== null && { expectedVersion }) };
    const data = await server.run(target.operation, facts.variables, caller, { ...info, assumes });
    return { known, data };
  };
  const changes = isMutation(target.operation);
  // A question that is no GET may cost its asker something: it is asked once.
  const remembered = changes || !writes(head.method) ? server.remembered?.(caller) : undefined;
  let run = remembered && (await answerWith(remembered, remembered));
  const holds = changes ? run?.data : server.confirmed?.(caller) === remembered;
  if (!run || !holds) run = await answerWith(await server.organization(caller));
  const { known, data } = run;
  const reply = target.reply(data, known, words);
  if (server.checkReplies) checkReply(target, reply);
  return again({ ...reply, version: target.version?.(data) });
}

const writes = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** What tells an answer that is given again: the common word, and the document's own. */
function againHeaders({ once }: Dialect, at: Date): Record<string, string> {
  return { 'Idempotency-Replayed': 'true', ...(once && { [once.answer]: String(at.getTime()) }) };
}

function respond(
  reply: Reply,
  extra: Record<string, string>,
  requestId: string,
  bare: boolean,
  ifNoneMatch: string | null = null,
): Response {
  const headers = new Headers({ 'X-Request-Id': requestId, 'Cache-Control': 'no-store', ...extra });
  if (reply.body !== undefined) headers.set('Content-Type', 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers.set(name, value);
  const text = reply.body === undefined ? null : JSON.stringify(reply.body);
  const { version, status = 200 } = reply;
  if (typeof version === 'number' && text !== null) {
    const etag = etagOf(version, text);
    headers.set('ETag', etag);
    if (status === 200 && isKnown(ifNoneMatch, etag)) {
      headers.delete('Content-Type');
      return new Response(null, { status: 304, headers });
    }
  }
  const content = reply.bytes ? new Uint8Array(reply.bytes) : text && bodyOf(text);
  return new Response(bare ? null : content, { status, headers });
}

function headOf(c: Context<Env>): RequestHead {
  const url = new URL(c.req.raw.url);
  return {
    method: c.req.raw.method,
    url,
    target: c.env?.rawTarget ?? url.pathname + url.search,
    headers: c.req.raw.headers,
    remoteAddress: c.env?.remoteAddress,
  };
}

const requestIdOf = (c: Context<Env>) => c.env?.requestId ?? randomUUID();
