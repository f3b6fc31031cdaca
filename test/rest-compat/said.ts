import assert from 'node:assert/strict';
import { ApiError, type Fault } from '../../src/errors.ts';
import type { Dialect, Facts, FaultFacts, Method, Reply } from '../../src/rest-compat/route.ts';
import { checkReply, checkShape, shapeError } from '../../src/rest-compat/shape.ts';

/** What a request knows, below the dialect's usual prefix. */
const factsOf = (dialect: Dialect): Facts => ({
  origin: 'https://api.example',
  base: (dialect.bases[0] ?? '').replace('{clientId}', '1234'),
  now: new Date(0),
  caller: {
    kind: 'OAUTH_CLIENT',
    userId: null,
    customerId: null,
    clientIds: [1234],
    merchantId: null,
    clientSession: null,
  },
  organization: { reference: 'entity1', createdAt: new Date(0), regionLevel: null },
});

/** A dialect's two pure sides without a server: words in, and words out. */
export function wordsOf(dialect: Dialect) {
  const facts = factsOf(dialect);
  const faultFacts = {
    origin: facts.origin,
    base: facts.base,
    requestId: 'r',
    path: undefined,
    method: 'POST',
    contentType: '',
    params: {},
    variables: {},
    issues: [],
  } satisfies FaultFacts;
  const routeOf = (method: Method, path: string) => {
    const route = dialect.routes.find((one) => one.method === method && one.path === path);
    assert.ok(route, `${method} ${path}`);
    return route;
  };
  return {
    facts,
    /** What a request becomes in our words, or the documented refusal. */
    say(method: Method, path: string, raw: object): Record<string, unknown> | Reply {
      const route = routeOf(method, path);
      const { words, issues } = checkShape(route, { params: { clientId: '1234' }, query: {}, body: {}, ...raw });
      if (issues.length > 0) return dialect.fault(shapeError(issues), { ...faultFacts, path, issues });
      return route.variables(words, facts);
    },
    /** What an operation's result becomes, which must be the documented form. */
    answer(method: Method, path: string, data: unknown, request: unknown, base = facts.base): Reply {
      const route = routeOf(method, path);
      const reply = route.reply(data, { ...facts, base }, request);
      checkReply(route, reply);
      return reply;
    },
    /** What the dialect says of an error. */
    tell: (code: ApiError['code'], faults: Fault[] = [], more: Partial<FaultFacts> = {}) =>
      dialect.fault(new ApiError(code, faults), { ...faultFacts, ...more }),
  };
}
