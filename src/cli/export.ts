import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { asAll } from '../db/client.ts';
import { makeLog } from '../log.ts';
import { type Command, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';
import { fileOf, formatOf, openDraft } from './files.ts';
import { organizationByReference } from './keys.ts';
import { openProgress } from './progress.ts';

function filterOf(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw wrongUsage('--filter: write JSON, such as {"city":{"equals":"Oslo"}}.');
  }
}

/** `export customers`: what an import reads. */
export const exportCustomersCommand: Command = {
  words: 'export customers',
  rest: '<file>',
  summary: 'Export customers to CSV or NDJSON, all or by a filter.',
  options: [
    { name: 'organization', value: '<reference>', description: 'Whose customers.', isRequired: true },
    {
      name: 'filter',
      value: '<json>',
      description: 'Which ones: CustomerFilter of the GraphQL schema. All, when absent.',
    },
    { name: 'columns', value: '<list>', description: 'Columns of CSV, with commas. All, when absent.' },
    { name: 'format', value: 'csv|ndjson', description: 'Told by the name of the file, when absent.' },
  ],
  examples: [
    'export customers customers.csv --organization entity1',
    `export customers oslo.ndjson --organization entity1 --filter '{"city":{"equals":"Oslo"},"isActive":true}'`,
  ],
  run: async (given) => {
    const reference = given.required('organization');
    const file = fileOf(given);
    const format = formatOf(file, given.text('format'));
    const filter = filterOf(given.text('filter'));
    const only =
      given
        .text('columns')
        ?.split(',')
        .map((name) => name.trim()) ?? null;
    const draft = file === '-' ? null : await openDraft(file);
    const { exportCustomers } = await import('../bulk/export.ts');
    const progress = openProgress();
    const rows = await withDatabase(async ({ env, db, vault }) => {
      const organizationId = await asAll(db, (tx) => organizationByReference(tx, reference));
      const output =
        draft === null ? process.stdout : createWriteStream(draft.path, { mode: 0o600, flush: draft.isFile });
      const options = {
        organizationId,
        format,
        filter,
        only,
        output,
        progress: (count: number) => progress.show(count, null),
      };
      const write = async () => {
        const count = await exportCustomers(db, vault, options);
        if (output === process.stdout) return count;
        output.end();
        await finished(output);
        await draft?.settle();
        return count;
      };
      const count = await write().catch(async (error: unknown) => {
        await draft?.drop();
        // Whoever reads from a pipe may have read enough.
        if (draft === null && error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0;
        throw error;
      });
      // Whoever sits at a terminal sees it; anything else leaves a line of who took what.
      const logLevel = env.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info');
      const facts = { organizationId, rows: count, format, columns: only?.length ?? null, isFiltered: filter !== null };
      makeLog({ mode: env.mode, logLevel }).info({ uid: process.getuid?.() ?? null, ...facts }, 'customers exported');
      return count;
    }).finally(progress.clear);
    if (file === '-') return null;
    return {
      text: `${rows.toLocaleString('en')} customers are in ${file}. National numbers stay behind.`,
      json: { rows, file },
    };
  },
};
