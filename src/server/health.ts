import { type Db, withDeadline } from '../db/client.ts';
import { databaseError } from '../db/constraints.ts';
import { ApiError } from '../errors.ts';

/** Whether this process should be sent requests. That it lives is told by any answer at all. */
export interface Health {
  /** Asks the database, for at most 2 seconds. The reason is for people, and null when all is well. */
  whyNotReady(): Promise<string | null>;
  /** From now on not ready, though requests are still answered: whoever balances load looks elsewhere. */
  retire(): void;
}

const patienceMs = 2_000;

/** Watches over one server's database. Migrations are done and keys are loaded before a server exists. */
export function openHealth(db: Db): Health {
  let isRetired = false;
  return {
    async whyNotReady() {
      if (isRetired) return 'this process is stopping';
      try {
        await withDeadline(db.sql`select 1`, patienceMs);
        return null;
      } catch (error) {
        return reasonOf(error);
      }
    },
    retire() {
      isRetired = true;
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return `the database has not answered for ${patienceMs / 1_000} seconds`;
  const code = databaseError(error)?.code ?? '';
  if (code === '57P03') return 'the database is starting';
  if (code.startsWith('57P')) return 'the database is stopping';
  if (code.startsWith('53')) return 'the database has no connection or memory left';
  if (code.startsWith('28') || code === '3D000') return 'the database refuses our login';
  if (code === 'ECONNREFUSED' || code === 'CONNECT_TIMEOUT') return 'the database takes no connections';
  return 'the connection to the database was lost';
}

/** The answer to `GET /readyz`. */
export async function readyAnswer(health: Health): Promise<Response> {
  const reason = await health.whyNotReady();
  if (reason === null) return Response.json({ status: 'ready' });
  return Response.json({ status: 'not ready', reason }, { status: 503, headers: { 'Retry-After': '2' } });
}
