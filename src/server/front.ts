import { randomUUID } from 'node:crypto';
import { type DocumentNode, getOperationAST } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import type { Gate } from '../limits/gate.ts';
import type { Origins } from '../limits/origins.ts';
import { allowOrigin, preflightAnswer, rateHeaders, securityHeaders } from './headers.ts';
import type { Metrics } from './metrics.ts';
import { traceIdOf, traceOf } from './trace.ts';

/** What is known of a request while it is answered. */
export interface Visit {
  requestId: string;
  /** Checked `traceparent`, or null. */
  traceparent: string | null;
  /** The caller's address: of the connection, or as a proxy of ours tells it. */
  remoteAddress: string | undefined;
  /** Null until the credential has been believed. */
  caller: Caller | null;
  dialect: string;
  /** The documented path. */
  route: string;
  operation: string;
}

export interface FrontSettings {
  gate: Gate;
  metrics: Metrics;
  origins: Origins;
  /** By how many customers an organization has: for metrics. */
  classOf(organizationId: number): string;
  publicUrl: string;
  trustProxy: boolean;
  log: { info(fields: object, message: string): void };
}

/** The outermost room: who asks from where, what a browser may do, and what every answer carries. */
export interface Front {
  answer(
    request: Request,
    remoteAddress: string | undefined,
    next: (visit: Visit) => Promise<Response>,
  ): Promise<Response>;
  /** The visit of a request that is being answered. */
  visitOf(request: Request): Visit | undefined;
  /** Notes whose request it is. */
  entered(request: Request, caller: Caller): void;
  /** Notes what a caller's request runs; the trace that it belongs to, or null. */
  runs(caller: Caller, document: DocumentNode, operationName?: string | null): string | null;
}

/** Opens the front. */
export function openFront(settings: FrontSettings): Front {
  const { gate, metrics, origins, classOf, publicUrl, trustProxy, log } = settings;
  const visits = new WeakMap<Request, Visit>();
  const callers = new WeakMap<Caller, Visit>();
  const isHttps = publicUrl.startsWith('https:');

  async function browse(request: Request, visit: Visit, next: () => Promise<Response>): Promise<Response> {
    const origin = request.headers.get('origin');
    const { pathname } = new URL(request.url);
    // Worldline's client API answers every page by itself, preflights included (contracts, 5.2).
    if (origin === null || pathname.startsWith('/client/v1/')) return next();
    if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method')) {
      return preflightAnswer(origin, await origins(origin, null));
    }
    const response = await next();
    if (origin === publicUrl || !(await origins(origin, visit.caller?.organizationId ?? null))) return response;
    const open = changeable(response);
    allowOrigin(open.headers, origin);
    return open;
  }

  function finish(request: Request, visit: Visit, response: Response, started: number): Response {
    const open = changeable(response);
    const { caller, dialect, requestId } = visit;
    securityHeaders(open.headers, isHttps);
    if (caller) rateHeaders(open.headers, gate.verdicts(caller), dialect);
    if (!open.headers.has('x-request-id')) open.headers.set('X-Request-Id', requestId);
    const ms = performance.now() - started;
    metrics.count({
      route: visit.route || 'other',
      dialect: dialect || 'none',
      operation: visit.operation,
      status: open.status,
      organizationClass: caller && caller.organizationId > 0 ? classOf(caller.organizationId) : 'none',
      seconds: ms / 1_000,
    });
    // Never the address as it was sent: logins and references come in it. A member of staff's id is a user name.
    log.info(
      {
        requestId,
        ...(visit.traceparent !== null && { traceId: traceIdOf(visit.traceparent) }),
        method: request.method,
        route: visit.route || 'other',
        ...(dialect !== '' && { dialect }),
        ...(visit.operation !== '' && { operation: visit.operation }),
        status: open.status,
        ms: Math.round(ms * 10) / 10,
        ...(caller && { organization: caller.organizationId, callerKind: caller.kind, ...publicId(caller) }),
      },
      'request',
    );
    return open;
  }

  return {
    async answer(request, remoteAddress, next) {
      const started = performance.now();
      const visit: Visit = {
        requestId: requestIdOf(request),
        traceparent: traceOf(request.headers),
        remoteAddress: trustProxy ? (forwardedFor(request) ?? remoteAddress) : remoteAddress,
        caller: null,
        dialect: '',
        route: '',
        operation: '',
      };
      visits.set(request, visit);
      const response = await browse(request, visit, () => next(visit));
      return finish(request, visit, response, started);
    },
    visitOf: (request) => visits.get(request),
    entered(request, caller) {
      const visit = visits.get(request);
      if (!visit) return;
      visit.caller = caller;
      callers.set(caller, visit);
    },
    runs(caller, document, operationName) {
      const visit = callers.get(caller);
      if (!visit) return null;
      visit.operation = getOperationAST(document, operationName)?.name?.value ?? '';
      return visit.traceparent;
    },
  };
}

/** The same answer with headers that may be changed: those of a fetched or a redirecting one may not. */
function changeable(response: Response): Response {
  try {
    response.headers.delete('x-clientele-probe');
    return response;
  } catch {
    return new Response(response.body, response);
  }
}

const publicId = ({ kind, credentialId }: Caller) =>
  kind === 'API_KEY' || kind === 'OAUTH_CLIENT' || kind === 'SIGNING_KEY' ? { credential: credentialId } : {};

/** The last address is the one that our own proxy saw. */
function forwardedFor(request: Request): string | undefined {
  const last = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return last !== undefined && /^[\da-fA-F.:]{3,45}$/.test(last) ? last : undefined;
}

/** Whether a request came from this machine itself, through nobody's proxy. */
export function isFromHere(request: Request, remoteAddress: string | undefined): boolean {
  const isForwarded = request.headers.has('x-forwarded-for') || request.headers.has('forwarded');
  return !isForwarded && /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(remoteAddress ?? '');
}

function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? '';
  return /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
