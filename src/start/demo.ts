import { inArray } from 'drizzle-orm';
import type { Logger } from 'pino';
import { asAll, type Db } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import { type DemoEnv, type DemoFacts, type DemoOrganization, readDemoFacts, writeDemoFacts } from '../demo.ts';
import { failure } from '../failure.ts';
import type { Vault } from '../vault.ts';

/** What laying in the demo needs. */
export interface DemoPlace {
  env: DemoEnv;
  db: Db;
  vault: Vault;
  log: Logger;
  baseUrl: string;
}

/** Those of the known organizations that are in this database: the data folder may have served another one. */
async function presentOf(db: Db, known: DemoOrganization[]): Promise<DemoOrganization[]> {
  const references = known.map((one) => one.reference);
  if (references.length === 0) return [];
  const found = await asAll(db, (tx) =>
    tx
      .select({ reference: organizations.reference })
      .from(organizations)
      .where(inArray(organizations.reference, references)),
  );
  return known.filter((one) => found.some(({ reference }) => reference === one.reference));
}

/**
 * Lays in the demo data unless it is there, and keeps its credentials with the address of this start. Throws a failure
 * when the data is there and its credentials are not.
 */
export async function ensureDemo({ env, db, vault, log, baseUrl }: DemoPlace): Promise<DemoFacts> {
  const known = await readDemoFacts(env);
  const present = await presentOf(db, known?.organizations ?? []);
  const factsWith = (made: DemoFacts): DemoFacts => ({ baseUrl, organizations: [...present, ...made.organizations] });
  if (known !== null && present.length > 0 && present.length === known.organizations.length) {
    const facts = { ...known, baseUrl };
    if (known.baseUrl !== baseUrl) await writeDemoFacts(env, facts);
    return facts;
  }
  // Half a second of names and places that only a first start needs.
  const { seedDemo } = await import('../seed/index.ts');
  const made = await seedDemo({ db, vault, log, keep: (facts) => writeDemoFacts(env, factsWith(facts)) });
  const facts = factsWith(made ?? { baseUrl, organizations: [] });
  if (facts.organizations.length === 0) {
    throw failure(
      `The demo data is in the database, but its credentials, demo.json in ${env.dataDir}, are lost.`,
      'Restore that file, or use an empty database. Without demo data: CLIENTELE_MODE=production.',
    );
  }
  await writeDemoFacts(env, facts);
  return facts;
}
