import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { identity, organizationId, safeInt, time } from './columns.ts';

/** Values of columns by their names in the database; bytes in hex. */
export type Columns = Record<string, unknown>;

/**
 * What became of every row, written by triggers in the transaction of the change, whoever makes it. Append-only: the application
 * may read it. National numbers are kept as they are sealed; their blind indexes are not kept.
 */
export const history = pgTable(
  'history',
  {
    organizationId: organizationId(),
    id: identity(),
    tableName: text('table_name').notNull(),
    /** The row's identity; of a pair, the customer's. */
    rowId: safeInt('row_id').notNull(),
    /** Whose history it belongs to: the customer itself, or the one that the row belongs to. */
    customerId: safeInt('customer_id'),
    operation: text('operation', { enum: ['INSERT', 'UPDATE', 'DELETE', 'REVEAL', 'ERASE'] }).notNull(),
    /** UPDATE: the changed columns alone. Columns without a value are left out of INSERT and DELETE. */
    before: jsonb('before').$type<Columns>(),
    after: jsonb('after').$type<Columns>(),
    credentialId: text('credential_id'),
    dialect: text('dialect'),
    requestId: text('request_id'),
    at: time('at').notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ name: 'history_pkey', columns: [t.organizationId, t.id] }),
    index('history_customer_idx').on(t.organizationId, t.customerId, t.id).where(sql`${t.customerId} is not null`),
    index('history_login_idx').on(t.organizationId, t.rowId).where(sql`${t.tableName} = 'logins'`),
    index('history_identity_idx')
      .on(t.organizationId, t.id)
      .where(sql`${t.before} ? 'identity_sealed' or ${t.after} ? 'identity_sealed'`),
    check('history_operation_check', sql`${t.operation} in ('INSERT', 'UPDATE', 'DELETE', 'REVEAL', 'ERASE')`),
  ],
);
