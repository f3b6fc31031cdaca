import { DrizzleQueryError, inArray, sql } from 'drizzle-orm';
import { asAll, type Db, type Tx } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { DemoFacts, DemoOrganization } from '../demo.ts';
import type { Vault } from '../vault.ts';
import { countries } from './countries/index.ts';
import { seedCredentials } from './credentials.ts';
import { seedCustomers } from './customers.ts';
import { seedDirectory } from './directory.ts';
import { type Plan, plans } from './plan.ts';
import { opening, seedReferences } from './references.ts';
import { reserveId } from './rows.ts';

/** Where the demo data goes, and who is told of it. */
export interface Seeding {
  db: Db;
  vault: Vault;
  log: { info(facts: object, message: string): void };
  /** Keeps the credentials before the rows are committed: a process killed in between must not lose them. */
  keep?: (facts: DemoFacts) => Promise<void>;
}

/** Any number, the same in every process: who holds it lays in demo data, the others wait and find it there. */
const lock = 7_236_113;

/**
 * Lays in the two demo organizations, all or nothing, the same data on every machine. Answers their credentials, which can be read
 * this once; null when both are there already. `baseUrl` is empty: the server that starts knows it.
 */
export async function seedDemo({ db, vault, log, keep }: Seeding): Promise<DemoFacts | null> {
  const started = performance.now();
  const facts = await quietly(
    asAll(db, async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${lock})`);
      const references = plans.map(({ reference }) => reference);
      const found = await tx
        .select({ reference: organizations.reference })
        .from(organizations)
        .where(inArray(organizations.reference, references));
      const missing = plans.filter(({ reference }) => !found.some((one) => one.reference === reference));
      const made: DemoOrganization[] = [];
      for (const plan of missing) made.push(await seedOrganization(tx, plan, vault));
      if (made.length === 0) return null;
      const facts = { baseUrl: '', organizations: made };
      await keep?.(facts);
      return facts;
    }),
  );
  if (facts) {
    const ms = Math.round(performance.now() - started);
    // Until the next vacuum the planner would know nothing of thousands of new rows.
    await db.sql`analyze`;
    log.info({ organizations: facts.organizations.length, ms }, 'demo data laid in');
  }
  return facts;
}

async function seedOrganization(tx: Tx, plan: Plan, vault: Vault): Promise<DemoOrganization> {
  // Countries of one language share their source, which then has the last one's seed.
  for (const [at, { faker }] of Object.values(countries).entries()) faker.seed(plan.seed + at);
  const organizationId = await reserveId(tx, organizations);
  const { reference, name, country, currencies, regionLevel } = plan;
  await tx.insert(organizations).values({
    id: organizationId,
    reference,
    name,
    country,
    currencies: [...currencies],
    regionLevel,
    createdAt: opening,
    updatedAt: opening,
  });
  const references = await seedReferences(tx, plan, organizationId);
  const customer = await seedCustomers(tx, {
    plan,
    organizationId,
    vault,
    references,
    emails: new Set(),
    companies: [],
  });
  const people = { userId: references.users[0] ?? 0, customerId: customer.id, customerEmail: customer.email ?? '' };
  // Passwords are hashed on other threads meanwhile.
  const [made] = await Promise.all([
    seedCredentials(tx, plan, organizationId, vault, people),
    seedDirectory(tx, plan, organizationId, vault),
  ]);
  return made;
}

/** Drizzle's errors tell a statement's values, national numbers among them: what goes on tells only which rule was broken. */
async function quietly<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DrizzleQueryError)) throw error;
    const { cause } = error;
    const rule = cause && 'constraint_name' in cause ? ` (${String(cause.constraint_name)})` : '';
    throw new Error(`The demo data could not be laid in: ${cause?.message ?? 'a statement failed'}${rule}`);
  }
}
