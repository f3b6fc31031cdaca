import { randomUUID } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import type { Gate } from '../limits/gate.ts';
import type { Span, Tracer } from '../telemetry/span.ts';
import type { Metrics } from './metrics.ts';
import { traceIdOf, traceOf } from './trace.ts';

/** What is known of a request while it is answered. */
export interface Visit {
  requestId: string;
  method: string;
  /** By `performance.now()`. */
  startedAt: number;
  /** Checked `traceparent`, or null. */
  traceparent: string | null;
  /** Null where no traces are wanted. */
  span: Span | null;
  /** The caller's address: of the connection, or as a proxy of ours tells it. */
  remoteAddress: string | undefined;
  /** Null until the credential has been believed. */
  caller: Caller | null;
  dialect: string;
  /** The documented path. */
  route: string;
  operation: string;
  /** Why it was refused, wholly or in part: a code of the catalogue. */
  code: string;
}

/** What of a request is read here: headers of fetch, or of node. */
export interface Arriving {
  method: string;
  /** Only to know what asks for itself: health, metrics. */
  path(): string;
  header(name: string): string | null;
  remoteAddress: string | undefined;
}

export interface VisitSettings {
  gate: Gate;
  metrics: Metrics;
  /** By how many customers an organization has: for metrics. */
  classOf(organizationId: number): string;
  tracer: Tracer | null;
  log: { info(fields: object, message: string): void };
}

/** Begins and ends visits: the one place that writes the log's line, counts, and ends the span of a request. */
export function openVisits({ gate, metrics, classOf, tracer, log }: VisitSettings) {
  return {
    begin({ method, path, header, remoteAddress }: Arriving): Visit {
      const traceparent = traceOf(header('traceparent'));
      const sent = traceparent === null ? null : { traceparent, tracestate: header('tracestate') };
      return {
        requestId: requestIdOf(header('x-request-id')),
        method,
        startedAt: performance.now(),
        traceparent,
        span: tracer && !watchers.has(path()) ? tracer.request(method, sent) : null,
        remoteAddress,
        caller: null,
        dialect: '',
        route: '',
        operation: '',
        code: '',
      };
    },
    end(visit: Visit, status: number): void {
      const { caller, dialect, requestId, span, traceparent, method, operation, code } = visit;
      const isKnown = visit.route !== '' && visit.route !== 'other';
      const route = visit.route || 'other';
      const ms = performance.now() - visit.startedAt;
      const organization = caller && caller.organizationId > 0 ? caller.organizationId : null;
      metrics.count({
        route,
        dialect: dialect || 'none',
        operation,
        status,
        organizationClass: organization === null ? 'none' : classOf(organization),
        seconds: ms / 1_000,
      });
      const traced = span?.traceparent ?? traceparent;
      const lookups = caller ? gate.lookups(caller) : 0;
      // Never the address as it was sent: logins and references come in it. A member of staff's id is a user name.
      log.info(
        {
          requestId,
          ...(traced !== null && { traceId: traceIdOf(traced) }),
          method,
          route,
          ...(dialect !== '' && { dialect }),
          ...(operation !== '' && { operation }),
          status,
          ...(code !== '' && { code }),
          ms: Math.round(ms * 10) / 10,
          ...(lookups > 0 && { lookups }),
          ...(caller && { organization: caller.organizationId, callerKind: caller.kind, ...publicId(caller) }),
        },
        'request',
      );
      if (!span) return;
      span.tell({
        'http.response.status_code': status,
        ...(isKnown && { 'http.route': route }),
        ...(dialect !== '' && { 'clientele.dialect': dialect }),
        ...(organization !== null && { 'clientele.organization': organization }),
      });
      span.end(status < 500 ? null : String(status), isKnown ? `${method} ${route}` : undefined);
    },
  };
}

/** Who asks for these asks every few seconds. */
const watchers = new Set(['/livez', '/readyz', '/metrics']);

const publicId = ({ kind, credentialId }: Caller) =>
  kind === 'API_KEY' || kind === 'OAUTH_CLIENT' || kind === 'SIGNING_KEY' ? { credential: credentialId } : {};

function requestIdOf(given: string | null): string {
  return given !== null && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
