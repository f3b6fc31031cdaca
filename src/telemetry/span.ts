import type { Watch } from '../db/trace.ts';

/** What is told of a span, in the words of OpenTelemetry's conventions. Never what a caller sent: no path, variable or name of anybody. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A request, or a part of one, as whoever looks at traces sees it. */
export interface Span {
  /** W3C Trace Context of this span, for what is asked in its course. */
  traceparent: string;
  /** Makes a span of each statement and each call; absent when the trace is not recorded. */
  watch?: Watch | undefined;
  part(name: string, attributes: Attributes): Span;
  tell(attributes: Attributes): void;
  /** `name` says better what it was; `fault` is the code of what went wrong. */
  end(fault: string | null, name?: string): void;
}

/** Where spans go. */
export interface Tracer {
  /** A request, within the caller's trace when it sent one; `traceparent` has been checked. */
  request(method: string, caller: { traceparent: string; tracestate: string | null } | null): Span;
  /** Sends what is left, for at most 5 seconds. */
  close(): Promise<void>;
}
