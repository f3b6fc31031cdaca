import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Mend, mends } from './mends.ts';

const folder = join(dirname(fileURLToPath(import.meta.resolve('postgres'))));

/** The mended text of one of the driver's files, its own imports made absolute. */
function mended({ file, sha256, places }: Mend, replaced: Readonly<Record<string, string>>): string {
  const source = readFileSync(join(folder, file), 'utf8');
  if (createHash('sha256').update(source).digest('hex') !== sha256) {
    throw new Error(
      `The database driver is not postgres 3.4.9 as Clientele knows it (${file}). Run npm ci, which installs that release.`,
    );
  }
  let text = source;
  for (const { find, put, reason } of places) {
    if (text.split(find).length !== 2) throw new Error(`The database driver cannot be mended: ${reason}`);
    text = text.replace(find, () => put);
  }
  return text.replaceAll(
    /from '(\.\/[^']+)'/g,
    (_, path: string) => `from '${replaced[path] ?? pathToFileURL(join(folder, path)).href}'`,
  );
}

/** The last line names the file where it is told where an error arose, instead of all of its text. */
const inMemory = (file: string, text: string) =>
  `data:text/javascript;base64,${Buffer.from(`${text}\n//# sourceURL=postgres/${file}`).toString('base64')}`;

/** postgres.js, mended. */
export const postgres = await load();

async function load(): Promise<typeof import('postgres')> {
  const replaced: Record<string, string> = {};
  let address = '';
  for (const mend of mends) {
    address = inMemory(mend.file, mended(mend, replaced));
    replaced[`./${mend.file}`] = address;
  }
  const module: { default: typeof import('postgres') } = await import(address);
  return module.default;
}

/** The driver's types, so that nobody else names the package. */
export type Sql = import('postgres').Sql;
export type TransactionSql = import('postgres').TransactionSql;
/** A statement as text. */
export interface Statement {
  text: string;
  parameters: readonly (string | number | null)[];
  /** Whether the connection keeps it prepared; a short name of the text, where it has one, stands for it. */
  prepare: boolean | string;
}

/** What every pool of a server has in common: types are known, a database that came back is found at once. */
export const poolOptions = {
  // Asking for types raises unhandled rejections whenever a connection is reset.
  fetch_types: false,
  connect_timeout: 3,
  // Seconds until the next try to connect; the driver's own grow to 20, counted over all connections.
  backoff: () => 0.05 + Math.random() * 0.1,
  idle_timeout: 60,
  onnotice() {},
};

/**
 * The rows' values of a statement behind its wall: what goes before it. All travel in one message and are one transaction, of which
 * nothing else is part: if the wall fails, the statement is not run.
 */
export async function behindWall(
  sql: Sql,
  wall: readonly Statement[],
  { text, parameters, prepare }: Statement,
): Promise<(string | null)[][]> {
  // Without parameters the driver would take the simple protocol, whose end does not end the wall's transaction.
  const options: object = { prepare, ahead: wall, simple: false };
  return (await sql.unsafe(text, [...parameters], options).values()) as unknown as (string | null)[][];
}

/**
 * A transaction that begins with these statements: all travel in one message, and when one fails none after it is run. `work` is told
 * the rows' values of the last.
 */
export function beginWith<T>(
  sql: Sql,
  statements: readonly Statement[],
  work: (sql: TransactionSql, told: readonly (string | null)[][]) => Promise<T>,
): Promise<T> {
  const begin = sql.begin as unknown as (options: object, fn: typeof work) => Promise<T>;
  return begin({ ...statements.at(-1), ahead: statements.slice(0, -1) }, work);
}

/** Lets a pool prepare the statements that this has a name for; of itself it prepares none that comes as text. */
export function prepareWhere(sql: Sql, nameOf: (text: string) => string | null): void {
  Object.assign(sql.options, { prepares: nameOf });
}

/** Gives up a transaction at once, with its connection: the database rolls it back, whoever waits for a statement is refused. */
export function abandon(sql: TransactionSql): void {
  (sql as TransactionSql & { abandon(): void }).abandon();
}

/**
 * Gives up every connection of the pool on which something was asked and nothing heard for `ms`: the network fell silent, and
 * the kernel would wait for a quarter of an hour. Ends with the returned function.
 */
export function giveUpSilent(sql: Sql, ms: number): () => void {
  const { connections } = sql as Sql & { connections: readonly { check(ms: number): void }[] };
  const timer = setInterval(() => {
    for (const connection of connections) connection.check(ms);
  }, 250).unref();
  return () => clearInterval(timer);
}

/** Whether the connection was lost after it had been made. */
export function isCut(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at) return at.code === 'CONNECTION_CLOSED' || at.code === 'ECONNRESET' || at.code === 'EPIPE';
  }
  return false;
}

/** Whether PostgreSQL itself said no, as opposed to the connection. */
export function isDatabaseError(error: unknown): error is { code: string } & Error {
  return error instanceof postgres.PostgresError;
}
