import type { Writable } from 'node:stream';
import type { Db } from '../db/client.ts';
import { failure } from '../failure.ts';
import type { Vault } from '../vault.ts';
import { canaryPlace, canaryWord } from './backup.ts';
import { type BackupEnd, type BackupHeader, type BackupLines, damaged, readBackup, type TableHeader } from './file.ts';
import { migrationsOf, quoted, type Sql, tablesInOrder } from './tables.ts';

/** Written by every server that starts, and of no worth without the data. */
const ofTheServer = 'oauth_state';
const pieceSize = 256 * 1024;

/**
 * Lays a backup into an empty, migrated database: all of it, or nothing. The tables' own triggers rest meanwhile, since what they
 * make is in the backup; foreign keys are checked. Throws failures: not empty, other migrations, another key ring, a damaged file.
 */
export async function restore(db: Db, vault: Vault, file: string): Promise<Record<string, number>> {
  const lines = await readBackup(file);
  try {
    const header = (await lines.said()) as BackupHeader;
    checkRing(vault, header);
    const rows = await db.sql
      .begin(async (sql) => {
        await checkMigrations(sql, header);
        const tables = await tablesInOrder(sql);
        await open(sql, tables);
        const end = await fill(sql, lines, new Set(tables.map(({ table }) => table)));
        await lines.verify();
        for (const [name, value] of Object.entries(end.sequences)) {
          if (value !== null) await sql`select setval(${quoted(name)}::regclass, ${value}::bigint)`;
        }
        await close(sql, tables);
        return end.rows;
      })
      .catch((error: unknown) => {
        throw isOfData(error) ? damaged(file) : error;
      });
    await db.sql`analyze`;
    return rows;
  } finally {
    lines.close();
  }
}

function checkRing(vault: Vault, { canary }: BackupHeader): void {
  const opens = (() => {
    try {
      return vault.open(canaryPlace, Buffer.from(canary, 'base64')) === canaryWord;
    } catch {
      return false;
    }
  })();
  if (!opens)
    throw failure(
      'The key ring is not the one that this backup was made with: national numbers and secrets would be unreadable.',
      'Set CLIENTELE_KEYS to the ring of then; a newer key may stand before it.',
    );
}

async function checkMigrations(sql: Sql, { migrations }: BackupHeader): Promise<void> {
  const own = await migrationsOf(sql);
  if (JSON.stringify(own) === JSON.stringify(migrations)) return;
  const isOlder = migrations.length < own.length;
  throw failure(
    `The backup was made by ${isOlder ? 'an older' : 'another'} version of Clientele: its tables are not those of this one.`,
    'Restore it with that version into an empty database, then start this version, which migrates it.',
  );
}

/** Locks the tables, finds them empty, and lets rows in as they are. */
async function open(sql: Sql, tables: readonly { table: string }[]): Promise<void> {
  for (const { table } of tables) {
    // Row security takes no COPY, and triggers would make a second time what is in the backup already.
    await sql.unsafe(`alter table ${quoted(table)} no force row level security, disable trigger user`).catch(() => {
      throw failure(
        'This login may not restore: it does not own the tables.',
        'Use the login that migrates: DATABASE_DIRECT_URL, or DATABASE_URL.',
      );
    });
  }
  for (const { table } of tables) {
    if (table === ofTheServer) continue;
    const [found] = await sql.unsafe<{ full: boolean }[]>(`select exists (select from ${quoted(table)}) as full`);
    if (found?.full)
      throw failure(
        `The database is not empty: there are rows in ${table}.`,
        'Restore into a new database: nothing of this one was changed.',
      );
  }
  await sql.unsafe(`delete from ${quoted(ofTheServer)}`);
}

async function close(sql: Sql, tables: readonly { table: string }[]): Promise<void> {
  for (const { table } of tables) {
    await sql.unsafe(`alter table ${quoted(table)} force row level security, enable trigger user`);
  }
}

/** Reads table after table; answers the last line but one. */
async function fill(sql: Sql, lines: BackupLines, known: ReadonlySet<string>): Promise<BackupEnd> {
  for (;;) {
    const said = (await lines.said()) as TableHeader | BackupEnd;
    if (!('table' in said)) return said;
    if (!known.has(said.table)) throw failure(`The backup has a table that is not known here: ${said.table}.`);
    const names = said.columns.map(quoted).join(', ');
    const into = await sql.unsafe(`copy ${quoted(said.table)} (${names}) from stdin`).writable();
    try {
      await pour(lines, into);
    } catch (error) {
      // Ends the COPY, so that the transaction can be rolled back.
      into.destroy(new Error('given up'));
      throw error;
    }
  }
}

/** Writes the rows of one table, up to the line that ends them. */
async function pour(lines: BackupLines, into: Writable): Promise<void> {
  const refused = new Promise<never>((_, reject) => into.on('error', reject));
  refused.catch(() => {});
  const send = (piece: Buffer[]) =>
    Promise.race([refused, new Promise<void>((resolve) => into.write(Buffer.concat(piece), () => resolve()))]);
  let piece: Buffer[] = [];
  let size = 0;
  for (let line = await lines.next(); !isEnd(line); line = await lines.next()) {
    piece.push(line);
    size += line.length;
    if (size < pieceSize) continue;
    await send(piece);
    [piece, size] = [[], 0];
  }
  if (piece.length > 0) await send(piece);
  await Promise.race([refused, new Promise<void>((resolve) => into.end(() => resolve()))]);
}

/** Whether PostgreSQL could not read a row, or found it to break a rule of its table: the next statement may be the one that is told. */
const isOfData = (error: unknown) =>
  error instanceof Error && 'code' in error && /^(2[23]|25P02)/.test(String(error.code));

const isEnd = (line: Buffer) => line.length === 3 && line[0] === 0x5c && line[1] === 0x2e;
