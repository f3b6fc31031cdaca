import { and, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { ownId } from '../db/own.ts';
import { customers } from '../db/tables/customers.ts';
import { customerKeys } from '../db/tables/search.ts';
import { bareNumber } from '../values/national-number.ts';
import { phoneKey } from '../values/phone.ts';
import type { Vault } from '../vault.ts';
import type { CustomerRow } from './customer-change.ts';

/** What customers are looked for by. All that are given must hold. */
export interface CustomerMatch {
  /** A number in its two readings: a person's national number, a company's organization number. */
  number?: string | null | undefined;
  phone?: string | null | undefined;
  /** Alpha-2 codes of the countries in which a phone without `+` is read. */
  countries: readonly string[];
}

/** More than this many have nobody's number. */
const most = 50;

/** The customers of whom all of this is true, the last changed one first: by blind index of every key of the ring, and exact keys. */
export async function matchCustomers(
  tx: Tx,
  vault: Vault,
  organizationId: number,
  { number, phone, countries }: CustomerMatch,
): Promise<CustomerRow[]> {
  if (typeof number === 'string' && bareNumber(number) === '') return [];
  const where = and(
    number ? byNumber(vault, organizationId, number) : undefined,
    phone ? keyed('PHONE', inArray(customerKeys.value, phoneKeys(phone, countries))) : undefined,
  );
  if (!where) return [];
  return tx.select().from(customers).where(where).orderBy(desc(customers.updatedAt), desc(customers.id)).limit(most);
}

/** What a phone is found under, read in each of these countries. */
export function phoneKeys(phone: string, countries: readonly string[]): string[] {
  return [...new Set(countries.map((country) => phoneKey(phone, country)))];
}

function byNumber(vault: Vault, organizationId: number, number: string): SQL | undefined {
  return or(
    inArray(customers.identityIndex, vault.indexes(organizationId, number)),
    keyed('ORGANIZATION_NUMBER', eq(customerKeys.value, sql`clientele_bare(${number})`)),
  );
}

const keyed = (kind: (typeof customerKeys.$inferSelect)['kind'], value: SQL) =>
  sql`${customers.id} = any(array(select ${customerKeys.customerId} from ${customerKeys} where ${customerKeys.organizationId} = ${ownId} and ${customerKeys.kind} = ${kind} and ${value}))`;
