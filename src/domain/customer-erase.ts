import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { eraseAnswers } from '../db/idempotency.ts';
import { ownId } from '../db/own.ts';
import { ApiError, fault } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { lockCustomer } from './customer-find.ts';
import { deleteCustomer } from './customer-write.ts';
import type { Identity } from './reference.ts';
import { identityPlace } from './sealed-identity.ts';

/** That a customer was erased: which one, when, and by whom; and what went this time. */
export interface Erasure {
  id: number;
  /** When it was erased the first time. */
  at: Date;
  /** The credential that asked; null when whoever runs the installation did. */
  credentialId: string | null;
  /** Rows of history whose values were blanked. */
  changes: number;
  /** Customer logins that were deleted. */
  logins: number;
  /** Answers kept for repeated requests that told of the customer. */
  answers: number;
}

/** Columns whose texts are too common to tell who somebody is, or are no words of the customer's. */
const commonColumns = [
  ...['kind', 'currency', 'language', 'risk', 'risk_color', 'payment_terms_start', 'identity_sealed', 'department'],
  ...['billing_city', 'billing_country', 'billing_postal_code', 'city', 'country', 'postal_code', 'job_title'],
  ...['shipping_city', 'shipping_country', 'shipping_postal_code', 'credential_type', 'verification_level'],
  ...['on_hold_reason', 'created_at', 'first_name', 'middle_name'],
];
/** Where else in a row there are texts of the customer's. */
const paths = ['$.*', '$.other_emails[*]', '$.phones[*].number', '$.phones[*].e164'];
/** Shorter texts stand in answers about others too. */
const leastLetters = 5;

/**
 * Forgets a customer for good, inside its organization's wall: the record with contacts, pictures and logins, the values in its history, and
 * the answers kept for repeated requests that tell of it. The fact of it stays as one row of history. May be asked again, and for a
 * customer that was deleted before, by its id. Throws CUSTOMER_NOT_FOUND; breaks the constraint of CUSTOMER_IN_USE while
 * subcustomers point at it.
 */
export async function eraseCustomer(
  tx: Tx,
  vault: Vault,
  organizationId: number,
  identity: Identity,
): Promise<Erasure> {
  const current = await lockCustomer(tx, identity);
  const id = current?.id ?? numberOf(identity);
  const tells = current?.identitySealed
    ? [vault.open(identityPlace(organizationId, 'customers', id), current.identitySealed)]
    : [];
  if (current) await deleteCustomer(tx, current);
  // Once it is deleted, its history has every value that it ever had.
  const words = await tx.execute<{ word: string }>(sql`
    select distinct s #>> '{}' as word from history h cross join lateral (values (h.before), (h.after)) v(columns)
      cross join unnest(${`{${paths.join(',')}}`}::jsonpath[]) p
      cross join lateral jsonb_path_query(v.columns - ${`{${commonColumns.join(',')}}`}::text[], p) s
    where h.organization_id = ${ownId} and h.customer_id = ${id} and jsonb_typeof(s) = 'string' and length(s #>> '{}') >= ${leastLetters}::int`);
  tells.push(...words.map(({ word }) => word));
  const changes = await tx.execute<{ request: string }>(sql`select distinct request_id as request from history
    where organization_id = ${ownId} and customer_id = ${id} and request_id is not null`);
  const requests = new Set(changes.map(({ request }) => request));
  const [forgotten] = await tx.execute<{ erased: Omit<Erasure, 'answers' | 'logins' | 'at'> & { at: string } }>(
    sql`select clientele_customer_erase(${id}::bigint) as erased from organizations o where o.id = ${ownId}`,
  );
  if (!forgotten?.erased) throw new ApiError('CUSTOMER_NOT_FOUND', [fault('CUSTOMER_NOT_FOUND', ['by'])]);
  const [gone] = await tx.execute<{ logins: number }>(
    sql`select clientele_customer_logins_erase(${id}::bigint) as logins`,
  );
  const answers = await eraseAnswers(tx, vault, organizationId, { tells, requests });
  return { ...forgotten.erased, at: new Date(forgotten.erased.at), logins: gone?.logins ?? 0, answers };
}

/** The id of a customer that is not there any more; -1 when it was not named by its id. */
function numberOf(identity: Identity): number {
  if ('id' in identity) return identity.id;
  return 'key' in identity && /^[1-9]\d{0,14}$/.test(identity.key) ? Number(identity.key) : -1;
}
