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

async function askVersion(url: string): Promise<{ version: number } | { code: string }> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 3, onnotice() {} });
  try {
    const [row] = await sql.unsafe("select current_setting('server_version_num')::int as version").simple();
    return { version: Number(row?.version) };
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
    const answer = await askVersion(url);
    if ('version' in answer) {
      if (answer.version >= oldest) return;
      const found = Math.floor(answer.version / 10_000);
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
