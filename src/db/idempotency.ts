import { createHash } from 'node:crypto';
import { and, eq, lt, lte, sql } from 'drizzle-orm';
import { ApiError } from '../errors.ts';
import type { Vault } from '../vault.ts';
import type { Tx } from './client.ts';
import { idempotency } from './tables/idempotency.ts';

/** A request that is to be done once: whose it is, the key that its caller gave, and a hash of all that it asks. */
export interface Once {
  organizationId: number;
  credentialId: string;
  key: string;
  fingerprint: string;
}

/** What was answered the first time, and when. */
export interface Kept {
  result: unknown;
  at: Date;
}

/** What is sealed. An erased answer keeps its key, so that what was done is not done again. */
interface Plain {
  fingerprint: string;
  /** The request that was answered, as the history names it. */
  requestId?: string;
  result?: unknown;
  isErased?: true;
}

/** How long an answer is kept: 24 hours. */
const keptMs = 86_400_000;

/** Opened in one turn of the event loop. */
const answersAtOnce = 200;

const isOver = sql`${idempotency.createdAt} <= now() - interval '24 hours'`;

/** Stable when the key ring turns, unlike a keyed hash: a retry must find it. */
const hashOf = ({ organizationId, credentialId, key }: Once) =>
  createHash('sha256')
    .update(JSON.stringify([organizationId, credentialId, key]))
    .digest();

const place = (organizationId: number, credentialId: string, hash: Buffer) => ({
  organizationId,
  table: 'idempotency',
  column: 'sealed',
  rowId: `${credentialId} ${hash.toString('hex')}`,
});

/**
 * Takes the key until the transaction ends, or answers what was answered under it. Throws IDEMPOTENCY_IN_PROGRESS while another
 * transaction has it, in whatever process, and IDEMPOTENCY_MISMATCH when the key was used with another request.
 */
export async function claim(tx: Tx, vault: Vault, once: Once): Promise<Kept | null> {
  const hash = hashOf(once);
  // A lock and not a row: it ends with the transaction, also when the process is killed.
  const [lock] = await tx.execute<{ free: boolean }>(
    sql`select pg_try_advisory_xact_lock(${hash.readBigInt64BE(0).toString()}::bigint) as free`,
  );
  if (!lock?.free) throw new ApiError('IDEMPOTENCY_IN_PROGRESS', [], { retryAfter: 1 });
  return find(tx, vault, once);
}

/** What was answered under the key in the last 24 hours, or null. IDEMPOTENCY_MISMATCH as above, IDEMPOTENCY_ERASED when it told of somebody who was erased. */
export async function find(tx: Tx, vault: Vault, once: Once): Promise<Kept | null> {
  const { organizationId, credentialId } = once;
  const hash = hashOf(once);
  const [row] = await tx
    .select({ sealed: idempotency.sealed, at: idempotency.createdAt })
    .from(idempotency)
    .where(and(eq(idempotency.credentialId, credentialId), eq(idempotency.key, hash), sql`not ${isOver}`));
  if (!row) return null;
  const plain: Plain = JSON.parse(
    vault.openSecret(place(organizationId, credentialId, hash), row.sealed).toString('utf8'),
  );
  if (plain.fingerprint !== once.fingerprint) throw new ApiError('IDEMPOTENCY_MISMATCH');
  if (plain.isErased) throw new ApiError('IDEMPOTENCY_ERASED');
  return { result: plain.result, at: row.at };
}

/**
 * Keeps the result in the transaction of the write, as the last thing before its commit. Throws IDEMPOTENCY_IN_PROGRESS, which takes
 * the write with it, when somebody else has kept one meanwhile.
 */
export async function keep(tx: Tx, vault: Vault, once: Once, result: unknown, requestId?: string): Promise<void> {
  const { organizationId, credentialId, fingerprint } = once;
  const key = hashOf(once);
  const plain = Buffer.from(
    JSON.stringify({ fingerprint, result, requestId } satisfies Record<keyof Omit<Plain, 'isErased'>, unknown>),
    'utf8',
  );
  const sealed = vault.sealSecret(place(organizationId, credentialId, key), plain);
  const kept = await tx
    .insert(idempotency)
    .values({ organizationId, credentialId, key, sealed })
    .onConflictDoUpdate({
      target: [idempotency.organizationId, idempotency.credentialId, idempotency.key],
      // A cluster takes no function of the clock here: the new row has read it, and the answer is over a day after.
      set: { sealed, createdAt: sql`excluded.created_at` },
      setWhere: lte(idempotency.createdAt, new Date(Date.now() - keptMs)),
    })
    .returning({ at: idempotency.createdAt });
  if (kept.length === 0) throw new ApiError('IDEMPOTENCY_IN_PROGRESS', [], { retryAfter: 1 });
}

interface SealedRow extends Record<string, unknown> {
  organization_id: string;
  credential_id: string;
  key: string;
  sealed: string;
}

/**
 * Takes the words out of every kept answer of the organization that one of these requests got, or in which one of `tells` stands; its key
 * stays taken. In the transaction of an erasure, behind the organization's wall. Answers how many.
 */
export async function eraseAnswers(
  tx: Tx,
  vault: Vault,
  organizationId: number,
  { tells, requests }: { tells: readonly string[]; requests: ReadonlySet<string> },
): Promise<number> {
  // As they stand in JSON.
  const words = tells.map((word) => JSON.stringify(word).slice(1, -1));
  let last: { credentialId: string; key: Buffer } = { credentialId: '', key: Buffer.alloc(0) };
  let count = 0;
  for (;;) {
    const rows = await tx
      .select({ credentialId: idempotency.credentialId, key: idempotency.key, sealed: idempotency.sealed })
      .from(idempotency)
      .where(sql`(${idempotency.credentialId}, ${idempotency.key}) > (${last.credentialId}, ${last.key})`)
      .orderBy(idempotency.credentialId, idempotency.key)
      .limit(answersAtOnce);
    for (const { credentialId, key, sealed } of rows) {
      const at = place(organizationId, credentialId, key);
      const text = vault.openSecret(at, sealed).toString('utf8');
      const { fingerprint, requestId = '' }: Plain = JSON.parse(text);
      if (!requests.has(requestId) && !words.some((word) => text.includes(word))) continue;
      const erased: Plain = { fingerprint, isErased: true };
      await tx
        .update(idempotency)
        .set({ sealed: vault.sealSecret(at, Buffer.from(JSON.stringify(erased), 'utf8')) })
        .where(and(eq(idempotency.credentialId, credentialId), eq(idempotency.key, key)));
      count += 1;
    }
    const end = rows.at(-1);
    if (!end || rows.length < answersAtOnce) return count;
    last = end;
  }
}

/** Seals up to `batch` answers anew that an older key sealed; inside `asAll`. Answers how many; 0 when none is left. */
export async function resealAnswers(tx: Tx, vault: Vault, batch = 500): Promise<number> {
  await sweepAnswers(tx);
  const rows = await tx.execute<SealedRow>(sql`
    select organization_id::text, credential_id, encode(key, 'hex') as key, encode(sealed, 'hex') as sealed from idempotency
    where encode(substr(sealed, 1, ${vault.head.length}::int), 'hex') <> ${vault.head.toString('hex')}
    limit ${batch}::int for update`);
  for (const { organization_id, credential_id, key, sealed } of rows) {
    const hash = Buffer.from(key, 'hex');
    const at = place(Number(organization_id), credential_id, hash);
    const again = vault.sealSecret(at, vault.openSecret(at, Buffer.from(sealed, 'hex')));
    await tx
      .update(idempotency)
      .set({ sealed: again })
      .where(
        and(
          eq(idempotency.organizationId, Number(organization_id)),
          eq(idempotency.credentialId, credential_id),
          eq(idempotency.key, hash),
        ),
      );
  }
  return rows.length;
}

/** Deletes the answers that are older than a day; for a sweeper, inside `asAll`. Answers how many went. */
export async function sweepAnswers(tx: Tx): Promise<number> {
  const gone = await tx.delete(idempotency).where(lt(idempotency.createdAt, sql`now() - interval '24 hours'`));
  return gone.count;
}
