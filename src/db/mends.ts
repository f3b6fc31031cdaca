/**
 * The driver, postgres 3.4.9, with its handling of a lost connection mended. As published, a connection that is reset may
 * end the process, keep bytes of the old connection for the new one, hand an answer to another query, and even report a
 * write as done. The files are read, checked against the hashes of that very release, changed in the places below and
 * loaded from memory: nothing is written, so it holds wherever the package lies and whether install scripts ran or not.
 */
export interface Mend {
  file: string;
  sha256: string;
  places: readonly { reason: string; find: string; put: string }[];
}

/** How a connection speaks. */
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
      reason:
        'Read into room of the connection’s own, where a message is whole however it comes: each piece of 64 kB took new memory, and a long answer was put together in memory again.',
      find: '        : new net.Socket()\n',
      put: '        : new net.Socket(ssl ? {} : { onread: { buffer: () => room.subarray(filled), callback: read } })\n',
    },
    {
      reason: 'The same: what was read is handed on message by message; what is left stands at the beginning.',
      find: '  async function connect() {\n',
      put: '  function read(n) {\n    connection.heard = performance.now()\n    filled += n\n    let at = 0\n    let end\n    while (filled - at > 4 && (end = at + 1 + room.readUInt32BE(at + 1)) <= filled) {\n      take(room.subarray(at, end))\n      at = end\n    }\n    at && room.copyWithin(0, at, filled)\n    filled -= at\n    const needed = filled > 4 ? 1 + room.readUInt32BE(1) : 0\n    if (needed > room.length || (needed === 0 && room.length > 1048576)) {\n      const next = Buffer.allocUnsafeSlow(Math.max(Math.min(needed, 2 * room.length), 65536))\n      room.copy(next, 0, 0, filled)\n      room = next\n    }\n  }\n\n  async function connect() {\n',
    },
    {
      reason: 'The same, of one message, as it is handed on where it comes in memory of its own.',
      find: '      try {\n        handle(incoming.subarray(0, length + 1))\n      } catch (e) {\n        query && (query.cursorFn || query.describeFirst) && write(Sync)\n        errored(e)\n      }\n',
      put: '      take(incoming.subarray(0, length + 1))\n',
    },
    {
      reason: 'The same.',
      find: '  function data(x) {\n    connection',
      put: '  function take(x) {\n    try {\n      handle(x)\n    } catch (e) {\n      query && (query.cursorFn || query.describeFirst) && write(Sync)\n      errored(e)\n    }\n  }\n\n  function data(x) {\n    connection',
    },
    {
      reason: 'The same: the room is used again, so what outlives its message is copied.',
      find: 'stream.push(x.subarray(5))',
      put: 'stream.push(Buffer.from(x.subarray(5)))',
    },
    {
      reason: 'Listen again behind a COPY whose last chunk waited for its reader.',
      find: '    stream && stream.push(null)\n    stream = null\n',
      put: '    stream && (socket.resume(), stream.push(null))\n    stream = null\n',
    },
    {
      reason: 'The same: room, and how much of it is filled.',
      find: '    , incoming = Buffer.alloc(0)\n',
      put: '    , incoming = Buffer.alloc(0)\n    , room = Buffer.allocUnsafeSlow(65536)\n    , filled = 0\n',
    },
    {
      reason: 'The same: nothing of a lost connection is left in it.',
      find: '  async function closed(hadError) {\n    incoming = Buffer.alloc(0)\n',
      put: '  async function closed(hadError) {\n    incoming = Buffer.alloc(0)\n    filled = 0\n',
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
      reason:
        'What is sent goes at once: a statement that follows one without an answer waited up to 40 ms for the kernel’s word that the first was received.',
      find: "    x.on('drain', drain)\n    return x\n",
      put: "    x.on('drain', drain)\n    x.setNoDelay && x.setNoDelay(true)\n    return x\n",
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

/** The pool, its statements and transactions. */
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
      put: '      , connection\n      , mine\n      , lose = () => {}\n      , generation\n      , last\n      , ended = false\n      , prepare = null\n',
    },
    {
      reason: 'The same, where the connection becomes known, and for the statements that wait to be handed over.',
      find: '      connection = c\n      move(c, reserved)\n',
      put: '      connection = c\n      generation = c.generation\n      c.onclose = lost\n      move(c, reserved)\n\n      function lost(e) {\n        while (queries.length)\n          queries.shift().reject(e)\n        lose(e)\n      }\n',
    },
    {
      reason: 'The same, to know whether the connection is still this transaction’s.',
      find: '      c.reserved = () => queries.length\n        ? c.execute(queries.shift())\n        : move(c, reserved)\n',
      put: '      mine = c.reserved = next\n\n      function next() {\n        return queries.length\n          ? c.execute(queries.shift())\n          : move(c, reserved)\n      }\n',
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
      reason: 'The same, from the beginning on: nothing waits for a connection that was lost while it began.',
      find: '        new Promise((_, reject) => connection.onclose = reject)\n',
      put: '        new Promise((_, reject) => lose = reject)\n',
    },
    {
      reason: 'A savepoint is not waited for: what follows it on the connection fails if it fails.',
      find: '      name && await sql`savepoint ',
      put: '      const ahead = (...x) => sql(...x).execute()\n      name && ahead`savepoint ',
    },
    {
      reason: 'Let a transaction be given up with its connection. None is prepared.',
      find: '      sql.savepoint = savepoint\n      sql.prepare = x => prepare = x.replace(/[^a-z0-9$-_. ]/gi)\n',
      put: '      sql.savepoint = savepoint\n      sql.abandon = abandon\n',
    },
    {
      reason: 'The same.',
      find: '      function savepoint(name, fn) {\n',
      put: '      function abandon() {\n        return c.generation === generation && c.abandon()\n      }\n\n      function savepoint(name, fn) {\n',
    },
  ],
};

/** Lines of connections and of statements. */
const queue: Mend = {
  file: 'queue.js',
  sha256: '15e6345adb6708bf3b99ad39fc2231c2fb61de5f6cba4b7a7a6be881482a4ec3',
  places: [
    {
      reason:
        'Keep no place of what has left: as long as a pool has an idle connection, its line grew by one with each statement, and each searched all of it.',
      find: '      const out = xs[index++]\n\n      if (index === xs.length) {\n        index = 0\n        xs = []\n      } else {\n        xs[index - 1] = undefined\n      }\n\n      return out\n',
      put: '      return xs.shift()\n',
    },
  ],
};

/** A statement, and the promise of what it brings. */
const query: Mend = {
  file: 'query.js',
  sha256: '67c45a5151032aa46b587abc15381fe4efd97c696e5c1b53082b8161309c4ee2',
  places: [
    {
      reason:
        'Let a statement that was answered be garbage at once: V8 takes a function that is written straight into a property for one of many years, and gives it, and all that it holds, a place among the old.',
      find: '\n    this.resolve = x => (this.active = false, resolve(x))\n    this.reject = x => (this.active = false, reject(x))\n',
      put: '\n    const resolved = x => (this.active = false, resolve(x))\n    const rejected = x => (this.active = false, reject(x))\n    this.resolve = resolved\n    this.reject = rejected\n',
    },
  ],
};

/** What looks for statements among values. */
const types: Mend = {
  file: 'types.js',
  sha256: '1883bd4536eab1c94b9e708d325b13708b0f18ec80020e3a825f34a72f603b81',
  places: [],
};

/** Each file after those that it imports; the last is the driver. */
export const mends: readonly Mend[] = [queue, query, types, connection, index];
