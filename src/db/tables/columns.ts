import { sql } from 'drizzle-orm';
import { bigint, customType, integer, timestamp } from 'drizzle-orm/pg-core';

/** A bigint that fits a JavaScript number: identities, customer numbers, counts. */
export const safeInt = (name: string) => bigint(name, { mode: 'number' });

/** Raw bytes: sealed values, hashes, pictures. */
export const bytea = customType<{ data: Buffer; driverData: Buffer | string }>({
  dataType: () => 'bytea',
  // As bytes: the driver itself writes them in hex, and would write our hex in hex again.
  toDriver: (value) => value,
  fromDriver: (value) => (typeof value === 'string' ? Buffer.from(value.slice(2), 'hex') : Buffer.from(value)),
});

/** First in every key: whose row it is. Filled from the organization that the transaction was opened for. */
export const organizationId = () =>
  safeInt('organization_id').notNull().default(sql`current_setting('clientele.organization_id')::bigint`);

/** The integer identity that `numericId` and the documented paths show. */
export const identity = () => safeInt('id').notNull().generatedByDefaultAsIdentity();

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** When a row was made and last changed, by the database's clock, and the number that each change raises. */
export const lifecycle = () => ({
  createdAt: time('created_at').notNull().default(sql`now()`),
  updatedAt: time('updated_at').notNull().default(sql`now()`),
  version: integer('version').notNull().default(1),
});

export { time };
