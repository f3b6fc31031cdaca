import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { ownId } from '../db/own.ts';
import { findOne } from '../db/rows.ts';
import { customers } from '../db/tables/customers.ts';
import type { CustomerRow } from './customer-change.ts';
import { type Identity, idOf } from './reference.ts';

/** The customer with this identity; `locked`: against other writers, until the transaction ends. */
export async function findCustomer(tx: Tx, identity: Identity, locked = false): Promise<CustomerRow | null> {
  if (!('key' in identity)) return await findOne(tx, customers, identity as Partial<CustomerRow>, locked);
  const id = await idOf({ tx }, customers, identity);
  return id === null ? null : await findOne(tx, customers, { id }, locked);
}

/** The customer with this identity, locked against other writers until the transaction ends. */
export const lockCustomer = (tx: Tx, identity: Identity): Promise<CustomerRow | null> =>
  findCustomer(tx, identity, true);

/** New customers of one operation that are kept from others until they are made: each takes a lock of the database's few. */
const mostNew = 50;

/**
 * Locks these customers, in one order for all who do so, so that who is about to write several waits for nobody who waits for him: those
 * that are there as rows, and those that are not by what will name them.
 */
export async function lockCustomers(tx: Tx, identities: readonly Identity[]): Promise<void> {
  const missing = await lockRows(tx, identities);
  if (missing.length < 2 || missing.length > mostNew) return;
  await tx.execute(sql`select pg_advisory_xact_lock(h) from (
    select distinct hashtextextended(n, ${ownId}) as h from jsonb_array_elements_text(${JSON.stringify(missing)}::jsonb) n order by h
  ) names`);
  await lockRows(tx, identities);
}

/** Locks rows in the order of their ids; answers what is not there. */
async function lockRows(tx: Tx, identities: readonly Identity[]): Promise<string[]> {
  const all = (name: 'id' | 'reference' | 'customerNumber') =>
    identities.flatMap((one) => (name in one ? [String(Reflect.get(one, name))] : []));
  const { id, organizationId, reference, customerNumber } = customers;
  const given = (values: readonly string[]) => sql`jsonb_array_elements_text(${JSON.stringify(values)}::jsonb)`;
  const [references, numbers] = [all('reference'), all('customerNumber')];
  const found = await tx.execute<{ reference: string; number: string }>(sql`
    select ${reference} as reference, ${customerNumber}::text as number from ${customers} where ${organizationId} = ${ownId} and ${id} = any(array(
      select i::bigint from ${given(all('id'))} i
      union select ${id} from ${customers} where ${organizationId} = ${ownId} and ${reference} = any(array(select ${given(references)}))
      union select ${id} from ${customers} where ${organizationId} = ${ownId} and ${customerNumber} = any(array(select ${given(numbers)}::bigint))
    )) order by ${id} for no key update`);
  const known = new Set(found.flatMap((row) => [`r${row.reference}`, `n${row.number}`]));
  return [...references.map((one) => `r${one}`), ...numbers.map((one) => `n${one}`)].filter((one) => !known.has(one));
}
