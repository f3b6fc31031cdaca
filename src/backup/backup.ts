import type { Db } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import { type BackupEnd, type BackupHeader, formatLine, type TableHeader, writeBackup } from './file.ts';
import { migrationsOf, quoted, tablesInOrder } from './tables.ts';

/** Where the word is sealed that tells whether a ring fits a backup. */
export const canaryPlace = { organizationId: 0, table: 'backup', column: 'canary', rowId: 0 };
export const canaryWord = 'clientele';

const lineFeed = 10;

/**
 * Writes all data to a file: one snapshot of every table, read while servers go on. Keys are not in it: without the ring that sealed
 * them national numbers and secrets in it are unreadable. Answers the rows of each table.
 */
export async function backup(db: Db, vault: Vault, file: string): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  await writeBackup(file, (put) =>
    db.sql.begin('isolation level repeatable read read only', async (sql) => {
      const line = (value: object) => put(`${JSON.stringify(value)}\n`);
      const canary = vault.seal(canaryPlace, canaryWord).toString('base64');
      const header: BackupHeader = { madeAt: new Date().toISOString(), migrations: await migrationsOf(sql), canary };
      await put(`${formatLine}\n`);
      await line(header);
      const tables = await tablesInOrder(sql);
      const sequences = await sql<{ name: string; value: string | null }[]>`
        select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public' order by 1`;
      await sql`set local role clientele_all`;
      for (const { table, columns } of tables) {
        await line({ table, columns } satisfies TableHeader);
        let count = 0;
        const copied = await sql
          .unsafe(`copy ${quoted(table)} (${columns.map(quoted).join(', ')}) to stdout`)
          .readable();
        for await (const chunk of copied as AsyncIterable<Buffer>) {
          for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) count++;
          await put(chunk);
        }
        await put('\\.\n');
        rows[table] = count;
      }
      await line({
        rows,
        sequences: Object.fromEntries(sequences.map(({ name, value }) => [name, value])),
      } satisfies BackupEnd);
    }),
  );
  return rows;
}
