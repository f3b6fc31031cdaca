import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { startBouncer } from './support/bouncer.ts';
import { startThrowaway } from './support/database.ts';

// npm test: every file but the two kinds below. npm test -- PART…: files whose path contains one of the parts.
// npm run test:system and test:faults: one kind alone. npm run test:fleet: what goes over HTTP, by three processes behind PgBouncer.

const root = join(import.meta.dirname, '..');
const kinds = ['system', 'faults'];
/** A fleet counts no statements, and its log is its own. */
const ofOneProcess = /tatementsOf|\blogged\b|rotatedVault/;

function testFiles(kind: string | undefined, parts: string[]): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => {
      const room = file.split(sep)[1] ?? '';
      if (kind === 'fleet')
        return ['schema', 'rest-compat'].includes(room) && !ofOneProcess.test(readFileSync(join(root, file), 'utf8'));
      return kind === undefined ? !kinds.includes(room) : room === kind;
    })
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
}

const [first, ...rest] = process.argv.slice(2);
const kind = [...kinds, 'fleet'].find((name) => name === first);
const files = testFiles(kind, kind === undefined ? process.argv.slice(2) : rest);
if (files.length === 0) {
  console.error(`No test file matches: ${process.argv.slice(2).join(' ') || 'all'}`);
  process.exit(1);
}

const database = await startThrowaway();
const bouncer = kind === 'fleet' ? await startBouncer(database.servingUrl) : null;
// One at a time where processes are killed and durations measured; the short form's bounds are wide enough for two.
const concurrency = kind === undefined || process.env.FAULTS === 'short' ? 2 : 1;
const child = spawn(
  process.execPath,
  ['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`, '--test-timeout=600000', ...files],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: database.url, ...(bouncer && { CLIENTELE_TEST_FLEET: bouncer.url }) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', async (code) => {
  bouncer?.stop();
  await database.stop();
  process.exit(code ?? 1);
});
