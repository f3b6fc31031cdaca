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
      reason:
        'Count how often the connection was lost, so that nothing of before is carried on after it; let it be given up.',
      find: '    end,\n    count: 0,\n    id\n  }',
      put: '    end,\n    abandon() {\n      socket && socket.destroy()\n    },\n    check(ms) {\n      (query || sent.length) && performance.now() - connection.heard > ms && connection.abandon()\n    },\n    heard: 0,\n    count: 0,\n    generation: 0,\n    id\n  }',
    },
    {
      reason: 'Know when the database was heard last, so that a silent connection can be given up.',
      find: '  function data(x) {\n',
      put: '  function data(x) {\n    connection.heard = performance.now()\n',
    },
    {
      reason: 'The wait begins with the first query.',
      find: ': (query = q, query.active = true)\n',
      put: ': (query = q, query.active = true, connection.heard = performance.now())\n',
    },
    {
      reason: 'A statement of a transaction is not sent again behind its end.',
      find: '          : query.prepared && retryRoutines.has(errorResponse.routine)\n            ? retry(query, errorResponse)\n',
      put: '          : query.prepared && retryRoutines.has(errorResponse.routine)\n            ? connection.reserved\n              ? (delete statements[query.signature], errored(errorResponse))\n              : retry(query, errorResponse)\n',
    },
    {
      reason:
        'A statement may bring others that go before it in the same message: when one fails, none after it is run.',
      find: '    return q.options.simple\n      ? b().Q()',
      put: "    return q.options.ahead\n      ? (q.early = q.options.ahead.length, Buffer.concat([...q.options.ahead.map(early), statement(q)]))\n      : statement(q)\n  }\n\n  function early({ text, parameters, prepare }) {\n    const isKept = prepare && options.prepare\n    const known = isKept && earlier.get(text)\n    const name = known || (isKept ? statementId + statementCount++ : '')\n    name && earlier.set(text, name)\n    return Buffer.concat([\n      known ? Buffer.alloc(0) : Parse(text, parameters, [], name),\n      Bind(parameters, [], name),\n      b().E().str(b.N).i32(0).end()\n    ])\n  }\n\n  function statement(q) {\n    return q.options.simple\n      ? b().Q()",
    },
    {
      reason: 'The same: those of them that the connection has prepared.',
      find: '    , statements = {}\n',
      put: '    , statements = {}\n    , earlier = new Map()\n',
    },
    {
      reason: 'The same: what they answer is nobody’s.',
      find: '    let index = 7\n    let length\n    let column\n    let value\n\n',
      put: '    if (query.early)\n      return\n    let index = 7\n    let length\n    let column\n    let value\n\n',
    },
    {
      reason: 'The same: one is done, the next follows.',
      find: '    rows = 0\n\n    for (let i = x.length - 1; i > 0; i--) {\n',
      put: '    if (query.early)\n      return query.early--\n    rows = 0\n\n    for (let i = x.length - 1; i > 0; i--) {\n',
    },
    {
      reason: 'The same: one that failed is made anew.',
      find: '      errorResponse = Errors.postgres(parseError(x))\n',
      put: '      errorResponse = Errors.postgres(parseError(x))\n      query.early && earlier.clear()\n',
    },
    {
      reason:
        'The same, at the beginning of a transaction, whose connection must be known however the statement is sent.',
      find: '      return write(toBuffer(q))\n        && !q.describeFirst\n        && !q.cursorFn\n        && sent.length < max_pipeline\n        && (!q.options.onexecute || q.options.onexecute(connection))\n',
      put: '      const isTaken = write(toBuffer(q))\n      return (!q.options.onexecute || q.options.onexecute(connection))\n        && isTaken\n        && !q.describeFirst\n        && !q.cursorFn\n        && sent.length < max_pipeline\n',
    },
    {
      reason: 'A text that has a short name is known by it: to look a long one up costs as much as to send it.',
      find: 'q.signature = q.prepare && types + string',
      put: "q.signature = q.prepare && types + (typeof q.prepare === 'string' ? q.prepare : string)",
    },
    {
      reason: 'A COPY that fails after its last row was sent tells so, instead of never ending.',
      find: '    stream && (stream.destroy(err), stream = null)\n    query && queryError(query, err)\n',
      put: '    stream && (stream.destroy(err), stream = null)\n    final && (final(err), final = null)\n    query && queryError(query, err)\n',
    },
    {
      reason: 'A server that hangs up on a greeting is not called again and again for as long as somebody waits.',
      find: '    if (initial)\n      return reconnect()\n',
      put: '    if (initial && options.host.length > 1)\n      return reconnect()\n',
    },
    {
      reason: 'Keep nothing of a lost connection: not its unsent bytes, its timer, its half-read answer or its query.',
      find: "    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
      put: "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    earlier.clear()\n    connection.generation++\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
    },
    {
      reason: 'Refuse every query of a lost connection, whatever the reason of the loss.',
      find: "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
      put: "    ;(query || initial || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n    query = results = errorResponse = stream = null\n    result = new Result()\n",
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
      reason: 'Let the pool look after its connections.',
      find: '    PostgresError,\n    options,\n    reserve,\n',
      put: '    PostgresError,\n    options,\n    connections,\n    reserve,\n',
    },
    {
      reason:
        'Let the pool say which statements are prepared: what is not costs two round trips, and a plan each time.',
      find: '    function unsafe(string, args = [], options = {}) {\n',
      put: '    function prepares(x) {\n      return options.prepares ? options.prepares(x) : null\n    }\n\n    function unsafe(string, args = [], options = {}) {\n',
    },
    {
      reason: 'The same, where statements are made.',
      find: '        prepare: false,\n        ...options,\n        simple:',
      put: '        ...options,\n        prepare: options.prepare || prepares(string),\n        simple:',
    },
    {
      reason: 'A transaction may begin with statements that travel in one message, the last of which is answered.',
      find: "      await sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], { onexecute }).execute()\n      return await Promise.race([\n        scope(connection, fn),\n",
      put: "      const told = options.text\n        ? await sql.unsafe(options.text, options.parameters, { ...options, simple: false, onexecute }).values().catch(e => {\n          if (connection && connection.generation === generation && connection.reserved === mine)\n            return scope(connection, () => { throw e })\n          throw e\n        })\n        : await sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], { onexecute }).execute()\n      return await Promise.race([\n        scope(connection, sql => fn(sql, told)),\n",
    },
    {
      reason: 'A transaction ends with its connection: its statements never run on the next one.',
      find: '      , connection\n      , prepare = null\n',
      put: '      , connection\n      , mine\n      , generation\n      , last\n      , ended = false\n      , prepare = null\n',
    },
    {
      reason: 'The same, where the connection becomes known.',
      find: '      connection = c\n      move(c, reserved)\n',
      put: '      connection = c\n      generation = c.generation\n      move(c, reserved)\n',
    },
    {
      reason: 'The same, to know whether the connection is still this transaction’s.',
      find: '      c.reserved = () => queries.length\n',
      put: '      mine = c.reserved = () => queries.length\n',
    },
    {
      reason: 'The same, where each statement is handed over.',
      find: '        q.catch(e => uncaughtError || (uncaughtError = e))\n        c.queue === full',
      put: "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (c.generation !== generation)\n          return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n        if (ended)\n          return q.reject(Errors.generic('TRANSACTION_ENDED', 'The transaction has ended'))\n        ended = q === last\n        c.queue === full",
    },
    {
      reason: 'A statement that comes after the end never runs on what the connection does next.',
      find: '          : await sql`commit`\n',
      put: '          : await (last = sql`commit`)\n',
    },
    {
      reason: 'The same, after a rollback.',
      find: '          : sql`rollback`\n',
      put: '          : (last = sql`rollback`)\n',
    },
    {
      reason: 'The same, for the statements that wait to be handed over.',
      find: '        new Promise((_, reject) => connection.onclose = reject)\n',
      put: '        new Promise((_, reject) => connection.onclose = e => {\n          while (queries.length)\n            queries.shift().reject(e)\n          reject(e)\n        })\n',
    },
    {
      reason: 'A savepoint is not waited for: what follows it on the connection fails if it fails.',
      find: '      name && await sql`savepoint ',
      put: '      const ahead = (...x) => sql(...x).execute()\n      name && ahead`savepoint ',
    },
    {
      reason: 'Let a transaction be given up with its connection.',
      find: '      sql.savepoint = savepoint\n',
      put: '      sql.savepoint = savepoint\n      sql.abandon = () => c.generation === generation && c.abandon()\n',
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

/** The last line names the file where it is told where an error arose, instead of all of its text. */
const inMemory = (file: string, text: string) =>
  `data:text/javascript;base64,${Buffer.from(`${text}\n//# sourceURL=postgres/${file}`).toString('base64')}`;

/** postgres.js, mended. */
export const postgres = await load();

async function load(): Promise<typeof import('postgres')> {
  const mendedConnection = inMemory(connection.file, mended(connection));
  const module = await import(inMemory(index.file, mended(index, { './connection.js': mendedConnection })));
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
): Promise<readonly (string | null)[][]> {
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
