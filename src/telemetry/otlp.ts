import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Attributes as ApiAttributes,
  type Span as ApiSpan,
  createTraceState,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { isDatabaseError } from '../db/driver.ts';
import { packageRoot } from '../env.ts';
import { ApiError } from '../errors.ts';
import type { Attributes, Span, Tracer } from './span.ts';
import { tellStatement } from './statement.ts';

// The only file that knows OpenTelemetry; it is loaded when traces are wanted. The SDK reads the OTEL_* variables itself.

const patienceMs = 5_000;
/** Between two lines of the log about a collector that takes nothing. */
const silenceMs = 60_000;

export interface OtlpSettings {
  /** Where the statements go: named in their spans, without user and password. */
  database: { host: string; port: number; name: string };
  log: { warn(fields: object, message: string): void };
}

/** Opens the way to a collector: OTLP over HTTP in JSON, to OTEL_EXPORTER_OTLP_(TRACES_)ENDPOINT, in batches. */
export function openOtlp({ database, log }: OtlpSettings): Tracer {
  const { version }: { version: string } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  let saidAt = Number.NEGATIVE_INFINITY;
  const say = () => {
    if (performance.now() - saidAt < silenceMs) return;
    saidAt = performance.now();
    // The SDK's own words name the collector, which may be a secret.
    log.warn({ variable: 'OTEL_*' }, 'traces cannot be sent, or a variable of OpenTelemetry is wrong');
  };
  const hush = () => {};
  diag.setLogger({ error: say, warn: say, info: hush, debug: hush, verbose: hush });
  const own = resourceFromAttributes({ 'service.name': 'clientele', 'service.version': version });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('clientele', version);
  const server = {
    'db.system.name': 'postgresql',
    'db.namespace': database.name,
    'server.address': database.host,
    'server.port': database.port,
  };

  function begin(name: string, kind: SpanKind, attributes: Attributes, parent = ROOT_CONTEXT): Span {
    const span = tracer.startSpan(name, { kind, attributes: { ...attributes } }, parent);
    const { traceId, spanId, traceFlags } = span.spanContext();
    const context = trace.setSpan(ROOT_CONTEXT, span);
    return {
      traceparent: `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`,
      watch: span.isRecording()
        ? (asked) => {
            const { name: called, attributes: about } = 'host' in asked ? callTo(asked.host) : statement(asked.sql);
            const inner = tracer.startSpan(called, { kind: SpanKind.CLIENT, attributes: about }, context);
            return (error) => finish(inner, error === undefined ? null : faultOf(error, inner));
          }
        : undefined,
      part: (inner, about) => begin(inner, SpanKind.INTERNAL, about, context),
      tell: (about) => void span.setAttributes({ ...about }),
      end(fault, better) {
        if (better !== undefined) span.updateName(better);
        finish(span, fault);
      },
    };
  }

  function statement(sql: string): { name: string; attributes: ApiAttributes } {
    const { operation, summary, text } = tellStatement(sql);
    const about = { 'db.operation.name': operation, 'db.query.summary': summary, 'db.query.text': text };
    return { name: summary, attributes: { ...server, ...about } };
  }

  return {
    request(method, caller) {
      const known = methods.has(method) ? method : '_OTHER';
      const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, remote(caller)) : ROOT_CONTEXT;
      return begin(known === '_OTHER' ? 'HTTP' : known, SpanKind.SERVER, { 'http.request.method': known }, parent);
    },
    async close() {
      await Promise.race([provider.shutdown().catch(say), sleep(patienceMs, undefined, { ref: false })]);
    },
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const callTo = (host: string) => ({
  name: 'POST',
  attributes: { 'http.request.method': 'POST', 'server.address': host },
});

function remote({ traceparent, tracestate }: { traceparent: string; tracestate: string | null }) {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const state = tracestate === null ? {} : { traceState: createTraceState(tracestate) };
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true, ...state };
}

/** A failure by its code alone: the words of an error may quote what was asked. */
function faultOf(error: unknown, span: ApiSpan): string {
  if (isDatabaseError(error)) {
    span.setAttribute('db.response.status_code', error.code);
    return error.code;
  }
  if (error instanceof ApiError) return error.code;
  return error instanceof Error ? error.name : '_OTHER';
}

function finish(span: ApiSpan, fault: string | null): void {
  if (fault !== null) {
    span.setAttribute('error.type', fault);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
