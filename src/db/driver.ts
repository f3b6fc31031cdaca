import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The driver, postgres 3.4.9, with its handling of a lost connection mended. As published, a connection that is reset may
 * end the process, keep bytes of the old connection for the new one, hand an answer to another query, and even report a
 * write as done. The two files are read, checked against the hashes of that very release, changed in the places below and
 * loaded from memory: nothing is written, so it holds wherever the package lies and whether install scripts ran or not.
 */
interface Mend {
  file: string;
  sha256: string;
  places: readonly { reason: string; find: string; put: string }[];
}

const connection: Mend = {
  file: 'connection.js',
  sha256: 'ee3a218d9aa6a6f2887c1a19da50009335fe84c11a5431d5cab72d6bc528632f',
  places: [
    {
      reason: 'Count how often the connection was lost, so that a transaction of before is not carried on after it.',
      find: '    end,\n    count: 0,\n    id\n  }',
      put: '    end,\n    count: 0,\n    generation: 0,\n    id\n  }',
    },
    {
      reason: 'Keep nothing of a lost connection: not its unsent bytes, its timer, its half-read answer or its query.',
      find: "    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
      put: "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    connection.generation++\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
    },
    {
      reason: 'Refuse every query of a lost connection, whatever the reason of the loss.',
      find: "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      put: "    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n    query = results = errorResponse = stream = null\n    result = new Result()\n",
    },
    {
      reason: 'A write that was put off finds no socket any more: refuse its queries instead of ending the process.',
      find: '    const x = socket.write(chunk, fn)\n',
      put: "    if (socket === null) {\n      nextWriteTimer !== null && clearImmediate(nextWriteTimer)\n      chunk = nextWriteTimer = null\n      error(Errors.connection('CONNECTION_CLOSED', options, socket))\n      query = null\n      return true\n    }\n    const x = socket.write(chunk, fn)\n",
    },
  ],
};

const index: Mend = {
  file: 'index.js',
  sha256: '4e21f5733e70d79cffc10d10d4ef01031de4a9ac862210e43f8870029fd103ed',
  places: [
    {
      reason: 'A transaction ends with its connection: its statements never run on the next one.',
      find: '      const sql = Sql(handler)\n      sql.savepoint = savepoint\n',
      put: '      const generation = c.generation\n      const sql = Sql(handler)\n      sql.savepoint = savepoint\n',
    },
    {
      reason: 'The same, where each statement is handed over.',
      find: '        q.catch(e => uncaughtError || (uncaughtError = e))\n        c.queue === full',
      put: "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (c.generation !== generation)\n          return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n        c.queue === full",
    },
    {
      reason: 'A reserved connection ends with its socket too.',
      find: '    const sql = Sql(handler)\n    sql.release = () => {',
      put: '    const generation = c.generation\n    const sql = Sql(handler)\n    sql.release = () => {',
    },
    {
      reason: 'The same, where each statement is handed over.',
      find: '    function handler(q) {\n      c.queue === full',
      put: "    function handler(q) {\n      if (c.generation !== generation)\n        return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n      c.queue === full",
    },
  ],
};

const folder = join(dirname(fileURLToPath(import.meta.resolve('postgres'))));

/** The mended text of one of the driver's files, its own imports made absolute. */
function mended({ file, sha256, places }: Mend, replaced: Readonly<Record<string, string>> = {}): string {
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

const inMemory = (text: string) => `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;

/** postgres.js, mended. */
export const postgres = await load();

async function load(): Promise<typeof import('postgres')> {
  const module = await import(inMemory(mended(index, { './connection.js': inMemory(mended(connection)) })));
  return module.default;
}

/** The driver's types, so that nobody else names the package. */
export type Sql = import('postgres').Sql;
export type TransactionSql = import('postgres').TransactionSql;

/** Whether PostgreSQL itself said no, as opposed to the connection. */
export function isDatabaseError(error: unknown): error is { code: string } & Error {
  return error instanceof postgres.PostgresError;
}
