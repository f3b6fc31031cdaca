import type { Verdict } from '../limits/rates.ts';

/** What every answer carries unless it has said otherwise: personal data is not kept, guessed at, framed or told on. */
export function securityHeaders(headers: Headers, isHttps: boolean): void {
  const say = (name: string, value: string) => {
    if (!headers.has(name)) headers.set(name, value);
  };
  headers.set('X-Content-Type-Options', 'nosniff');
  say('Referrer-Policy', 'no-referrer');
  say('Cache-Control', 'no-store');
  say('Content-Security-Policy', headers.get('content-type')?.startsWith('text/html') ? pagePolicy : policy);
  if (isHttps) say('Strict-Transport-Security', 'max-age=31536000');
}

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
export function rateHeaders(headers: Headers, verdicts: readonly Verdict[], dialect: string): void {
  const own = verdicts.filter(({ quota }) => !quota.name.startsWith('connect-'));
  if (own.length > 0) {
    headers.set('RateLimit-Policy', own.map(({ quota: q }) => `"${q.name}";q=${q.capacity};w=${q.seconds}`).join(', '));
    headers.set(
      'RateLimit',
      own.map(({ quota, remaining, resetAfter }) => `"${quota.name}";r=${remaining};t=${resetAfter}`).join(', '),
    );
  }
  const minute = verdicts.find(({ quota }) => quota.name === 'connect-minute');
  if (dialect !== 'connect' || !minute) return;
  // Connect, "Response header" (contracts, 3.1): seconds until the minute's calls are there again.
  headers.set('X-RateLimit-Remaining', String(minute.remaining));
  headers.set('X-RateLimit-Reset', String(Math.min(60, Math.max(1, minute.resetAfter))));
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
