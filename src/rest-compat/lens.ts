import { ApiError } from '../errors.ts';
import { dialects } from './dialects.ts';
import type { Dialect, Facts, FaultFacts, Route } from './route.ts';
import { lens as worldlineLens } from './worldline/lens.ts';

/** One customer as a dialect shows it: an operation that takes `$by`, and what it answers. */
export interface Lens {
  dialect: Dialect;
  route: Route;
}

/** What a dialect answers, as a caller of its own sees it. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

function lensOf(name: string, path: string): Lens {
  const dialect = dialects.find((one) => one.name === name);
  const route = dialect?.routes.find((one) => one.method === 'GET' && one.path === path);
  if (!dialect || !route) throw new Error(`No route shows a customer: ${name} ${path}`);
  return { dialect, route };
}

function worldline(): Lens {
  const dialect = dialects.find(({ name }) => name === 'worldline');
  if (!dialect) throw new Error('No route shows a customer: worldline');
  return { dialect, route: worldlineLens };
}

/** How each dialect shows one customer, by the name that GraphQL has for it. */
export const lenses = {
  VALOMNIA: lensOf('valomnia', '/customers/{id}'),
  RIVERTY: lensOf('riverty', '/customers/{customerNumber}'),
  CONNECT: lensOf('connect', '/v1/client/customer/info/{customerNumber}'),
  WORLDLINE: worldline(),
} as const satisfies Record<string, Lens>;

/** What a lens knows of the request around it. */
export type LensFacts = Pick<Facts, 'origin' | 'caller' | 'organization'> & { requestId: string };

/** The dialect's answer of what the operation found; the refusal in its words when `data` throws an ApiError. */
export async function renderIn(
  { dialect, route }: Lens,
  known: LensFacts,
  data: () => Promise<unknown>,
): Promise<Rendered> {
  // A credential of GraphQL opens no client id by itself: links then lead nowhere, and say so.
  const clientId = String(known.caller.clientIds[0] ?? '{clientId}');
  const base = (dialect.bases[0] ?? '').replace('{clientId}', clientId);
  const facts: Facts = { ...known, base, now: new Date() };
  const reply = await data()
    .then((found) => route.reply(found, facts, { params: { clientId } }))
    .catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.kind === 'INTERNAL') throw error;
      const faultFacts: FaultFacts = {
        origin: known.origin,
        base,
        requestId: known.requestId,
        path: route.path,
        method: route.method,
        contentType: '',
        params: {},
        variables: {},
        issues: [],
      };
      return dialect.fault(error, faultFacts);
    });
  const headers = { 'Content-Type': 'application/json; charset=utf-8', ...dialect.headers?.(reply), ...reply.headers };
  return { status: reply.status ?? 200, headers, body: reply.body ?? null };
}
