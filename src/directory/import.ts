import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { insertFrom, recordset } from '../db/recordset.ts';
import { directoryEntries } from '../db/tables/directory.ts';
import type { Vault } from '../vault.ts';
import { type DirectoryOwner, type DirectoryRow, entryValues } from './entry.ts';

/** What an import did. An entry that was the same already is left as it is. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
}

const rowsPerStatement = 500;
const columns = getTableColumns(directoryEntries);
/** What an import does not write, or what is another text each time (a sealed value). */
const kept = new Set(['organizationId', 'id', 'reference', 'createdAt', 'updatedAt', 'version']);
const written = Object.entries(columns).filter(([key]) => !kept.has(key));
const excluded = (name: string) => sql`excluded.${sql.identifier(name)}`;
const assignments = sql.join(
  written.map(([, { name }]) => sql`${sql.identifier(name)} = ${excluded(name)}`),
  sql`, `,
);
const compared = written.filter(([key]) => key !== 'identitySealed').map(([, column]) => column);
const isChanged = sql`(${sql.join(compared, sql`, `)}) is distinct from (${sql.join(
  compared.map(({ name }) => excluded(name)),
  sql`, `,
)})`;

/**
 * Writes rows into the register of one organization, each found again by its reference. Several rows of one reference: the
 * last counts. Any number of rows; all of them or none. Breaks `directory_entries_reference_key` when somebody else
 * makes one of these entries at the same moment.
 */
export async function importDirectory(
  tx: Tx,
  { vault, ...owner }: DirectoryOwner & { vault: Vault },
  rows: readonly DirectoryRow[],
): Promise<ImportCounts> {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const last = [...new Map(rows.map((row) => [row.reference, row])).values()];
  for (let at = 0; at < last.length; at += rowsPerStatement) {
    const part = last.slice(at, at + rowsPerStatement);
    const known = await lockKnown(tx, owner.organizationId, part);
    const fresh = await takeIds(tx, part.length - known.size);
    const values = part.map((row) => {
      const id = known.get(row.reference) ?? fresh.shift() ?? 0;
      const { organizationId: _, ...entry } = entryValues(vault, owner, id, row);
      return entry;
    });
    const into = insertFrom(
      directoryEntries,
      recordset(directoryEntries, values),
      sql`${owner.organizationId}::bigint`,
    );
    const done = await tx.execute(sql`${into}
      on conflict (organization_id, id) do update set ${assignments} where ${isChanged} returning id`);
    counts.created += part.length - known.size;
    counts.updated += done.length - (part.length - known.size);
    counts.unchanged += part.length - done.length;
  }
  return counts;
}

/** Identities by reference. Sealed values are bound to them, so an entry is never written under another one. */
async function lockKnown(tx: Tx, organizationId: number, rows: readonly DirectoryRow[]): Promise<Map<string, number>> {
  const references = rows.map(({ reference }) => reference);
  const found = await tx
    .select({ id: directoryEntries.id, reference: directoryEntries.reference })
    .from(directoryEntries)
    .where(and(eq(directoryEntries.organizationId, organizationId), inArray(directoryEntries.reference, references)))
    .orderBy(directoryEntries.id)
    .for('update');
  return new Map(found.map(({ id, reference }) => [reference, id]));
}

async function takeIds(tx: Tx, count: number): Promise<number[]> {
  const rows = await tx.execute<{ id: string }>(
    sql`select nextval('directory_entries_id_seq')::text as id from generate_series(1, ${count}::int)`,
  );
  return rows.map(({ id }) => Number(id));
}
