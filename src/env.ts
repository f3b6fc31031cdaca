import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { failure } from './failure.ts';
import { parseKeys } from './vault.ts';

const projectRoot = dirname(import.meta.dirname);

const isClone = existsSync(join(projectRoot, 'src'));

/** How the command line is called: in a clone, and where Clientele is installed. */
export const program = isClone ? 'npm run --silent clientele --' : 'clientele';

const flag = (fallback: boolean, description: string) =>
  z
    .enum(['true', 'false'], 'Write true or false.')
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true')
    .describe(description);

const whole = (least: number, greatest: number, fallback: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `Write a whole number from ${least} to ${greatest}.`)
    .default(String(fallback))
    .transform(Number)
    .refine((n) => n >= least && n <= greatest, `Write a whole number from ${least} to ${greatest}.`)
    .describe(description);

const isUrl = (schemes: string[]) => (text: string) => {
  try {
    return schemes.includes(new URL(text).protocol);
  } catch {
    return false;
  }
};
const isOrigin = (text: string) => isUrl(['http:', 'https:'])(text) && new URL(text).origin === text.replace(/\/$/, '');

const databaseUrl = (description: string) =>
  z
    .string()
    .refine(isUrl(['postgres:', 'postgresql:']), 'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE.')
    .nullable()
    .default(null)
    .describe(description);

const collector = (description: string) =>
  z
    .string()
    .refine(isUrl(['http:', 'https:']), 'Write the collector’s URL, such as http://127.0.0.1:4318.')
    .nullable()
    .default(null)
    .describe(description);

/** Every variable of the environment: its form, its default, its meaning. `docs/configuration.md` is printed from it. */
export const variables = {
  PORT: whole(
    0,
    65535,
    4000,
    'Port to listen on; 0 takes any free one. In demo mode the next free one is taken when it is in use.',
  ),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'Write an address or a host name without a port.')
    .default('127.0.0.1')
    .describe('Address to listen on. 0.0.0.0 listens on every network of the machine.'),
  PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'Write an origin only, such as https://customers.example.com, without a path.')
    .transform((text) => new URL(text).origin)
    .nullable()
    .default(null)
    .describe(
      'Origin of absolute links, as callers see it. Made from HOST and PORT when absent, never from a request.',
    ),
  CLIENTELE_DATA_DIR: z
    .string()
    .default('.clientele')
    // A package's own folder goes with its next version.
    .transform((text) => (isAbsolute(text) ? text : resolve(isClone ? projectRoot : process.cwd(), text)))
    .describe(
      'Folder of the embedded database, its keys and the demo credentials. Relative to the clone; where Clientele is installed, to the folder that it is started in.',
    ),
  CLIENTELE_MODE: z
    .enum(['demo', 'production'], 'Write demo or production.')
    .optional()
    .describe(
      'demo lays in demo data and fills in the playground; production does neither. production when DATABASE_URL is set.',
    ),
  DATABASE_URL: databaseUrl(
    'PostgreSQL 15 to 18 to use. When absent, the PostgreSQL that comes with Clientele starts itself.',
  ),
  DATABASE_DIRECT_URL: databaseUrl(
    'The same database without the pooler, for migrations, when DATABASE_URL leads through one.',
  ),
  DATABASE_POOL: whole(1, 200, 6, 'Connections to the database that one process keeps.'),
  DATABASE_PREPARE: flag(true, 'false behind a transaction pooler that does not keep prepared statements.'),
  CLIENTELE_KEYS: z
    .string()
    .superRefine((text, context) => {
      try {
        parseKeys(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'Cannot be read.' });
      }
    })
    .nullable()
    .default(null)
    .describe(
      'Key ring that seals national numbers, newest first. Made in the data folder in demo mode. Keep it: without it they are lost.',
    ),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Write fatal, error, warn, info, debug, trace or silent.',
    )
    .optional()
    .describe('Least important log line that is written. warn for a demo in a terminal, else info.'),
  TRUST_PROXY: flag(
    false,
    'true when a proxy of yours stands in front and sets X-Forwarded-For: the caller’s address is read from it.',
  ),
  RATE_LIMIT: whole(
    1,
    1_000_000,
    5_000,
    'Points a second that one credential may use, a minute’s worth at once; its organization twice as many. A request costs a point for each hundred records that it may answer.',
  ),
  LOOKUP_LIMIT: whole(
    1,
    10_000_000,
    6_000,
    'Numbers, phones and emails a minute by which one credential may look people up; its organization twice as many.',
  ),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,200}$/, 'Write 16 to 200 letters, digits or signs of . _ ~ + / = -')
    .nullable()
    .default(null)
    .describe('Bearer token that opens /metrics from other machines. Without it /metrics answers this machine alone.'),
  OIDC_ISSUER: z
    .string()
    .refine(isUrl(['http:', 'https:']), 'Write the issuer’s URL, as its tokens spell it.')
    .nullable()
    .default(null)
    .describe('Issuer whose access tokens are accepted beside our own keys.'),
  OIDC_AUDIENCE: z
    .string()
    .nullable()
    .default(null)
    .describe('Audience that those tokens must name. Needed with OIDC_ISSUER.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector(
    'Collector that traces are sent to: OTLP over HTTP in JSON, at /v1/traces below this URL. Absent: nothing is traced.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector(
    'The same with its whole path, when traces have a collector of their own.',
  ),
  OTEL_TRACES_EXPORTER: z
    .string()
    .default('otlp')
    .transform((text) => text.split(',').some((word) => word.trim() === 'otlp'))
    .describe('none, or anything without otlp in it, sends no traces.'),
  OTEL_SDK_DISABLED: z
    .string()
    .default('false')
    .transform((text) => text.toLowerCase() === 'true')
    .describe('true sends no traces either.'),
  OTEL_SERVICE_NAME: z.string().default('clientele').describe('Name of this service in its traces.'),
  CLIENTELE_PLAN: z
    .enum(['on', 'off'], 'Write on or off.')
    .default('on')
    .transform((text) => text === 'on')
    .describe('off answers every operation without compiled plans; only to compare.'),
} satisfies Record<string, z.ZodType>;

const Variables = z.object(variables).superRefine((read, context) => {
  const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  const mode = read.CLIENTELE_MODE ?? (read.DATABASE_URL === null ? 'demo' : 'production');
  if (mode === 'production' && read.CLIENTELE_KEYS === null) {
    fault('CLIENTELE_KEYS', `Needed in production. Make a key ring with: ${program} keyring create`);
  }
  if ((read.OIDC_ISSUER === null) !== (read.OIDC_AUDIENCE === null)) {
    fault(read.OIDC_ISSUER === null ? 'OIDC_ISSUER' : 'OIDC_AUDIENCE', 'Set OIDC_ISSUER and OIDC_AUDIENCE together.');
  }
  if (read.DATABASE_DIRECT_URL !== null && read.DATABASE_URL === null) {
    fault('DATABASE_URL', 'Needed with DATABASE_DIRECT_URL.');
  }
});

/** The environment, understood. */
export interface Env {
  port: number;
  host: string;
  /** Null: made from host and the port that was got, see `originOf`. */
  publicUrl: string | null;
  dataDir: string;
  mode: 'demo' | 'production';
  /** Null: embedded. */
  databaseUrl: string | null;
  databaseDirectUrl: string | null;
  databasePool: number;
  databasePrepare: boolean;
  /** Null only in demo mode: kept in the data folder. */
  keys: string | null;
  logLevel: z.infer<typeof variables.LOG_LEVEL> | null;
  trustProxy: boolean;
  /** Points a second of a credential. */
  rateLimit: number;
  /** Values a minute by which a credential looks people up. */
  lookupLimit: number;
  metricsToken: string | null;
  oidc: { issuer: string; audience: string } | null;
  plan: boolean;
  /** Whether traces are sent; where to and how, the SDK reads itself. */
  traces: boolean;
}

/**
 * Reads the environment. An empty variable is an absent one. Throws a failure that names every wrong variable and
 * says what to write; values are not repeated, as some are secret.
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(
    Object.keys(variables).flatMap((name) => {
      const text = source[name]?.trim();
      return text === undefined || text === '' ? [] : [[name, text]];
    }),
  );
  const result = Variables.safeParse(given);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw failure(`The environment is not right:\n${[...new Set(faults)].join('\n')}`, null, 2);
  }
  const read = result.data;
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = read;
  return {
    port: read.PORT,
    host: read.HOST,
    publicUrl: read.PUBLIC_URL,
    dataDir: read.CLIENTELE_DATA_DIR,
    mode: read.CLIENTELE_MODE ?? (read.DATABASE_URL === null ? 'demo' : 'production'),
    databaseUrl: read.DATABASE_URL,
    databaseDirectUrl: read.DATABASE_DIRECT_URL,
    databasePool: read.DATABASE_POOL,
    databasePrepare: read.DATABASE_PREPARE,
    keys: read.CLIENTELE_KEYS,
    logLevel: read.LOG_LEVEL ?? null,
    trustProxy: read.TRUST_PROXY,
    rateLimit: read.RATE_LIMIT,
    lookupLimit: read.LOOKUP_LIMIT,
    metricsToken: read.METRICS_TOKEN,
    oidc: issuer === null || audience === null ? null : { issuer, audience },
    plan: read.CLIENTELE_PLAN,
    traces:
      (read.OTEL_EXPORTER_OTLP_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== null &&
      read.OTEL_TRACES_EXPORTER &&
      !read.OTEL_SDK_DISABLED,
  };
}

/** The origin that callers use: PUBLIC_URL, else made from the host and the port that was got. */
export function originOf(env: Pick<Env, 'publicUrl' | 'host'>, port: number): string {
  if (env.publicUrl !== null) return env.publicUrl;
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const host = everywhere[env.host] ?? (env.host.includes(':') ? `[${env.host}]` : env.host);
  return `http://${host}:${port}`;
}

/** The environment of this process. Throws as `readEnv` does. */
export const processEnv = (): Env => readEnv(process.env);

/** Whether the terminal behind standard output wants colours: never a pipe, nor where NO_COLOR is set. */
export const wantsColor = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Whether operations are planned when nobody says it: a test run with CLIENTELE_PLAN=off plans none. */
export const plansByDefault = (): boolean => variables.CLIENTELE_PLAN.parse(process.env.CLIENTELE_PLAN);

/** The folder that holds package.json. */
export const packageRoot = projectRoot;

/** A file of the data folder. */
export const dataFile = (env: Pick<Env, 'dataDir'>, name: string) => join(env.dataDir, name);
