import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request as ask } from 'node:http';
import { join } from 'node:path';
import type { Server, ServerOptions } from '../../src/server.ts';
import { createServer } from '../../src/server.ts';

/** Where a fleet's processes find the database: set by `npm run test:fleet`. */
const poolerUrl = process.env.CLIENTELE_TEST_FLEET;
const size = 3;

/**
 * The server of a test: in this process; in `npm run test:fleet` three processes behind a pooler, asked one after the other over
 * HTTP.
 */
export async function testServer(options: ServerOptions, ring: string): Promise<Server> {
  const own = createServer(options);
  if (poolerUrl === undefined) return own;
  const { env, checkReplies } = options;
  const members = await Promise.all(
    Array.from({ length: size }, async () => {
      const child = fork(join(import.meta.dirname, 'member.ts'));
      child.send({ url: poolerUrl, ring, settings: { env, checkReplies } });
      const [port] = await once(child, 'message');
      return { child, port: Number(port) };
    }),
  );
  let turn = 0;
  return {
    ...own,
    fetch: (request, from) => send(request, members[turn++ % size]?.port ?? 0, from?.rawTarget),
    async close() {
      for (const { child } of members) child.disconnect();
      await own.close();
    },
  };
}

/** The same request over the network, byte by byte; from elsewhere, as proxies say it. */
async function send(request: Request, port: number, rawTarget?: string): Promise<Response> {
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const headers = { ...Object.fromEntries(request.headers), host: url.host, 'x-forwarded-for': '192.0.2.1' };
  return await new Promise<Response>((resolve, reject) => {
    const path = rawTarget === undefined || rawTarget === url.pathname ? url.pathname + url.search : rawTarget;
    const { method } = request;
    const asked = ask({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part);
      const told = new Headers();
      for (let at = 0; at < answer.rawHeaders.length; at += 2)
        told.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
      const status = answer.statusCode ?? 0;
      const isBare = status === 204 || status === 304;
      resolve(new Response(isBare ? null : Buffer.concat(parts), { status, headers: told }));
    });
    asked.once('error', reject);
    asked.end(body.length > 0 ? body : undefined);
  });
}
