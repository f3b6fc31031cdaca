import assert from 'node:assert/strict';
import { ApiError, type Fault } from '../../../src/errors.ts';
import type { Facts, FaultFacts, Method, Route } from '../../../src/rest-compat/route.ts';
import { checkShape, shapeError } from '../../../src/rest-compat/shape.ts';
import { valomnia } from '../../../src/rest-compat/valomnia/index.ts';

/** What a request of version 2.1 knows, in an organization without geographical locations. */
export const facts: Facts = {
  origin: 'https://api.example',
  base: '/api/v2.1',
  now: new Date(0),
  caller: { kind: 'STAFF', userId: 2, customerId: null, clientIds: [], merchantId: null, clientSession: null },
  organization: { reference: 'entity1', createdAt: new Date(1450169988465), regionLevel: null },
};
export const withRegions: Facts = { ...facts, organization: { ...facts.organization, regionLevel: 2 } };

/** A documented path’s route. */
export function routeOf(method: Method, path: string): Route {
  const route = valomnia.routes.find((one) => one.method === method && one.path === path);
  assert.ok(route, `${method} ${path}`);
  return route;
}

export const faultFacts: FaultFacts = {
  origin: facts.origin,
  base: facts.base,
  requestId: 'r',
  path: '/customers',
  method: 'POST',
  contentType: '',
  params: { id: '2559' },
  variables: {},
  issues: [],
};

/** What a request becomes in our words, or the documented error. */
export function say(method: Method, path: string, raw: object, known: Facts = facts) {
  const route = routeOf(method, path);
  const { words, issues } = checkShape(route, { params: {}, query: {}, body: {}, ...raw });
  if (issues.length > 0) return valomnia.fault(shapeError(issues), { ...faultFacts, method, path, issues });
  return route.variables(words, known);
}

/** What Valomnia says of an operation’s faults. */
export const tell = (faults: Fault[], variables: Record<string, unknown>, more: Partial<FaultFacts> = {}) =>
  valomnia.fault(new ApiError(faults[0]?.code ?? 'INTERNAL', faults), { ...faultFacts, variables, ...more });

/** A documented error, whole. */
export const refused = (status: number, error: string, error_description: string) => ({
  status,
  headers: {},
  body: { error, error_description },
});
export const wrongType = (name: string) =>
  refused(400, 'invalid_param_type', `The type of parameter ${name} you provided is not valid for this request.`);
