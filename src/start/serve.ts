import type { Logger } from 'pino';
import { openDb } from '../db/client.ts';
import { openDatabase } from '../db/open.ts';
import { type DemoFacts, readDemoFacts, withUserTokens, writeDemoFacts } from '../demo.ts';
import { openedBy, ringAdvice } from '../doctor.ts';
import { type Env, originOf } from '../env.ts';
import { createServer } from '../server.ts';
import type { Tracer } from '../telemetry/span.ts';
import { openVault } from '../vault.ts';
import { openAnteroom } from './anteroom.ts';
import { ensureDemo } from './demo.ts';
import { openKeyRing } from './keyring.ts';
import { untilSignal } from './life.ts';
import { listen } from './listen.ts';
import { startScreen } from './screen.ts';

/** Where a start tells how it goes. */
export interface StartOutput {
  /** The start screen; standard output. */
  show(text: string): void;
  /** One line for whoever waits: a taken port, a database that is not there yet. */
  say(line: string): void;
  inColor: boolean;
}

const furtherPorts = 20;
/** How long a server of production still serves after it has said that it stops, and how long the rest may take. */
const leaving = { pauseMs: 1_000, patienceMs: 12_000 };

/**
 * The whole life of a server: database, tables, demo data, port, screen; then, after a signal, all of it backwards.
 * Resolves to the exit code: 0 after a signal, 1 after a fault. Throws a failure when it cannot start.
 */
export async function serve(env: Env, log: Logger, output: StartOutput): Promise<0 | 1> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const life = untilSignal(stop, log);
  const booted = boot(env, log, output, closers);
  // A signal while starting: what was opened so far is closed, and what fails because of that is nobody's concern.
  const first = await Promise.race([
    booted.then(
      () => null,
      (error: unknown) => ({ error }),
    ),
    life,
  ]);
  if (first === null) return await life;
  if (typeof first === 'number') return first;
  await stop();
  throw first.error;
}

async function boot(env: Env, log: Logger, output: StartOutput, closers: (() => Promise<void>)[]): Promise<void> {
  const ring = await openKeyRing(env);
  if (env.mode === 'demo' && (await readDemoFacts(env)) === null) {
    output.say('The first start makes the database and its demo data: a few seconds …');
  }
  const anteroom = openAnteroom();
  let retire = () => {};
  const listenNow = async () => {
    const furthest = env.mode === 'demo' ? furtherPorts : 0;
    const place = { host: env.host, port: env.port, furtherPorts: furthest, say: output.say };
    const listening = await listen(anteroom, place);
    closers.push(() => {
      retire();
      return listening.drain(leaving.patienceMs, env.mode === 'production' ? leaving.pauseMs : 0);
    });
    return listening;
  };
  // A database elsewhere may be away for long: whoever watches this process sees that it lives and what it waits for.
  const early = env.databaseUrl === null ? null : await listenNow();
  const opening = openDatabase({ env, log, holder: 'server', say: output.say });
  // An embedded database that is just being made must be stopped too, not left behind.
  if (env.databaseUrl === null) closers.push(async () => (await opening.catch(() => null))?.stop());
  const database = await opening;
  const vault = openVault(ring);
  const db = openDb({ url: database.servingUrl, max: env.databasePool, prepare: env.databasePrepare });
  // Closers run backwards: the port is closed first, however early it was opened.
  closers.splice(early === null ? closers.length : 0, 0, () => db.close());
  // The port comes before the server, because links and the demo's facts name it.
  const listening = early ?? (await listenNow());
  const publicUrl = originOf(env, listening.port);
  const place = { env, db, vault, log, baseUrl: publicUrl };
  let demo: DemoFacts | null = env.mode === 'demo' ? await ensureDemo(place) : null;
  const tracer = env.traces ? await openTracer(database.servingUrl, log) : null;
  // Sent last: the requests that were still under way have spans too.
  if (tracer !== null) closers.splice(0, 0, () => tracer.close());
  const server = createServer({ db, vault, log, tracer, demo, env: { ...env, publicUrl } });
  retire = server.retire;
  // Before the port is closed nothing of the server may be: closers run backwards.
  closers.splice(closers.length - 1, 0, () => server.close());
  if (demo !== null) {
    demo = await withUserTokens(demo, server.issueUserToken);
    await writeDemoFacts(env, demo);
  }
  anteroom.open(server);
  // Behind the start, which does not wait for a look at all customers.
  openedBy(vault, db).then(
    ({ sealed, opened }) => {
      // Who has lost the key may go on; who has mistaken it must hear of it before more is sealed with the wrong one.
      if (sealed > 0 && opened === 0)
        log.error(`The key ring opens nothing of what is sealed in this database. ${ringAdvice}`);
    },
    () => {},
  );

  const tookMs = performance.now();
  log.info({ port: listening.port, publicUrl, mode: env.mode, tookMs: Math.round(tookMs) }, 'ready');
  if (demo === null) output.show(`Clientele is ready at ${publicUrl} (production). Ctrl-C or SIGTERM stops it.`);
  else output.show(startScreen({ demo, where: database.where, dataDir: env.dataDir, tookMs, inColor: output.inColor }));
}

/** OpenTelemetry is loaded where it is wanted, and nowhere else. */
async function openTracer(databaseUrl: string, log: Logger): Promise<Tracer> {
  const { openOtlp } = await import('../telemetry/otlp.ts');
  const { hostname, port, pathname } = new URL(databaseUrl);
  const database = { host: hostname, port: Number(port || 5432), name: decodeURIComponent(pathname.slice(1)) };
  return openOtlp({ database, log });
}
