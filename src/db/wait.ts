import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../failure.ts';
import { postgres } from './driver.ts';

const oldest = 150_000;

/** Worth waiting for: not there yet, or starting, stopping, full. */
const passing = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'],
  ...['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
  ...['57P01', '57P02', '57P03', '53300', '08006', '08001', '08P01'],
]);

const advice: Record<string, string> = {
  '28P01': 'The password or the user in DATABASE_URL is wrong.',
  '28000': 'The server does not let this user in from here (pg_hba.conf).',
  '3D000': 'The database named in DATABASE_URL does not exist: create it first.',
};

/** An address without its password. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

/** The one value that a statement answers, on a connection of its own. */
async function askOne(url: string, text: string): Promise<{ value: unknown } | { code: string }> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 3, onnotice() {} });
  try {
    const [row] = await sql.unsafe(`select ${text} as value`).simple();
    return { value: row?.value };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * Waits until the database answers, and says once that it waits. Throws a failure after `patience` milliseconds, or
 * at once when waiting would not help (wrong password, no such database, older than PostgreSQL 15).
 */
export async function waitForDatabase(url: string, say: (line: string) => void, patience = 60_000): Promise<void> {
  const shown = withoutPassword(url);
  const end = Date.now() + patience;
  for (let isFirst = true; ; isFirst = false) {
    const answer = await askOne(url, "current_setting('server_version_num')::int");
    if ('value' in answer) {
      if (Number(answer.value) >= oldest) return;
      const found = Math.floor(Number(answer.value) / 10_000);
      throw failure(`The database at ${shown} is PostgreSQL ${found}.`, 'Clientele needs PostgreSQL 15 to 18.');
    }
    if (!passing.has(answer.code)) {
      throw failure(`The database at ${shown} refuses the connection (${answer.code}).`, advice[answer.code] ?? null);
    }
    if (Date.now() >= end) {
      throw failure(
        `The database at ${shown} did not answer within ${Math.round(patience / 1000)} s (${answer.code}).`,
        'Check that it runs and that DATABASE_URL is right.',
      );
    }
    if (isFirst) say(`Waiting for the database at ${shown} (${answer.code}) …`);
    await sleep(Math.min(1000, Math.max(0, end - Date.now())));
  }
}

/** Which database of which cluster answers; a copy of a cluster's files is taken for it. */
const whichDatabase = `(select system_identifier from pg_control_system()) || '/' ||
  (select oid from pg_database where datname = current_database())`;

/** Throws a failure when two addresses lead to different databases. Where one does not answer, or does not tell who it is, they are believed. */
export async function checkSameDatabase(direct: string, pooled: string): Promise<void> {
  const [one, other] = await Promise.all([askOne(direct, whichDatabase), askOne(pooled, whichDatabase)]);
  if (!('value' in one && 'value' in other) || one.value === other.value) return;
  throw failure(
    `DATABASE_DIRECT_URL (${withoutPassword(direct)}) leads to another database than DATABASE_URL (${withoutPassword(pooled)}).`,
    'Give the address of the same database, past the pooler.',
    2,
  );
}
