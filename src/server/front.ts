import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import type { Trace } from '../db/trace.ts';
import type { Origins } from '../limits/origins.ts';
import { openNotes } from '../notes.ts';
import { bodyOf } from '../rest-compat/body.ts';
import { allowOrigin, preflightAnswer, rateHeaders, securityHeaders } from './headers.ts';
import { apiErrorOf } from './public-error.ts';
import { both, openCount, type StatementCount } from './statement-count.ts';
import { openVisits, type Visit, type VisitSettings } from './visit.ts';

export interface FrontSettings extends VisitSettings {
  origins: Origins;
  publicUrl: string;
  trustProxy: boolean;
  /** For developers: each operation's statements are counted. */
  counts: boolean;
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
  /** An answer in JSON with all that it carries, said at once: to change the headers of one that is made costs more than the rest. */
  json(request: Request, text: string): Response;
  /** Notes whose request it is. */
  entered(request: Request, caller: Caller): void;
  /** Takes that back: the caller was another. */
  left(request: Request): void;
  /** Notes why a request was refused. */
  refused(request: Request, code: string): void;
  /** Runs a caller's operation under the eyes of whoever looks on; `work` passes the trace on to all that it asks. */
  runs<T extends Pick<ExecutionResult, 'errors'> | null>(
    caller: Caller,
    asked: { document: DocumentNode; operationName?: string | null | undefined },
    work: (trace: Trace | null) => Promise<T>,
  ): Promise<T>;
  /** What the caller's operation asked of the database; null where nobody counts. */
  counted(caller: Caller): StatementCount | null;
  /** Notes a request that is answered below the fetch interface. */
  below(incoming: IncomingMessage, outgoing: ServerResponse, route: string): void;
}

/** Opens the front. */
export function openFront(settings: FrontSettings): Front {
  const { gate, origins, publicUrl, trustProxy, counts } = settings;
  const visits = openVisits(settings);
  const known = openNotes<Request, Visit>();
  const counters = openNotes<Caller, ReturnType<typeof openCount>>();
  const callers = openNotes<Caller, Visit>();
  const complete = openNotes<Response, true>();
  const isHttps = publicUrl.startsWith('https:');

  async function browse(request: Request, visit: Visit, next: () => Promise<Response>): Promise<Response> {
    const origin = request.headers.get('origin');
    // Worldline's client API answers every page by itself, preflights included (contracts, 5.2).
    if (origin === null || new URL(request.url).pathname.startsWith('/client/v1/')) return next();
    if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method')) {
      return preflightAnswer(origin, await origins(origin, null));
    }
    const response = await next();
    if (origin === publicUrl || !(await origins(origin, visit.caller?.organizationId ?? null))) return response;
    const open = changeable(response);
    allowOrigin(open.headers, origin);
    return open;
  }

  /** What an answer carries besides its own headers. */
  const carried = ({ caller, dialect, requestId }: Visit, contentType: string | null): Record<string, string> => ({
    ...securityHeaders(contentType, isHttps),
    ...(caller && rateHeaders(gate.verdicts(caller), dialect)),
    'X-Request-Id': requestId,
  });

  function finish(visit: Visit, response: Response): Response {
    if (complete.of(response)) {
      visits.end(visit, response.status);
      return response;
    }
    const open = changeable(response);
    for (const [name, value] of Object.entries(carried(visit, open.headers.get('content-type'))))
      if (!open.headers.has(name)) open.headers.set(name, value);
    visits.end(visit, open.status);
    return open;
  }

  return {
    async answer(request, remoteAddress, next) {
      const header = (name: string) => request.headers.get(name);
      const visit = visits.begin({
        method: request.method,
        path: () => new URL(request.url).pathname,
        header,
        remoteAddress: trustProxy ? (forwardedFor(request) ?? remoteAddress) : remoteAddress,
      });
      known.write(request, visit);
      const response = await browse(request, visit, () => next(visit));
      return finish(visit, response);
    },
    visitOf: (request) => known.of(request),
    json(request, text) {
      const type = 'application/json; charset=utf-8';
      const visit = known.of(request);
      const headers = { 'content-type': type, ...(visit && carried(visit, type)) };
      const response = new Response(bodyOf(text), { headers });
      if (visit) complete.write(response, true);
      return response;
    },
    entered(request, caller) {
      const visit = known.of(request);
      if (!visit) return;
      visit.caller = caller;
      callers.write(caller, visit);
    },
    left(request) {
      const visit = known.of(request);
      if (visit) Object.assign(visit, { caller: null, operation: '', code: '' });
    },
    refused(request, code) {
      const visit = known.of(request);
      if (visit) visit.code = code;
    },
    async runs(caller, { document, operationName }, work) {
      const visit = callers.of(caller);
      if (!visit) return await work(null);
      const operation = getOperationAST(document, operationName);
      visit.operation = operation?.name?.value ?? '';
      const count = counts ? openCount() : null;
      if (count) counters.write(caller, count);
      const span = visit.span?.part(operation?.operation ?? 'query', {
        ...(operation && { 'graphql.operation.type': operation.operation }),
        ...(visit.operation !== '' && { 'graphql.operation.name': visit.operation }),
      });
      const watch = count ? both(count.watch, span?.watch) : span?.watch;
      const parent = span?.traceparent ?? visit.traceparent;
      try {
        const result = await work(parent === null && !watch ? null : { parent, watch });
        const [error] = result?.errors ?? [];
        if (error) visit.code = codeOf(error);
        span?.end(error ? visit.code : null);
        return result;
      } catch (error) {
        visit.code = codeOf(error);
        span?.end(visit.code);
        throw error;
      }
    },
    counted: (caller) => counters.of(caller)?.told() ?? null,
    below(incoming, outgoing, route) {
      const visit = visits.begin({
        method: incoming.method ?? 'GET',
        path: () => route,
        header: (name) => [incoming.headers[name]].flat()[0] ?? null,
        remoteAddress: incoming.socket.remoteAddress,
      });
      visit.route = route;
      outgoing.setHeader('X-Request-Id', visit.requestId);
      outgoing.once('close', () => visits.end(visit, outgoing.statusCode));
    },
  };
}

const codeOf = (error: unknown) => apiErrorOf(error)?.code ?? 'INTERNAL';

/** The same answer with headers that may be changed: those of a fetched or a redirecting one may not. */
function changeable(response: Response): Response {
  try {
    response.headers.delete('x-clientele-probe');
    return response;
  } catch {
    return new Response(response.body, response);
  }
}

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
