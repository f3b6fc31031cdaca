import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../server.ts';
import type { Listened } from './listen.ts';

/** Answers on a port for which there is no server yet. */
export interface Anteroom extends Required<Listened> {
  /** From now on the server answers, also those who wait. */
  open(server: Server): void;
}

const starting = { status: 'not ready', reason: 'the server is starting: it waits for its database' };

/**
 * Until there is a server: the process lives, it is not ready, and whoever asks for more waits for `patience` milliseconds, then
 * is told to come again.
 */
export function openAnteroom(patience = 9_000): Anteroom {
  let server: Server | null = null;
  let arrived: (server: Server) => void = () => {};
  const arriving = new Promise<Server>((resolve) => {
    arrived = resolve;
  });
  const wait = () => server ?? Promise.race([arriving, sleep(patience, null, { ref: false })]);
  const comeAgain = () => Response.json(starting, { status: 503, headers: { 'Retry-After': '2' } });

  return {
    async fetch(request, from) {
      if (server === null) {
        const { pathname } = new URL(request.url);
        if (pathname === '/livez') return Response.json({ status: 'live' });
        if (pathname === '/readyz') return comeAgain();
      }
      const there = await wait();
      return there === null ? comeAgain() : there.fetch(request, from);
    },
    node(incoming: IncomingMessage, outgoing: ServerResponse) {
      void Promise.resolve(wait()).then((there) => {
        if (there !== null) there.node(incoming, outgoing);
        else outgoing.writeHead(503, { 'Retry-After': '2' }).end();
      });
    },
    open(made) {
      server = made;
      arrived(made);
    },
  };
}
