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

/**
 * Locks those of these customers that are there, in the order of their ids: who is about to write several, and does so, waits for nobody
 * who waits for him.
 */
export async function lockCustomers(tx: Tx, identities: readonly Identity[]): Promise<void> {
  const all = (name: string) =>
    JSON.stringify(identities.flatMap((one) => (name in one ? [Reflect.get(one, name)] : [])));
  const { id, organizationId, reference, customerNumber } = customers;
  const given = (name: string) => sql`jsonb_array_elements_text(${all(name)}::jsonb)`;
  await tx.execute(sql`select ${id} from ${customers} where ${organizationId} = ${ownId} and ${id} = any(array(
      select i::bigint from ${given('id')} i
      union select ${id} from ${customers} where ${organizationId} = ${ownId} and ${reference} = any(array(select ${given('reference')}))
      union select ${id} from ${customers} where ${organizationId} = ${ownId} and ${customerNumber} = any(array(select ${given('customerNumber')}::bigint))
    )) order by ${id} for no key update`);
}
