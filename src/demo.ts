import { createHash } from 'node:crypto';
import type { Env } from './env.ts';
import { dataFile } from './env.ts';
import { makeDataDir, readPrivate, writePrivate } from './private-file.ts';

/** One demo organization and a credential of every kind that opens it, in the clear. */
export interface DemoOrganization {
  reference: string;
  name: string;
  apiKey: string;
  valomnia: { user: string; password: string };
  riverty: { clientId: number; oauthId: string; oauthSecret: string };
  /** `user` signs in with `password` on the login page; `userToken` is fresh at each start, and empty before. */
  connect: {
    oauthId: string;
    oauthSecret: string;
    redirectUri: string;
    user: string;
    password: string;
    userToken: string;
  };
  worldline: { merchantId: string; apiKeyId: string; secretApiKey: string };
}

/** What the start screen, the playground of a demo and scripts know of the demo data. */
export interface DemoFacts {
  baseUrl: string;
  organizations: DemoOrganization[];
}

/** What tells where a demo is: each database has credentials of its own. */
export type DemoEnv = Pick<Env, 'dataDir' | 'databaseUrl'>;

function fileOf(env: DemoEnv): string {
  if (env.databaseUrl === null) return dataFile(env, 'demo.json');
  const { host, pathname } = new URL(env.databaseUrl);
  const place = createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 8);
  return dataFile(env, `demo.${place}.json`);
}

/** The demo's facts, or null when no demo was ever started on the data folder. */
export async function readDemoFacts(env: DemoEnv): Promise<DemoFacts | null> {
  const text = await readPrivate(fileOf(env));
  if (text === null) return null;
  try {
    const facts: DemoFacts = JSON.parse(text);
    return Array.isArray(facts.organizations) ? facts : null;
  } catch {
    return null;
  }
}

/** Keeps the facts in the data folder, readable by its owner only. */
export async function writeDemoFacts(env: DemoEnv, facts: DemoFacts): Promise<void> {
  await makeDataDir(env.dataDir);
  await writePrivate(fileOf(env), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Seconds that a demo's user token lives: a day, so that what the start screen shows works while somebody tries it. */
const tokenSeconds = 86_400;

/** The facts with a fresh user token each: the token of an earlier start may be over, or name another address. */
export async function withUserTokens(
  facts: DemoFacts,
  issue: (customerLoginId: string, clientId: string, seconds: number) => Promise<string>,
): Promise<DemoFacts> {
  const organizations = await Promise.all(
    facts.organizations.map(async ({ connect, ...one }) => {
      const userToken = await issue(connect.user, connect.oauthId, tokenSeconds);
      return { ...one, connect: { ...connect, userToken } };
    }),
  );
  return { ...facts, organizations };
}
