import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { Hono } from 'hono';
import type { Caller } from './auth/caller.ts';
import { openAuth } from './auth/index.ts';
import { createIssuer, issuerRoute } from './auth/issuer/index.ts';
import type { Db } from './db/client.ts';
import { type DemoFacts, withUserTokens } from './demo.ts';
import { openDirectory } from './directory/index.ts';
import { type Env, plansByDefault } from './env.ts';
import { ApiError } from './errors.ts';
import { openPages } from './pages/index.ts';
import { openPlanner } from './plan/index.ts';
import { checkRoutes } from './rest-compat/check.ts';
import { dialects } from './rest-compat/dialects.ts';
import { mountRest, type RequestOrigin, type RestServer } from './rest-compat/handler.ts';
import { schema } from './schema/index.ts';
import { type AdmissionEnv, openAdmission } from './server/admission.ts';
import { openAttendance } from './server/attendance.ts';
import { isFromHere } from './server/front.ts';
import { openOperations, type YogaContext } from './server/graphql-operation.ts';
import {
  bounds,
  costs,
  type GraphqlParams,
  readable,
  readParams,
  refusal,
  stranger,
} from './server/graphql-request.ts';
import { openHealth, readyAnswer } from './server/health.ts';
import { openLens } from './server/lens.ts';
import { doOnce } from './server/once.ts';
import { type OperationRooms, runOperation } from './server/operation.ts';
import { organizationOf } from './server/organization-facts.ts';
import { readPicture } from './server/picture-door.ts';
import { apiErrorOf, publicError } from './server/public-error.ts';
import type { Visit } from './server/visit.ts';
import type { Tracer } from './telemetry/span.ts';
import type { Vault } from './vault.ts';

/** What a server is made of; nothing in it listens yet. */
export interface ServerOptions {
  db: Db;
  vault: Vault;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  env: Pick<Env, 'oidc'> & AdmissionEnv & { publicUrl: string; plan?: boolean };
  /** Where traces go; absent: nobody wants any. */
  tracer?: Tracer | null;
  /** Demo mode: what the playground is filled in with, for callers on this machine alone. */
  demo?: DemoFacts | null;
  /** Tests: an answer of a dialect that is not the documented one is an error. */
  checkReplies?: boolean;
}

export interface Server {
  fetch(request: Request, from?: { rawTarget?: string; remoteAddress?: string | undefined }): Promise<Response>;
  /** The embedded issuer, which answers below the fetch interface. */
  node(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** A customer's token without a browser, for the demo: see the issuer. */
  issueUserToken(customerLoginId: string, clientId: string, seconds: number): Promise<string>;
  /** Tells whoever balances load to look elsewhere; requests are still answered. */
  retire(): void;
  close(): Promise<void>;
}

/** Pages of GraphQL and of the documented lists (contracts, 4.4 and 2.8). */
const pageLimits = { graphql: 100, rest: 1000 };

interface FromListener {
  requestId: string;
  caller: Caller;
  finished?: ExecutionResult | undefined;
  read?: (() => Promise<GraphqlParams>) | undefined;
  [key: string]: unknown;
}

/** GraphQL, the documented REST APIs and the pages as one fetch handler. Throws when a route does not fit the schema. */
export function createServer(options: ServerOptions): Server {
  const { db: pool, vault, log, env, tracer = null, demo = null, checkReplies = false } = options;
  const { publicUrl, mode } = env;
  const admission = openAdmission({ db: pool, schema, env, log, tracer });
  const { front, gate, db } = admission;
  const health = openHealth(db);
  const auth = openAuth({ db, vault, publicUrl, external: env.oidc });
  const attendance = openAttendance(auth, admission);
  const planner = (env.plan ?? plansByDefault()) ? openPlanner(schema, db.lanes) : undefined;
  const directory = openDirectory({ db, vault, http: { allowLoopback: mode === 'demo' } });
  const rooms: OperationRooms = { schema, db, vault, directory, publicUrl, log, planner, render: openLens(schema) };
  const issuer = createIssuer({ db, vault, publicUrl, keys: auth.keys, log, trustProxy: env.trustProxy ?? false });

  const operations = openOperations(rooms, admission, pageLimits.graphql);
  const yoga = createYoga<FromListener, YogaContext>({
    schema: schema as never,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    cors: false,
    batching: false,
    logging: false,
    plugins: [bounds as never, operations.plugin, costs(gate, front) as never],
    maskedErrors: {
      maskError(error) {
        // What fails around an execution: the execution's own faults are worded, and logged, before they come here.
        const told = apiErrorOf(error);
        if (told?.kind === 'INTERNAL') log.error({ err: told.cause ?? error }, 'an operation failed');
        return publicError(error, '');
      },
    },
  });

  async function attendBearer(request: Request, work: (caller: Caller) => Promise<Response>): Promise<Response> {
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token) return attendance.attend({ type: 'bearer', token }, request, work);
    if (request.headers.has('authorization') || mode === 'production') throw new ApiError('UNAUTHENTICATED');
    await gate.arrive(stranger, '');
    return work(stranger);
  }

  const rest: RestServer = {
    authenticate: attendance.enter,
    attend: attendance.attend,
    seen(request, dialect, route) {
      const visit = front.visitOf(request);
      if (visit) Object.assign(visit, { dialect, route });
    },
    refused: front.refused,
    async run(document, variables, caller, { dialect, requestId, once, assumes }) {
      const passing = { document, variables };
      const remembered = planner?.references.of(caller.organizationId);
      if (assumes && assumes !== remembered?.organization) return null;
      const own = { caller, dialect, requestId, pageLimit: pageLimits.rest, once };
      const call = { ...passing, ...own, assumes: assumes && remembered };
      const result = await front.runs(caller, passing, (trace) =>
        gate.run(caller, passing, (endsAt) => runOperation(rooms, { ...call, trace, endsAt })),
      );
      if (!result) return null;
      const [error] = result.errors ?? [];
      if (error) throw apiErrorOf(error) ?? new ApiError('INTERNAL', [], { cause: error });
      return (result.data ?? {}) as Record<string, unknown>;
    },
    doOnce(caller, { dialect, requestId, once }, work) {
      const { organizationId, credentialId } = caller;
      return once ? doOnce(rooms, caller, { organizationId, credentialId, dialect, requestId }, once, work) : work();
    },
    organization: (caller) => organizationOf(rooms, caller),
    remembered: (caller) => planner?.references.of(caller.organizationId)?.organization,
    confirmed: (caller) => planner?.confirmed(caller),
    publicUrl,
    log,
    checkReplies,
    doors: {
      signIn: (name, password, address) => auth.signInStaff(name, password, address),
      openClientSession: (caller, products) => auth.openClientSession(caller, products),
      readPicture: (url, caller) =>
        caller && !caller.scopes.has('customers:read')
          ? Promise.resolve(null)
          : readPicture(db, vault, url, caller?.organizationId ?? null),
    },
  };

  const { issueUserToken } = issuer;
  const pages = openPages({ publicUrl, demo: demo && (() => withUserTokens(demo, issueUserToken)) });

  const app = new Hono<{ Bindings: RequestOrigin & Visit }>();
  app.get('/livez', (c) => c.json({ status: 'live' }));
  app.get('/metrics', async (c) => (await admission.metrics(c.req.raw, c.env.remoteAddress)) ?? c.notFound());
  app.get('/readyz', () => readyAnswer(health));
  app.all('/graphql', async (c) => {
    const request = c.req.raw;
    if (request.method === 'GET' && request.headers.get('accept')?.includes('text/html')) {
      const page = pages.answer(request, '/graphql', isFromHere(request, c.env.remoteAddress));
      if (page) return page;
    }
    Object.assign(front.visitOf(request) ?? {}, { dialect: 'GRAPHQL', route: '/graphql' });
    let reading: Promise<GraphqlParams> | undefined;
    const answer = async (caller: Caller): Promise<Response> => {
      // A body is read once, for whoever may know its document, and for Yoga.
      if (request.method === 'POST') reading ??= readParams(request);
      const read = reading;
      read?.catch(() => {});
      const finished = read && (await operations.answer(request, read, caller, c.env.requestId));
      if (finished instanceof Response) return finished;
      // Yoga takes the head alone: the body has been read, and within its bounds.
      const { method, signal } = request;
      const asked = read ? new Request(request.url, { method, headers: readable(request.headers), signal }) : request;
      return yoga.fetch(asked, { requestId: c.env.requestId, caller, finished, ...(read && { read: () => read }) });
    };
    return attendBearer(request, answer).catch((error: unknown) => {
      const told = apiErrorOf(error);
      front.refused(request, told?.code ?? 'INTERNAL');
      if (told?.kind === 'INTERNAL') log.error({ requestId: c.env.requestId, err: error }, 'a request failed');
      return refusal(error, c.env.requestId);
    });
  });
  app.get('*', async (c, next) => {
    const page = pages.answer(c.req.raw, c.req.path, isFromHere(c.req.raw, c.env.remoteAddress));
    if (page) return page;
    return next();
  });
  checkRoutes(dialects, schema);
  mountRest(app as never, dialects, rest);
  app.notFound((c) =>
    c.req.method === 'GET' && c.req.header('accept')?.includes('text/html')
      ? pages.missing()
      : c.json({ error: 'not_found', error_description: 'There is nothing here. The playground is at /graphql.' }, 404),
  );

  return {
    async fetch(request, from = {}) {
      return front.answer(request, from.remoteAddress, async (visit) =>
        app.fetch(request, { ...from, ...visit } as never),
      );
    },
    node(incoming, outgoing) {
      front.below(incoming, outgoing, issuerRoute(incoming.url ?? ''));
      issuer.callback(incoming, outgoing).catch((error: unknown) => {
        log.error({ err: error }, 'the issuer failed');
        if (!outgoing.headersSent) outgoing.writeHead(503, { 'Retry-After': '2' });
        outgoing.end();
      });
    },
    issueUserToken,
    retire: health.retire,
    async close() {
      await admission.close();
      await auth.close();
    },
  };
}
