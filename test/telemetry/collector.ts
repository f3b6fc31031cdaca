import assert from 'node:assert/strict';
import { createServer } from 'node:http';

interface Value {
  stringValue?: string;
  intValue?: number | string;
}

/** A span as it came over the wire: OTLP in JSON. */
export interface Received {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  /** 2 error. */
  status: { code?: number };
  attributes: Record<string, string | number | undefined>;
}

const flat = (attributes: { key: string; value: Value }[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** Somebody's collector: takes what OTLP over HTTP sends, and keeps it. */
export async function startCollector() {
  const bodies: string[] = [];
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    paths.push(`${request.method} ${request.url} ${request.headers['content-type']} ${request.headers['x-team']}`);
    bodies.push(Buffer.concat(parts).toString('utf8'));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const resources = () => bodies.flatMap((body) => JSON.parse(body).resourceSpans);
  return {
    url: `http://127.0.0.1:${address.port}`,
    bodies,
    paths,
    resource: () => flat(resources()[0]?.resource.attributes ?? []),
    spans: (): Received[] =>
      resources()
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans)
        .map((span) => ({ ...span, attributes: flat(span.attributes) })),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
