import { type Db, withDeadline } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { isDatabaseError, type Sql, type TransactionSql } from '../db/driver.ts';

/** One value that a definer function returned. */
interface Answer {
  value: unknown;
}
type Ask = (sql: Sql | TransactionSql) => Promise<readonly Answer[]>;

const forbidden = '42501';

/**
 * Calls one definer function outside of any organization and returns what it says; `ask` selects it `as value`. One round trip for the
 * login that migrated; another login is a member of clientele_app and takes that role first. Throws ApiErrors: UNAVAILABLE when the
 * database is away.
 */
export async function ask<T>(db: Db, ask: Ask, lane?: Db['lanes']): Promise<T> {
  const rows = await withDeadline(
    (lane ? lane.ask(ask) : ask(db.sql)).catch((error: unknown) => {
      if (!isDatabaseError(error) || error.code !== forbidden) throw error;
      return db.sql.begin(async (sql) => {
        await sql`set local role clientele_app`;
        return await ask(sql);
      });
    }),
  ).catch((error: unknown) => {
    throw worded(error);
  });
  const [row] = rows;
  if (!row) throw new Error('A function of the database returned no row.');
  return row.value as T;
}

/** A value as the text that `::jsonb` reads; the driver would quote it a second time. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
