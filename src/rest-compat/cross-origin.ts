import type { Dialect, Reply } from './route.ts';

/** The header without which a browser keeps every answer, errors included, from a page of another origin. */
export const allowOrigin = { 'Access-Control-Allow-Origin': '*' };

/** The answer to a browser that asks, without credentials, whether a page of another origin may call. */
export function preflight({ methods, requestHeaders }: NonNullable<Dialect['crossOrigin']>): Reply {
  return {
    status: 204,
    headers: {
      ...allowOrigin,
      'Access-Control-Allow-Methods': [...methods, 'OPTIONS'].join(', '),
      'Access-Control-Allow-Headers': requestHeaders.join(', '),
      'Access-Control-Max-Age': '7200',
    },
  };
}

/** Whether pages of other origins may read the answers of this address. */
export function isCrossOrigin({ crossOrigin }: Pick<Dialect, 'crossOrigin'>, url: URL): boolean {
  return crossOrigin !== undefined && url.pathname.startsWith(`${crossOrigin.under}/`);
}
