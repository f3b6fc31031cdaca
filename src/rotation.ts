import { sql } from 'drizzle-orm';
import { resealSecrets } from './auth/rotation.ts';
import { asAll, type Db, type Tx } from './db/client.ts';
import { resealAnswers } from './db/idempotency.ts';
import { failure } from './failure.ts';
import type { Vault } from './vault.ts';

/** How many values of each kind were sealed anew. */
export interface Resealed {
  customers: number;
  directoryEntries: number;
  history: number;
  /** Signing keys, sessions and sign-ins. */
  secrets: number;
  /** Answers kept under idempotency keys. */
  answers: number;
}

export interface RotationOptions {
  /** Values in one transaction. */
  batch?: number;
  /** Told after each transaction, with how many values were sealed anew so far. */
  progress?: (done: number) => void;
}

type Numbered = 'customers' | 'directory_entries';
type Place = { organization_id: string; id: string };
type Last = { organizationId: string; id: string };

const beginning: Last = { organizationId: '0', id: '0' };
/** More rounds than a server with the old ring could need to notice that it is being replaced. */
const mostRounds = 20;

/**
 * Seals everything anew under the newest key of the ring, batch by batch, each its own short transaction. Where it has got to
 * stands in the rows themselves, so that it goes on where it was killed. Look-ups know both keys meanwhile. When it returns, no
 * value is left under an older key. Throws a failure when a value was sealed by no key of the ring, or when somebody goes on writing
 * with an older one.
 */
export async function rotate(db: Db, vault: Vault, { batch = 500, progress }: RotationOptions = {}): Promise<Resealed> {
  const done: Resealed = { customers: 0, directoryEntries: 0, history: 0, secrets: 0, answers: 0 };
  const kinds: Record<keyof Resealed, () => Promise<number>> = {
    customers: () => walk(db, (tx, last) => resealNumbers(tx, vault, 'customers', last, batch)),
    directoryEntries: () => walk(db, (tx, last) => resealNumbers(tx, vault, 'directory_entries', last, batch)),
    history: () => walk(db, (tx, last) => resealHistory(tx, vault, last, batch)),
    secrets: () => repeat(db, (tx) => resealSecrets(tx, vault, batch)),
    answers: () => repeat(db, (tx) => resealAnswers(tx, vault, batch)),
  };
  const total = () => Object.values(done).reduce((sum, count) => sum + count, 0);
  for (let round = 0; round < mostRounds; round++) {
    const before = total();
    for (const [kind, reseal] of Object.entries(kinds)) {
      done[kind as keyof Resealed] += await reseal();
    }
    // A round that finds nothing has seen every row: a server of before may have written behind the one that did.
    if (total() === before) return done;
  }
  throw failure(
    'Values are still being sealed with an older key.',
    'Restart the servers that run with the old key ring, then run this again.',
  );

  async function walk(db: Db, step: (tx: Tx, last: Last) => Promise<Place[]>): Promise<number> {
    let count = 0;
    for (let last: Last | null = beginning; last; ) {
      const at: Last = last;
      const rows: Place[] = await asAll(db, (tx) => step(tx, at));
      const end = rows.at(-1);
      last = end ? { organizationId: end.organization_id, id: end.id } : null;
      count += rows.length;
      if (end) progress?.(total() + count);
    }
    return count;
  }

  async function repeat(db: Db, step: (tx: Tx) => Promise<number>): Promise<number> {
    let count = 0;
    for (let more = 1; more > 0; count += more) more = await asAll(db, step);
    return count;
  }
}

function opened(vault: Vault, place: Parameters<Vault['open']>[0], sealed: Buffer): string {
  try {
    return vault.open(place, sealed);
  } catch (error) {
    throw failure(
      error instanceof Error ? error.message : 'A value cannot be opened.',
      'Put the key that sealed it back into the key ring, behind the newest, and run this again.',
    );
  }
}

const hex = (vault: Vault) => vault.head.toString('hex');

/** The same number under another key is no change of the record: triggers look for this. */
const asResealing = (tx: Tx) => tx.execute(sql`set local clientele.resealing = 'on'`);

async function resealNumbers(tx: Tx, vault: Vault, name: Numbered, last: Last, batch: number): Promise<Place[]> {
  const table = sql.identifier(name);
  const rows = [
    ...(await tx.execute<{ organization_id: string; id: string; sealed: string }>(sql`
      select organization_id::text, id::text, encode(identity_sealed, 'hex') as sealed from ${table}
      where (organization_id, id) > (${last.organizationId}::bigint, ${last.id}::bigint) and identity_sealed is not null
        and encode(substr(identity_sealed, 1, ${vault.head.length}::int), 'hex') <> ${hex(vault)}
      order by ${table}.organization_id, ${table}.id limit ${batch}::int for update`)),
  ];
  if (rows.length === 0) return rows;
  const again = rows.map(({ organization_id, id, sealed }) => {
    const organizationId = Number(organization_id);
    const place = { organizationId, table: name, column: 'identity_sealed', rowId: id };
    const plain = opened(vault, place, Buffer.from(sealed, 'hex'));
    const index = vault.index(organizationId, plain).toString('hex');
    return { organization_id, id, sealed: vault.seal(place, plain).toString('hex'), index };
  });
  await asResealing(tx);
  await tx.execute(sql`update ${table} t set identity_sealed = decode(v.sealed, 'hex'), identity_index = decode(v.index, 'hex')
    from jsonb_to_recordset(${JSON.stringify(again)}::text::jsonb) as v(organization_id bigint, id bigint, sealed text, index text)
    where t.organization_id = v.organization_id and t.id = v.id`);
  return rows;
}

type HistoryRow = Place & { table_name: string; row_id: string; before: string | null; after: string | null };

/** History keeps numbers as they were sealed: it is turned with them, or an old key could never go. */
async function resealHistory(tx: Tx, vault: Vault, last: Last, batch: number): Promise<Place[]> {
  const head = `\\x${hex(vault)}`;
  const isOld = (column: 'before' | 'after') =>
    sql`left(${sql.identifier(column)} ->> 'identity_sealed', ${head.length}::int) <> ${head}`;
  const rows = [
    ...(await tx.execute<HistoryRow>(sql`
      select organization_id::text, id::text, table_name, row_id::text,
        before ->> 'identity_sealed' as before, after ->> 'identity_sealed' as after from history
      where (organization_id, id) > (${last.organizationId}::bigint, ${last.id}::bigint)
        and (before ? 'identity_sealed' or after ? 'identity_sealed') and (${isOld('before')} or ${isOld('after')})
      order by history.organization_id, history.id limit ${batch}::int for update`)),
  ];
  if (rows.length === 0) return rows;
  const again = rows.map(({ organization_id, id, table_name, row_id, before, after }) => {
    const place = {
      organizationId: Number(organization_id),
      table: table_name,
      column: 'identity_sealed',
      rowId: row_id,
    };
    const sealed = (value: string | null) =>
      value && `\\x${vault.seal(place, opened(vault, place, Buffer.from(value.slice(2), 'hex'))).toString('hex')}`;
    return { organization_id, id, before: sealed(before), after: sealed(after) };
  });
  const turned = (column: 'before' | 'after') => {
    const [name, value] = [sql.identifier(column), sql`v.${sql.identifier(column)}`];
    return sql`${name} = case when ${value} is null then h.${name} else jsonb_set(h.${name}, '{identity_sealed}', to_jsonb(${value})) end`;
  };
  await tx.execute(sql`update history h set ${turned('before')}, ${turned('after')}
    from jsonb_to_recordset(${JSON.stringify(again)}::text::jsonb) as v(organization_id bigint, id bigint, before text, after text)
    where h.organization_id = v.organization_id and h.id = v.id`);
  return rows;
}
