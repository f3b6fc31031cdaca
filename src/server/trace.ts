/**
 * The trace that a request belongs to (W3C Trace Context, `traceparent`); null when none was sent, or one that says nothing.
 * Only the form that was checked goes on, so that it may stand in a comment of a statement.
 */
export function traceOf(sent: string | null): string | null {
  if (sent === null) return null;
  const [, version, trace, span] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(sent) ?? [];
  if (version === undefined || version === 'ff' || trace === undefined || /^0+$/.test(trace) || /^0+$/.test(span ?? ''))
    return null;
  return sent.slice(0, 55);
}

/** The trace's own id, for a log line. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
