import { LRUCache } from 'lru-cache';
import type { Db } from '../db/client.ts';
import { nameOf, tableName, wallOf } from '../db/flat.ts';
import { customerCounts } from '../db/tables/search.ts';

/** Below a thousand customers, below a hundred thousand, and above: so few words that metrics stay few. */
const classes = [
  [1_000, 'small'],
  [100_000, 'medium'],
] as const;

const total = `select coalesce(sum(${nameOf(customerCounts.count)}), 0)::text from ${tableName(customerCounts)} where ${wallOf(customerCounts)}`;

/** Tells an organization's class by its stored total, looked up behind the request and remembered for ten minutes; `unknown` until then. */
export function openClasses({ lanes }: Pick<Db, 'lanes'>): (organizationId: number) => string {
  const known = new LRUCache<number, string>({ max: 10_000, ttl: 600_000 });

  async function look(organizationId: number): Promise<void> {
    const [row] = await lanes.read({
      organizationId,
      text: total,
      parameters: [String(organizationId)],
      prepare: true,
    });
    const count = Number(row?.[0] ?? 0);
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
