import { sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { asOrganization, type Db } from '../db/client.ts';
import { customerCounts } from '../db/tables/search.ts';

/** Below a thousand customers, below a hundred thousand, and above: so few words that metrics stay few. */
const classes = [
  [1_000, 'small'],
  [100_000, 'medium'],
] as const;

/** Tells an organization's class by its stored total, looked up behind the request and remembered for ten minutes; `unknown` until then. */
export function openClasses(db: Db): (organizationId: number) => string {
  const known = new LRUCache<number, string>({ max: 10_000, ttl: 600_000 });

  async function look(organizationId: number): Promise<void> {
    const [row] = await asOrganization(db, { organizationId }, 'read', (tx) =>
      tx.select({ n: sql<string>`coalesce(sum(${customerCounts.count}), 0)` }).from(customerCounts),
    );
    const count = Number(row?.n ?? 0);
    known.set(organizationId, classes.find(([below]) => count < below)?.[1] ?? 'large');
  }

  return (organizationId) => {
    const found = known.get(organizationId);
    if (found !== undefined) return found;
    known.set(organizationId, 'unknown');
    look(organizationId).catch(() => known.delete(organizationId));
    return 'unknown';
  };
}
