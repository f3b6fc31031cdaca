import assert from 'node:assert/strict';
import fc from 'fast-check';
import { body, encode, header, json, nasty, pairs, stringify } from './hostile.ts';
import { inputOf, operations } from './operations.ts';
import { failures, type Known, newTenant, routes, send } from './tenant.ts';

// Hostile requests over every documented path and every operation: what must never be answered is a 5xx, a stack, a statement, or a
// body that the document of that path does not know.

/** Nothing that a library or a database says. */
const leak =
  /node_modules|\bat [\w.<> ]+ \([^)]*:\d+:\d+\)|\.ts:\d+|\.js:\d+|PostgresError|SQLSTATE|syntax error at or near|relation "|violates|drizzle|ZodError|invalid input syntax|Failed query|select .{1,80} from |ECONNREFUSED|TypeError|RangeError|Cannot read prop/i;

function checkAnswer(
  dialect: string,
  method: string,
  target: string,
  status: number,
  text: string,
  type: string | null,
): void {
  const about = `${method} ${dialect === 'graphql' ? target.slice(target.indexOf('r: '), target.indexOf('r: ') + 40) + target.slice(target.indexOf('variables')).slice(0, 400) : target.slice(0, 400)} → ${status} ${text.slice(0, 400)}`;
  assert.ok(
    status < 500,
    `a fault of ours: ${about}\n${JSON.stringify(failures.at(-1), (_, value) => (value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause } : value))}`,
  );
  if (status < 400) return;
  assert.doesNotMatch(text, leak, `tells of the inside: ${about}`);
  if (method === 'HEAD') {
    assert.equal(text, '', about);
    return;
  }
  assert.match(type ?? '', /json/, about);
  const told = JSON.parse(text);
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const shapes: Record<string, () => boolean> = {
    graphql: () =>
      Array.isArray(told.errors) &&
      told.errors.every(
        (error: { message: unknown; extensions?: { code?: unknown } }) =>
          isText(error.message) && isText(error.extensions?.code),
      ),
    valomnia: () => isText(told.error),
    riverty: () => isText(told.title) && isText(told.type) && isText(told.category),
    connect: () => isText(told.exceptionType) && isText(told.errorMessage),
    worldline: () =>
      isText(told.errorId) &&
      Array.isArray(told.errors) &&
      told.errors.length > 0 &&
      told.errors.every((error: { code: unknown }) => isText(error.code)),
  };
  assert.ok(shapes[dialect]?.() ?? isText(told.error), `not the documented body: ${about}`);
}

export interface Weather {
  requests: number;
  statuses: Record<string, number>;
}

/** Sends so many hostile requests, half of them to documented paths and half to GraphQL; fails with the smallest that breaks. */
export async function storm(requests: number, seed: number): Promise<Weather> {
  const tenant = await newTenant('Storm');
  const weather: Weather = { requests: 0, statuses: {} };
  const note = (dialect: string, status: number) => {
    weather.requests++;
    const name = `${dialect} ${status}`;
    weather.statuses[name] = (weather.statuses[name] ?? 0) + 1;
  };
  const broken: string[] = [];
  const each = async <T>(arbitrary: fc.Arbitrary<T>, work: (one: T) => Promise<void>) => {
    for (const one of fc.sample(arbitrary, { numRuns: Math.ceil(requests / 2), seed })) {
      await work(one).catch(
        (error: unknown) => void broken.push(error instanceof Error ? error.message : String(error)),
      );
    }
  };

  const known = { id: String(tenant.records.customer.numericId), reference: tenant.records.customer.reference };
  const place = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: nasty });
  const rest = fc.record({
    route: fc.constantFrom(...routes),
    place,
    query: fc.option(pairs),
    body,
    headers: fc.array(header, { maxLength: 2 }),
  });
  const fill = (route: Known, hostile: string | null) =>
    route.path.replaceAll(/\{(\w+)(?::int|\.\.\.)?\}/g, (_, name: string) => {
      const own: Record<string, string> = {
        clientId: String(tenant.clientId),
        merchantId: tenant.merchantId,
        customerId: tenant.customerSession,
        paymentProductId: '9000',
        id: known.id,
        reference: known.reference,
        customerNumber: String(tenant.customerNumber),
        organization: tenant.reference,
        file: '1_a.gif',
      };
      const isTenant = ['clientId', 'merchantId'].includes(name) || (name === 'customerId' && hostile !== '');
      return hostile === null || isTenant ? (own[name] ?? 'x') : encode(hostile).replaceAll('.', '%2E');
    });
  await each(rest, async ({ route, place: hostile, query, body: { type, content }, headers }) => {
    const search =
      query && query.length > 0 ? `?${query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}` : '';
    // The records that others of these requests need stay.
    const target = fill(route, route.method === 'DELETE' ? (hostile ?? '0') : hostile) + search;
    const url = new URL(target, 'http://walls.test');
    const sent = {
      'content-type': type,
      ...tenant.credential(route, route.method, url.pathname + url.search, type),
      ...Object.fromEntries(headers),
    };
    const isRead = ['GET', 'HEAD'].includes(route.method);
    const answer = await send(route.method, url.pathname + url.search, sent, isRead ? undefined : content);
    note(route.dialect, answer.status);
    checkAnswer(route.dialect, route.method, target, answer.status, answer.text, answer.headers.get('content-type'));
  });

  const operation = fc.record({
    operation: fc.constantFrom(...operations),
    values: fc.infiniteStream(json),
    shape: fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
  });
  const strange = fc.record({
    query: fc.oneof(
      nasty,
      fc.constantFrom(
        '{',
        '{ __proto__ }',
        'query { customers(first: 1e999) { __typename } }',
        'query($a: [[[[String]]]]) { __typename }',
        '{ customer(by: {id: "\\ud800"}) { id } }',
        '{ customer(by: {__proto__: "a"}) { id } }',
        'subscription { x }',
        '{ a: __typename @skip(if: 1) }',
      ),
    ),
    rest: json,
  });
  await each(fc.oneof({ weight: 9, arbitrary: operation }, { weight: 1, arbitrary: strange }), async (asked) => {
    const sent = { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' };
    const content =
      'operation' in asked
        ? hostileOperation(asked)
        : stringify({
            query: asked.query,
            variables: asked.rest,
            operationName: asked.rest,
            extensions: asked.rest,
          });
    const answer = await send('POST', '/graphql', sent, content);
    note('graphql', answer.status);
    checkAnswer('graphql', 'POST', content, answer.status, answer.text, answer.headers.get('content-type'));
    const { errors } = JSON.parse(answer.text);
    for (const error of errors ?? []) {
      assert.notEqual(
        error.extensions?.code,
        'INTERNAL',
        `${content.slice(content.indexOf('variables'), 2_500)} → ${answer.text.slice(0, 600)}\n${String(failures.at(-1) && JSON.stringify(failures.at(-1), (_, value) => (value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value)))}`,
      );
    }
    assert.doesNotMatch(answer.text, leak, content.slice(0, 1_000));
  });
  assert.deepEqual(broken.slice(0, 20), [], `${broken.length} of ${weather.requests} answers are wrong`);
  assert.deepEqual(failures, []);
  return weather;
}

/** An operation whose variables have the right types for the most part, and hostile values. */
function hostileOperation({
  operation,
  values,
  shape,
}: {
  operation: (typeof operations)[number];
  values: IterableIterator<unknown>;
  shape: IterableIterator<number>;
}): string {
  const next = <T>(stream: IterableIterator<T>): T => stream.next().value;
  const typed = (type: string): unknown => {
    const value = next(values);
    const isWild = next(shape) === 0;
    if (isWild) return value;
    if (['String', 'ID', 'Decimal', 'DateTime', 'Base64'].includes(type))
      return typeof value === 'string' ? value : stringify(value);
    if (['Int', 'SafeInt', 'Float'].includes(type)) return typeof value === 'number' ? value : 7;
    return undefined;
  };
  const pick = (type: string, path: readonly string[]): unknown =>
    type === 'oneOf' ? next(shape) < 4 : type === 'optional' ? path.length < 5 && next(shape) < 3 : typed(type);
  const variables = Object.fromEntries(
    operation.args.map((arg) => [arg.name, next(shape) === 9 ? next(values) : inputOf(arg.type, pick, [arg.name])]),
  );
  return stringify({ query: operation.query, variables });
}
