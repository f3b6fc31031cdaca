import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import { fingerprint, onceKey } from '../rest-compat/once.ts';
import type { Admission } from './admission.ts';
import { type GraphqlParams, isIntrospection, stranger, told } from './graphql-request.ts';
import type { OnceCall } from './once.ts';
import { type OperationRooms, runOperation } from './operation.ts';
import { apiErrorOf, publicError } from './public-error.ts';

/** A result; its data as JSON instead when a plan wrote it. */
type Answered = ExecutionResult & { text?: string };

/** What Yoga hands to its hooks. */
export interface YogaContext {
  caller: Caller;
  requestId: string;
  request: Request;
  params: GraphqlParams;
  /** The result of a known document that needs Yoga's words after all: it is not run again. */
  finished?: Answered | undefined;
  [key: string]: unknown;
}

/** GraphQL's operations, by way of Yoga or, once their document is known, without it. */
export interface Operations {
  plugin: Plugin<YogaContext>;
  /**
   * Answers a document that Yoga has read, validated and run before, with the same bytes: Yoga's pipeline costs ten times the rest
   * of a small request. Undefined, or the result to word: for Yoga.
   */
  answer(
    request: Request,
    reading: Promise<GraphqlParams>,
    caller: Caller,
    requestId: string,
  ): Promise<Response | ExecutionResult | undefined>;
}

/** Documents that are known; longer ones are not kept. */
const mostKnown = 1_000;
const longestKnown = 20_000;
/** What a request may accept to be answered in plain JSON. */
const plain = new Set([null, '', '*/*', 'application/json']);
const names = new Set(['query', 'variables', 'operationName']);

export function openOperations(rooms: OperationRooms, { gate, front }: Admission, pageLimit: number): Operations {
  const known = new LRUCache<string, DocumentNode>({ max: mostKnown });

  async function operate(
    { params, caller, requestId, request }: YogaContext,
    {
      document,
      operationName,
      variables,
    }: Pick<Parameters<typeof runOperation>[1], 'document' | 'operationName' | 'variables'>,
  ): Promise<Answered> {
    let replayedAt: Date | undefined;
    try {
      if (caller === stranger && !isIntrospection(document, operationName)) throw new ApiError('UNAUTHENTICATED');
      const passing = { document, operationName, variables };
      gate.check(passing);
      const once = onceOf(request, params, (at) => {
        replayedAt = at;
      });
      const call = { ...passing, caller, dialect: 'GRAPHQL', requestId, pageLimit, isText: true, once };
      const result = await front.runs(caller, passing, (trace) =>
        gate.run(caller, passing, (endsAt) => runOperation(rooms, { ...call, trace, endsAt })),
      );
      if (!result.errors && !replayedAt) return result;
      const again = replayedAt && { extensions: { http: { headers: { 'Idempotency-Replayed': 'true' } } } };
      for (const error of result.errors ?? []) logInternal(rooms, error, requestId);
      const isAll = result.data === undefined;
      const errors = result.errors && { errors: result.errors.map((error) => publicError(error, requestId, isAll)) };
      return { ...result, ...again, ...errors };
    } catch (error) {
      logInternal(rooms, error, requestId);
      return { errors: [publicError(error, requestId, true)] };
    }
  }

  return {
    plugin: {
      onExecute({ args: { document, operationName, variableValues, contextValue }, setExecuteFn }) {
        const { finished, params } = contextValue;
        if (params.query && params.query.length <= longestKnown) known.set(params.query, document);
        const variables: Record<string, unknown> = variableValues ?? {};
        setExecuteFn(async () => {
          const { text, ...result } = finished ?? (await operate(contextValue, { document, operationName, variables }));
          return text === undefined ? result : { ...result, data: JSON.parse(text) };
        });
      },
    },
    async answer(request, reading, caller, requestId) {
      if (caller === stranger || !plain.has(request.headers.get('accept'))) return undefined;
      // What cannot be read is worded by Yoga.
      const params = await reading.catch(() => null);
      const document = params && isPlain(params) ? known.get(params.query) : undefined;
      if (!params || !document) return undefined;
      const { operationName, variables } = params;
      const asked = { document, operationName, variables: variables ?? {} };
      const result = await operate({ params, caller, requestId, request }, asked);
      if (result.errors || result.extensions) return result;
      const beside = JSON.stringify(told(gate, front, caller));
      const data = result.text ?? JSON.stringify(result.data);
      return front.json(request, `{"data":${data},"extensions":${beside}}`);
    },
  };
}

/** Whether Yoga would take the parameters as they are. */
function isPlain(params: GraphqlParams): params is GraphqlParams & { query: string } {
  const { query, variables, operationName } = params;
  return (
    typeof query === 'string' &&
    (operationName === undefined || operationName === null || typeof operationName === 'string') &&
    (variables === undefined || variables === null || (typeof variables === 'object' && !Array.isArray(variables))) &&
    Object.keys(params).every((name) => names.has(name))
  );
}

/** The caller's key of a GraphQL request, with what it asks. */
function onceOf(
  { method, headers }: Request,
  { query, variables, operationName }: GraphqlParams,
  replayed: OnceCall['replayed'],
): OnceCall | undefined {
  const key = onceKey(headers);
  if (key === null) return undefined;
  return {
    key,
    fingerprint: fingerprint(method, '/graphql', [query, variables ?? null, operationName ?? null]),
    replayed,
  };
}

/** The cause of a fault of ours goes to the log, where its id finds it; the caller gets one fixed sentence. */
function logInternal({ log }: OperationRooms, error: unknown, requestId: string): void {
  const told = apiErrorOf(error);
  if (told?.kind === 'INTERNAL') log.error({ requestId, err: told.cause ?? error }, 'an operation failed');
}
