import { sql } from 'drizzle-orm';
import { asOrganization, type Db, type Tx } from './db/client.ts';
import { ownId } from './db/own.ts';
import type { Actor } from './db/wall.ts';

/** A national number that an operation shows: whose, and what for. Never the number. */
export interface Reveal {
  table: 'customers' | 'directory_entries';
  rowId: number;
  purpose: string;
}

/** Writes reveals into the history, in the writer's own transaction. */
export async function recordReveals(tx: Tx, reveals: readonly Reveal[]): Promise<void> {
  if (reveals.length === 0) return;
  await tx.execute(sql`select clientele_history_reveal(r."table", r."rowId", r.purpose)
    from organizations o, jsonb_to_recordset(${JSON.stringify(reveals)}::text::jsonb) as r("table" text, "rowId" bigint, purpose text)
    where o.id = ${ownId}`);
}

/**
 * The same for an operation that only read: in a transaction of its own, when the snapshot has been given back and before anything
 * is answered. What cannot be recorded is not shown: throws UNAVAILABLE.
 */
export async function recordRevealsOfReader(db: Db, actor: Actor, reveals: readonly Reveal[]): Promise<void> {
  if (reveals.length > 0) await asOrganization(db, actor, 'write', (tx) => recordReveals(tx, reveals));
}
