import type { GraphQLSchema } from 'graphql';
import { hashSecret, sameHash } from '../auth/secret.ts';
import type { Db } from '../db/client.ts';
import type { Env } from '../env.ts';
import { type Gate, openGate } from '../limits/gate.ts';
import { openClasses } from '../limits/organization-class.ts';
import { openOrigins } from '../limits/origins.ts';
import { openSweeper } from '../limits/sweeper.ts';
import type { Tracer } from '../telemetry/span.ts';
import { type Front, isFromHere, openFront } from './front.ts';
import { type Metrics, openMetrics } from './metrics.ts';

/** What the environment says of who gets in and how much; what is absent is as in `src/env.ts`. */
export type AdmissionEnv = Pick<Env, 'mode'> & { publicUrl: string } & Partial<
    Pick<Env, 'trustProxy' | 'databasePool' | 'rateLimit' | 'lookupLimit' | 'metricsToken'>
  >;

/** Who gets in, how much, and what is seen of it. */
export interface Admission {
  front: Front;
  gate: Gate;
  /** The database, timed. */
  db: Db;
  /** `GET /metrics`: for this machine alone, or with METRICS_TOKEN. To anybody else there is nothing here. */
  metrics(request: Request, remoteAddress: string | undefined): Promise<Response | null>;
  close(): Promise<void>;
}

interface AdmissionSettings {
  db: Db;
  tracer: Tracer | null;
  schema: GraphQLSchema;
  env: AdmissionEnv;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** Opens all of it for one server. */
export function openAdmission({ db, schema, env, log, tracer }: AdmissionSettings): Admission {
  const { publicUrl, mode, trustProxy = false, databasePool = 6, metricsToken = null } = env;
  const { rateLimit: pointsPerSecond = 5_000, lookupLimit: lookupsPerMinute = 6_000 } = env;
  // More turns than connections: statements of several operations travel together.
  const limits = { pointsPerSecond, lookupsPerMinute, running: Math.max(32, databasePool * 5) };
  const gate = openGate({ db, schema, limits });
  const metrics: Metrics = openMetrics(() => gate.turns());
  const classOf = openClasses(db);
  const origins = openOrigins(db, mode === 'demo');
  const front = openFront({
    ...{ gate, metrics, origins, classOf, publicUrl, trustProxy, tracer, log },
    counts: mode === 'demo',
  });
  const sweeper = openSweeper(db, log);
  return {
    front,
    gate,
    db: metrics.timed(db),
    async metrics(request, remoteAddress) {
      const token = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
      const isKnown = metricsToken !== null && sameHash(hashSecret(metricsToken), hashSecret(token));
      if (!isKnown && !isFromHere(request, remoteAddress)) return null;
      const told = await metrics.text();
      if (!told) return new Response(null, { status: 503, headers: { 'Retry-After': '5' } });
      return new Response(told.text, { headers: { 'Content-Type': told.contentType } });
    },
    close: () => sweeper.stop(),
  };
}
