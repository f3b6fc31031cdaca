import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { isIssuerPath } from '../auth/issuer/index.ts';
import { failure } from '../failure.ts';
import { openNotes } from '../notes.ts';

/** What is put on the network. */
export interface Listened {
  fetch(request: Request, from: { rawTarget: string; remoteAddress: string | undefined }): Promise<Response>;
  /** Answers the issuer's paths itself, below the fetch interface; absent: fetch answers them too. */
  node?: ((incoming: IncomingMessage, outgoing: ServerResponse) => void) | undefined;
}

/** A port that is being listened on. */
export interface Listening {
  port: number;
  /**
   * Ends each connection after its answer; after `pause` milliseconds, in which load balancers look elsewhere, takes no more.
   * What has begun is answered, for at most `patience` milliseconds.
   */
  drain(patience?: number, pause?: number): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  /** How many ports after a taken one may be tried. */
  furtherPorts: number;
  /** Told when another port was taken. */
  say(line: string): void;
}

function bind(server: Server, host: string, port: number): Promise<'bound' | 'taken'> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening);
      if (error.code === 'EADDRINUSE') resolve('taken');
      else if (error.code === 'EACCES') reject(failure(`Port ${port} needs privileges.`, 'Set PORT to 1024 or more.'));
      else
        reject(failure(`Cannot listen on ${host}:${port} (${error.code}).`, 'Set HOST to an address of this machine.'));
    };
    const onListening = () => {
      server.off('error', onError);
      resolve('bound');
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen({ host, port });
  });
}

/** Path and query as they came; a proxy may have put the server before them (RFC 9112, 3.2.2). */
function targetOf({ url = '/' }: { url?: string | undefined }): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '');
  return target.startsWith('/') ? target : `/${target}`;
}

/**
 * Programs of old search a redirect's headers for `Set-Cookie` in these very letters (contracts, 4.1); a Response has small ones
 * alone.
 */
function spellCookies(response: Response, set: (name: string, values: string[]) => unknown): Response {
  const cookies = response.status === 302 ? response.headers.getSetCookie() : [];
  if (cookies.length === 0) return response;
  set('Set-Cookie', cookies);
  response.headers.delete('set-cookie');
  return response;
}

/**
 * Listens. When the port is taken, the next ones are tried, aloud, as far as allowed. Throws a failure.
 * Times: 10 s for headers, 30 s for a whole request, 65 s for an idle connection (longer than a load balancer's 60).
 */
export async function listen(app: Listened, options: ListenOptions): Promise<Listening> {
  let isDraining = false;
  const sockets = new Set<Socket>();
  // No set of answers: one that many are put into and taken from at once keeps them until all of the heap is collected.
  const underWay = openNotes<Socket, ServerResponse | null>();
  const answer = getRequestListener((request, { incoming, outgoing }) => {
    const answering = app.fetch(request, {
      rawTarget: targetOf(incoming),
      remoteAddress: incoming.socket?.remoteAddress,
    });
    // Nearly all: who has a credential gets no cookie.
    if (incoming.headers.authorization !== undefined) return answering;
    return answering.then((response) => spellCookies(response, (name, values) => outgoing.setHeader(name, values)));
  });
  const server = createHttpServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 2_000 },
    (incoming, outgoing) => {
      const { socket } = incoming;
      underWay.write(socket, outgoing);
      outgoing.once('close', () => {
        if (underWay.of(socket) === outgoing) underWay.write(socket, null);
      });
      if (isDraining) outgoing.shouldKeepAlive = false;
      if (app.node !== undefined && isIssuerPath(targetOf(incoming).split('?')[0] ?? '')) app.node(incoming, outgoing);
      else void answer(incoming, outgoing);
    },
  );

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  let port = options.port;
  while ((await bind(server, options.host, port)) === 'taken') {
    if (port >= Math.min(options.port + options.furtherPorts, 65_535)) {
      throw failure(
        options.furtherPorts === 0
          ? `Port ${options.port} is in use.`
          : `The ports ${options.port} to ${port} are in use.`,
        'Stop what uses it, or set PORT to another one.',
      );
    }
    port += 1;
  }
  const address = server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
  if (options.port !== 0 && port !== options.port)
    options.say(`Port ${options.port} is in use: listening on ${port} instead.`);

  return {
    port,
    drain: async (patience = 12_000, pause = 0) => {
      isDraining = true;
      for (const socket of sockets) {
        const outgoing = underWay.of(socket);
        if (outgoing) outgoing.shouldKeepAlive = false;
      }
      if (pause > 0) await sleep(pause);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const late = sleep(patience, undefined, { ref: false });
      await Promise.race([closed, late]);
      clearInterval(sweep);
      server.closeAllConnections();
    },
  };
}
