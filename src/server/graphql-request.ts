import { type DocumentNode, GraphQLError, getOperationAST, Kind, type validate as Validate, validate } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import { ApiError, fault, statusOf } from '../errors.ts';
import type { Gate, ToldCost } from '../limits/gate.ts';
import { readDocument, shapeLimits } from '../limits/shape.ts';
import { checkSize, readBytes, readJson } from '../rest-compat/body.ts';
import type { Front } from './front.ts';
import { publicError } from './public-error.ts';
import type { StatementCount } from './statement-count.ts';

/** What a GraphQL request asks, not yet checked. */
export interface GraphqlParams {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** Somebody without a credential: outside production he may read the schema, and nothing else. */
export const stranger: Caller = {
  organizationId: 0,
  credentialId: '',
  kind: 'SYSTEM',
  scopes: new Set(),
  userId: null,
  customerId: null,
  clientIds: [],
  merchantId: null,
  clientSession: null,
};

/**
 * The JSON object of a POST. GraphQL takes JSON in UTF-8 alone, which no page of another origin can send unasked. UNSUPPORTED_MEDIA,
 * TOO_LARGE over 3 MiB, MALFORMED_REQUEST; one operation in each request.
 */
export async function readParams(request: Request): Promise<GraphqlParams> {
  if (!isJson(request)) throw new ApiError('UNSUPPORTED_MEDIA');
  const params = readJson(await readBytes(request));
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) return asking(params);
  const message = Array.isArray(params) ? 'is a list: send one operation in each request' : 'is no JSON object';
  throw new ApiError('MALFORMED_REQUEST', [fault('MALFORMED_REQUEST', ['body'], message)]);
}

/** Parameters that ask something. PERSISTED_QUERY_NOT_SUPPORTED, on which clients send the query itself; MALFORMED_REQUEST. */
function asking(params: GraphqlParams): GraphqlParams {
  if ((params.query ?? '') !== '') return params;
  if (params.extensions?.persistedQuery !== undefined) throw new ApiError('PERSISTED_QUERY_NOT_SUPPORTED');
  throw new ApiError('MALFORMED_REQUEST', [fault('MALFORMED_REQUEST', ['query'], 'is missing: it is what is asked')]);
}

/** The parameters of a GET, whose variables and extensions are JSON in the query. MALFORMED_REQUEST */
function readQuery(request: Request, parse: (request: Request) => unknown): unknown {
  try {
    const params = parse(request);
    checkSize(params);
    return asking(params as GraphqlParams);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = 'variables or extensions are no JSON';
    throw new ApiError('MALFORMED_REQUEST', [fault('MALFORMED_REQUEST', ['query'], message)]);
  }
}

/** The head of a POST: whoever accepts nothing that we could answer is answered JSON, as by the documented paths. */
export function readable(headers: Headers): Headers {
  if (/json|\*|multipart|event-stream/i.test(headers.get('accept') ?? '*')) return headers;
  const others = new Headers(headers);
  others.set('accept', 'application/json');
  return others;
}

interface RequestParse {
  requestParser?: ((request: Request) => unknown) | undefined;
  serverContext: { read?: (() => Promise<GraphqlParams>) | undefined };
  setRequestParser(parse: (request: Request) => unknown): void;
}

/** Yoga's hooks that bound a document before it is validated, and what validation may say. */
export const bounds = {
  onRequestParse({ requestParser, serverContext, setRequestParser }: RequestParse) {
    const { read } = serverContext;
    if (read) setRequestParser(read);
    else if (requestParser) setRequestParser((request) => readQuery(request, requestParser));
  },
  onParse({ setParseFn }: { setParseFn(parse: (source: string | { body: string }) => DocumentNode): void }) {
    setParseFn((source) => readDocument(typeof source === 'string' ? source : source.body));
  },
  onValidate({ setValidationFn }: { setValidationFn(fn: typeof Validate): void }) {
    setValidationFn((schema, document, rules, _options, typeInfo) => {
      const errors = validate(schema, document, rules, { maxErrors: shapeLimits.errors }, typeInfo);
      return errors.some(({ message }) => message === 'Validation aborted.') ? [tooManyPairs()] : errors;
    });
  },
};

/** Fields of one name are compared with each other, which graphql-js gives up at some number. */
function tooManyPairs(): GraphQLError {
  const message = 'selects too many fields of one name: select each once';
  return publicError(new ApiError('QUERY_TOO_COMPLEX', [fault('QUERY_TOO_COMPLEX', ['query'], message)]), '');
}

interface Executing {
  args: { contextValue: { caller: Caller; requestId: string } };
}
interface Answered {
  errors?: readonly unknown[];
  extensions?: object;
}
interface Processing {
  result: Answered;
  setResult(result: Answered): void;
  serverContext: { requestId: string };
}

/** What is told beside an operation's data: its cost, and to developers its statements. */
export function told(gate: Gate, front: Front, caller: Caller): { cost?: ToldCost; debug?: StatementCount } {
  const cost = gate.cost(caller);
  const debug = front.counted(caller);
  return { ...(cost && { cost }), ...(debug && { debug }) };
}

/** Yoga's hooks that tell so, and twenty faults at most. */
export const costs = (gate: Gate, front: Front) => ({
  onExecute({ args }: Executing) {
    return {
      onExecuteDone({ result, setResult }: { result: Answered; setResult(result: Answered): void }) {
        const errors = result.errors && { errors: result.errors.slice(0, shapeLimits.errors) };
        setResult({
          ...result,
          ...errors,
          extensions: { ...result.extensions, ...told(gate, front, args.contextValue.caller) },
        });
      },
    };
  },
  // What Yoga refuses by itself knows no request.
  onResultProcess({ result, setResult, serverContext: { requestId } }: Processing) {
    // Its errors are kept with the document, and told to everybody who sends it: each is told a copy.
    const errors = result.errors?.map((error) => {
      if (!(error instanceof GraphQLError) || error.extensions.requestId) return error;
      const { message, nodes = null, source = null, positions = null, path = null, originalError = null } = error;
      const extensions = { ...error.extensions, requestId };
      return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
    });
    if (errors) setResult({ ...result, errors });
  },
});

/** A refusal that comes before Yoga: nobody is told more than the catalogue says. */
export function refusal(error: unknown, requestId: string): Response {
  const told = publicError(error, requestId);
  const kind = error instanceof ApiError ? error.kind : 'INTERNAL';
  const { http, ...extensions } = told.extensions as { http?: { headers?: Record<string, string> } };
  const headers = {
    ...http?.headers,
    ...(kind === 'UNAUTHENTICATED' && { 'WWW-Authenticate': 'Bearer realm="Clientele"' }),
  };
  return Response.json({ errors: [{ message: told.message, extensions }] }, { status: statusOf[kind], headers });
}

/** Whether an operation asks for the schema alone. */
export function isIntrospection(document: DocumentNode, name: string | null | undefined): boolean {
  const operation = getOperationAST(document, name);
  const fields = operation?.selectionSet.selections ?? [];
  return fields.length > 0 && fields.every((field) => field.kind === Kind.FIELD && field.name.value.startsWith('__'));
}

function isJson(request: Request): boolean {
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  return type.trim() === 'application/json' && (!charset || /^charset="?utf-?8"?$/.test(charset));
}
