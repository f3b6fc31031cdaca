import type { customers } from '../db/tables/customers.ts';
import type { Vault } from '../vault.ts';
import type { Plan } from './plan.ts';
import type { References } from './references.ts';

/** A customer as it is laid in. */
export type CustomerRow = typeof customers.$inferInsert & { id: number };

/** What customers of one organization share while they are made. */
export interface Making {
  plan: Plan;
  organizationId: number;
  vault: Vault;
  references: References;
  /** Addresses in use: each customer has its own. */
  emails: Set<string>;
  /** Companies so far, for branches of them. */
  companies: CustomerRow[];
}
