import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import type { StoredCredential } from './credential.ts';
import { ask, json } from './store.ts';

/** What is kept under one id of one model. */
export interface State {
  payload: Record<string, unknown>;
  /** Seconds since 1970, when it was used up. */
  consumedAt: number | null;
  secondsLeft: number | null;
}

/** What is to be kept. `seconds` null: until it is destroyed. */
export interface NewState {
  model: string;
  id: string;
  payload: Record<string, unknown>;
  grantId?: string | null;
  uid?: string | null;
  seconds: number | null;
}

/** Ids open sessions and codes: they are stored as SHA-256, so that a copy of the table opens nothing. */
export function stateKey(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('base64url');
}

/** Where a payload is sealed that must not be read from a copy of the table; `key` is the id as it is stored. */
export const stateSealedAt = (model: string, key: string) => ({
  organizationId: 0,
  table: 'oauth_state',
  column: 'payload',
  rowId: `${model}:${key}`,
});

/** What is kept and has not expired, by the database's clock. */
export function getState(db: Db, model: string, id: string): Promise<State | null> {
  return ask(db, (run) => run`select clientele_state_get(${model}, ${stateKey(id)}) as value`);
}

/** The same by its second name; `id` is as it is stored. */
export function getStateByUid(db: Db, model: string, uid: string): Promise<(State & { id: string }) | null> {
  return ask(db, (run) => run`select clientele_state_by_uid(${model}, ${uid}) as value`);
}

/** A session together with the credential that it was opened with. */
export function getSession(
  db: Db,
  model: string,
  id: string,
): Promise<(State & { credential: StoredCredential | null }) | null> {
  return ask(db, (run) => run`select (select clientele_session(${model}, ${stateKey(id)})) as value`);
}

/** Keeps it, in place of what was kept under the id before. */
export async function putState(db: Db, { model, id, payload, grantId, uid, seconds }: NewState): Promise<void> {
  await ask(
    db,
    (run) => run`select clientele_state_put(${model}, ${stateKey(id)}, ${json(payload)}::text::jsonb,
      ${grantId ?? null}, ${uid ?? null}, ${seconds}) as value`,
  );
}

/** Uses it up: true for the first who asks, false for everybody after. */
export function consumeState(db: Db, model: string, id: string): Promise<boolean> {
  return ask(db, (run) => run`select clientele_state_consume(${model}, ${stateKey(id)}) as value`);
}

/** Forgets it. */
export async function destroyState(db: Db, model: string, id: string): Promise<void> {
  await ask(db, (run) => run`select clientele_state_destroy(${model}, ${stateKey(id)}) as value`);
}

/** Forgets everything of a model that came of one grant. */
export async function destroyGrant(db: Db, model: string, grantId: string): Promise<void> {
  await ask(db, (run) => run`select clientele_state_destroy_grant(${model}, ${grantId}) as value`);
}

/** Deletes what has expired; for a sweeper, inside `asAll`. Returns how many rows went. */
export async function sweepExpired(tx: Tx): Promise<number> {
  const states = await tx.execute(sql`delete from oauth_state where expires_at < now() - interval '1 minute'`);
  const buckets = await tx.execute(sql`delete from rate_buckets where expires_at < now()`);
  return states.count + buckets.count;
}
