import { createReadStream } from 'node:fs';
import { eq } from 'drizzle-orm';
import { asAll, type Tx } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { DirectoryRow } from '../directory/entry.ts';
import { type FileRow, readDirectoryFile } from '../directory/file.ts';
import { importDirectory } from '../directory/import.ts';
import { failure } from '../failure.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';
import { fileOf, formatOf, mustBeReadable } from './files.ts';
import { organizationByReference } from './keys.ts';

const rowsAtOnce = 500;
const mostFaults = 20;

const wordsOf = ({ line, faults }: FileRow) =>
  faults.map(({ path, message }) => `line ${line}: ${[...path, message].join(' ')}`);

/** Writes the rows of a file in one transaction. Throws a failure that names the first faults; then nothing is written. */
export async function importRows(
  rows: AsyncIterable<FileRow>,
  write: (part: readonly DirectoryRow[]) => Promise<void>,
): Promise<void> {
  const faults: string[] = [];
  let part: DirectoryRow[] = [];
  for await (const one of rows) {
    faults.push(...wordsOf(one));
    if (faults.length >= mostFaults) break;
    if (one.row === null || faults.length > 0) continue;
    part.push(one.row);
    if (part.length < rowsAtOnce) continue;
    await write(part);
    part = [];
  }
  if (faults.length > 0) {
    const more = faults.length >= mostFaults ? '\nand perhaps more.' : '';
    throw failure(
      `Nothing was imported:\n${faults.join('\n')}${more}`,
      'Correct these lines and import the file again.',
    );
  }
  await write(part);
}

async function ownerOf(tx: Tx, reference: string) {
  const organizationId = await organizationByReference(tx, reference);
  const [found] = await tx
    .select({ country: organizations.country })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return { organizationId, country: found?.country ?? '' };
}

/** `directory import`: the register of persons and companies that look-ups consult. */
export const directoryImport: Command = {
  words: 'directory import',
  rest: '<file>',
  summary: 'Import persons and companies that look-ups find: all of a file or nothing.',
  options: [
    { name: 'organization', value: '<reference>', description: 'Whose register it is.', isRequired: true },
    { name: 'file', value: '<path>', description: 'The same as <file>: CSV or NDJSON in UTF-8; - for standard input.' },
    { name: 'format', value: 'csv|ndjson', description: 'Told by the name of the file, when absent.' },
  ],
  examples: ['directory import register.csv --organization oasis'],
  run: async (given) => {
    const reference = given.required('organization');
    const file = fileOf(given);
    const format = formatOf(file, given.text('format'));
    if (file !== '-') await mustBeReadable(file);
    const total = { created: 0, updated: 0, unchanged: 0 };
    await withDatabase(({ db, vault }) =>
      asAll(db, async (tx) => {
        const owner = await ownerOf(tx, reference);
        const input = file === '-' ? process.stdin : createReadStream(file);
        await importRows(readDirectoryFile(input, format), async (part) => {
          const counts = await importDirectory(tx, { ...owner, vault }, part);
          total.created += counts.created;
          total.updated += counts.updated;
          total.unchanged += counts.unchanged;
        });
      }),
    );
    const { created, updated, unchanged } = total;
    return { json: total, text: `Created ${created}, updated ${updated}, unchanged ${unchanged}.` };
  },
};
