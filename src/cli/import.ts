import { asAll } from '../db/client.ts';
import { type Command, columns, type Given, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';
import { fileOf, formatOf, mustBeReadable, mustBeWritable, mustDiffer } from './files.ts';
import { organizationByReference } from './keys.ts';
import { openProgress } from './progress.ts';

function oneOf<const T extends string>(given: Given, name: string, words: readonly [T, ...T[]]): T {
  const text = given.text(name) ?? words[0];
  const found = words.find((word) => word === text);
  if (found === undefined) throw wrongUsage(`--${name} ${text}: write ${words.join(', ')}.`);
  return found;
}

/** Reads `Kundnr=reference,Notes=-`. Throws a failure of usage. */
export function parseMap(text: string | null): Map<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      const [header, column] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (at < 1 || column === '') throw wrongUsage(`--map ${pair}: write "Name in the file=column", or "Name=-".`);
      return [header, column];
    }),
  );
}

const defaultRefused = (file: string) =>
  file === '-' ? null : file.replace(/(\.[^./]+)?$/, (ending) => `.refused${ending}`);

const number = (count: number) => count.toLocaleString('en');

/** `import customers`: a file of any length into an organization. */
export const importCustomersCommand: Command = {
  words: 'import customers',
  rest: '<file>',
  summary: 'Import customers from CSV or NDJSON: good rows in, bad ones listed with their reasons.',
  options: [
    { name: 'organization', value: '<reference>', description: 'Whose customers they become. Needed to import.' },
    {
      name: 'policy',
      value: 'upsert|create|update',
      description: 'Whether rows make customers, change them, or both (upsert).',
    },
    { name: 'key', value: 'reference|customerNumber', description: 'Which column tells the customer (reference).' },
    {
      name: 'map',
      value: '<names>',
      description: 'Columns of other names: "Kundnr=reference,Notes=-"; - passes one over.',
    },
    { name: 'empty', value: 'keep|clear', description: 'What an empty cell does to a value that is there (keep).' },
    { name: 'format', value: 'csv|ndjson', description: 'Told by the name of the file, when absent.' },
    { name: 'dry-run', value: null, description: 'Write nothing; tell what would be done.' },
    {
      name: 'refused',
      value: '<path>',
      description: 'Where bad rows go, to be mended and imported (<file>.refused.csv).',
    },
    { name: 'outcomes', value: '<path>', description: 'Where to write what was done with each row, as CSV.' },
    { name: 'again', value: null, description: 'Import a file that was imported already.' },
    { name: 'sample', value: null, description: 'Print a file to begin with, and nothing else.' },
    { name: 'hints', value: null, description: 'Print every column with its meaning, and nothing else.' },
  ],
  examples: [
    'import customers --sample > customers.csv',
    'import customers customers.csv --organization entity1 --dry-run',
    'import customers customers.csv --organization entity1',
  ],
  run: async (given) => {
    if (given.isOn('sample')) {
      const { sampleFile } = await import('../bulk/hints.ts');
      const text = sampleFile(oneOf(given, 'format', ['csv', 'ndjson']));
      return { text: text.trimEnd(), json: { sample: text } };
    }
    if (given.isOn('hints')) {
      const { hints } = await import('../bulk/hints.ts');
      const all = hints();
      const rows = all.map(({ name, form, description }) => [name, form, description]);
      return { text: columns([['COLUMN', 'FORM', 'MEANING'], ...rows]), json: all };
    }
    const reference = given.required('organization');
    const file = fileOf(given);
    const format = formatOf(file, given.text('format'));
    const [policy, key, empty] = [
      oneOf(given, 'policy', ['upsert', 'create', 'update']),
      oneOf(given, 'key', ['reference', 'customerNumber']),
      oneOf(given, 'empty', ['keep', 'clear']),
    ];
    const map = parseMap(given.text('map'));
    const refusedFile = given.text('refused') ?? defaultRefused(file);
    const [isDry, again] = [given.isOn('dry-run'), given.isOn('again')];
    const outcomeFile = given.text('outcomes');
    // The refused file that nobody named is made beside the file only when a row is refused.
    const written = [given.text('refused'), outcomeFile].filter((one) => one !== null);
    if (file !== '-') await mustBeReadable(file);
    await mustDiffer([...(file === '-' ? [] : [file]), ...written]);
    for (const one of written) await mustBeWritable(one);
    const { importCustomers } = await import('../bulk/import.ts');
    const progress = openProgress();
    const began = performance.now();
    const done = await withDatabase(async ({ db, vault }) => {
      const organizationId = await asAll(db, (tx) => organizationByReference(tx, reference));
      return await importCustomers(db, vault, {
        ...{ organizationId, format, policy, key, map, isDry, again, refusedFile },
        ...(file === '-' ? { file: null, input: process.stdin } : { file }),
        emptyClears: empty === 'clear',
        outcomeFile,
        progress: ({ rows }, { read, all }) => progress.show(rows, all === 0 ? null : Math.min(1, read / all)),
      });
    }).finally(progress.clear);
    const { rows, created, updated, unchanged, refused, resumedAt, wasDone } = done;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const counts = `${number(rows)} ${rows === 1 ? 'row' : 'rows'}: ${number(created)} created, ${number(updated)} updated, ${number(unchanged)} unchanged, ${number(refused)} refused`;
    const lines = [
      isDry ? `Would do: ${counts}. Nothing was written.` : `${counts}.`,
      ...(wasDone ? ['This very file was imported before; nothing was done now. --again imports it once more.'] : []),
      ...(resumedAt > 0 && !wasDone ? [`Taken up behind row ${number(resumedAt)}, where an earlier run ended.`] : []),
      ...(refused > 0 && refusedFile !== null
        ? [`Refused rows and why: ${refusedFile}. Mend them there and import that file.`]
        : []),
      ...(refused > 0 && refusedFile === null ? ['Name a file for the refused rows with --refused.'] : []),
    ];
    return {
      text: lines.join('\n'),
      json: {
        rows,
        created,
        updated,
        unchanged,
        refused,
        resumedAt,
        wasDone,
        isDryRun: isDry,
        seconds,
        refusedFile: refused > 0 ? refusedFile : null,
      },
      exitCode: refused > 0 ? 3 : 0,
    };
  },
};
