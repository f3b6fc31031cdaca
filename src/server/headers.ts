import type { Verdict } from '../limits/rates.ts';

/** What every answer carries unless it has said otherwise: personal data is not kept, guessed at, framed or told on. */
export const securityHeaders = (contentType: string | null, isHttps: boolean): Record<string, string> => ({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentType?.startsWith('text/html') ? pagePolicy : policy,
  ...(isHttps && { 'Strict-Transport-Security': 'max-age=31536000' }),
});

const policy = "default-src 'none'; frame-ancestors 'none'";
/** For pages of ours that bring everything with them. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** What is left of the buckets, as the IETF's draft says it: one item for each, structured (RFC 9651). */
export function rateHeaders(verdicts: readonly Verdict[], dialect: string): Record<string, string> {
  const own = verdicts.filter(({ quota }) => !quota.name.startsWith('connect-'));
  const minute = dialect === 'connect' && verdicts.find(({ quota }) => quota.name === 'connect-minute');
  const items = (tell: (verdict: Verdict) => string) => own.map(tell).join(', ');
  return {
    ...(own.length > 0 && {
      'RateLimit-Policy': items(({ quota: q }) => `"${q.name}";q=${q.capacity};w=${q.seconds}`),
      RateLimit: items(({ quota, remaining, resetAfter }) => `"${quota.name}";r=${remaining};t=${resetAfter}`),
    }),
    // Connect, "Response header" (contracts, 3.1): seconds until the minute's calls are there again.
    ...(minute && {
      'X-RateLimit-Remaining': String(minute.remaining),
      'X-RateLimit-Reset': String(Math.min(60, Math.max(1, minute.resetAfter))),
    }),
  };
}

/** Headers of ours that a page of another origin may read. */
export const exposed = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ');

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const requestHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'traceparent',
  'tracestate',
].join(', ');

/** The answer to a browser that asks whether a page of this origin may call; it says no by saying nothing. */
export function preflightAnswer(origin: string, isAllowed: boolean): Response {
  const headers = new Headers({ Vary: 'Origin' });
  if (isAllowed) {
    headers.set('Access-Control-Allow-Origin', origin);
    headers.set('Access-Control-Allow-Methods', methods);
    headers.set('Access-Control-Allow-Headers', requestHeaders);
    headers.set('Access-Control-Max-Age', '600');
  }
  return new Response(null, { status: 204, headers });
}

/** Lets a page of this origin read an answer; never with credentials. */
export function allowOrigin(headers: Headers, origin: string): void {
  headers.append('Vary', 'Origin');
  headers.set('Access-Control-Allow-Origin', origin);
  headers.set('Access-Control-Expose-Headers', exposed);
}

/** Whether a page stands on the developer's own machine. */
export const isLocalPage = (origin: string): boolean =>
  /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(origin);
