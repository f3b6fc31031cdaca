import { type Db, withDeadline } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { behindWall, type Statement } from '../db/driver.ts';
import { asApp } from '../db/wall.ts';

type Value = Statement['parameters'][number];
/** A statement as it is written, its values as parameters. */
type Write = (texts: TemplateStringsArray, ...values: Value[]) => Statement;

const write: Write = (texts, ...parameters) => ({
  text: texts.reduce((text, next, i) => `${text}$${i}${next}`),
  parameters,
  prepare: true,
});

/**
 * Calls one definer function outside of any organization and returns what it says; `call` selects it `as value`. One round trip, as
 * clientele_app whatever the login: none but that role may call them. Throws ApiErrors: UNAVAILABLE when the database is away.
 */
export async function ask<T>(db: Db, call: (sql: Write) => Statement, lanes?: Db['lanes']): Promise<T> {
  const statement = call(write);
  const [row] = await withDeadline(lanes?.ask(statement) ?? behindWall(db.sql, [asApp], statement)).catch(
    (error: unknown) => {
      throw worded(error);
    },
  );
  if (!row) throw new Error('A function of the database returned no row.');
  return row[0] as T;
}

/** A value as the text that `::jsonb` reads; the driver would quote it a second time. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
