import { createHash } from 'node:crypto';
import { postgres } from './driver.ts';

/** The login that serves requests where Clientele keeps the database itself. */
const name = 'clientele_server';

/**
 * The address under which requests come to the database of `ownerUrl`, when `makeServingLogin` has made that login: its password
 * follows from the owner's, so that there is none more to keep.
 */
export function servingUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.password = createHash('sha256')
    .update(`${name}:${decodeURIComponent(url.password)}`)
    .digest('base64url');
  url.username = name;
  return url.href;
}

/**
 * Makes the login for requests, or brings it up to date after a migration. It owns nothing and inherits nothing: a statement
 * that ran outside of its wall is refused, instead of reading every organization. `ownerUrl` may make roles.
 */
export async function makeServingLogin(ownerUrl: string): Promise<void> {
  const { password } = new URL(servingUrl(ownerUrl));
  const sql = postgres(ownerUrl, { max: 1, fetch_types: false, onnotice() {} });
  try {
    await sql.unsafe(statements(password)).simple();
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Functions that sign people in are called before an organization is known, and so by the login itself. */
const statements = (password: string) => `DO $$ DECLARE f regprocedure; BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF;
  ALTER ROLE ${name} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '${password}';
  GRANT clientele_app, clientele_all TO ${name} WITH INHERIT FALSE, SET TRUE;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
    AND has_function_privilege('clientele_app', p.oid, 'EXECUTE')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ${name}', f);
  END LOOP;
  GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO ${name};
END $$`;

/** Whether the database refused its login a right (42501), by the driver's own error or a wrapped one. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === '42501') || isRefused(error.cause));
