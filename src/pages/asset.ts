import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packageRoot } from '../env.ts';

const compress = promisify(gzip);

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.graphql': 'text/plain; charset=utf-8',
};

/** Files of the pages: those of `assets/`, and the playground's, which are taken out of their package when first asked for. */
export interface Assets {
  /** The file at this path, or null when there is none. */
  answer(request: Request, path: string): Promise<Response> | null;
}

interface Kept {
  text: string;
  zipped: Buffer;
  tag: string;
}

/** The playground's files, by the name they are served under. */
const bundled: Readonly<Record<string, string>> = {
  'graphiql.js': 'js',
  'graphiql.css': 'css',
  'worker-editor.js': 'editorWorkerService',
  'worker-json.js': 'jsonWorker',
  'worker-graphql.js': 'graphqlWorker',
};

// Nine megabytes that a server without visitors never reads.
async function fromBundle(member: string): Promise<string> {
  const bundle: Record<string, unknown> = await import(
    new URL('./graphiql.js', import.meta.resolve('@graphql-yoga/render-graphiql')).href
  );
  return String(bundle[member] ?? '');
}

/** Opens the files. A browser asks again each time and is told when it has them already. */
export function openAssets(): Assets {
  const folder = join(packageRoot, 'assets');
  const sources = new Map<string, () => string | Promise<string>>([
    ...readdirSync(folder).map((name) => [`/assets/${name}`, () => readFileSync(join(folder, name), 'utf8')] as const),
    ...Object.entries(bundled).map(([name, member]) => [`/assets/${name}`, () => fromBundle(member)] as const),
    ['/schema.graphql', () => readFileSync(join(packageRoot, 'schema.graphql'), 'utf8')],
  ]);
  const kept = new Map<string, Promise<Kept>>();

  async function keep(read: () => string | Promise<string>): Promise<Kept> {
    const text = await read();
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
    return { text, tag, zipped: await compress(text) };
  }

  async function send({ headers }: Request, path: string, reading: Promise<Kept>): Promise<Response> {
    const { text, tag, zipped } = await reading;
    const type = types[extname(path)] ?? 'application/octet-stream';
    const common = { ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding', 'Content-Type': type };
    if (headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers: common });
    if (!/\bgzip\b/.test(headers.get('accept-encoding') ?? '')) return new Response(text, { headers: common });
    return new Response(new Uint8Array(zipped), { headers: { ...common, 'Content-Encoding': 'gzip' } });
  }

  return {
    answer(request, path) {
      const read = sources.get(path);
      if (!read) return null;
      const reading = kept.get(path) ?? keep(read);
      kept.set(path, reading);
      return send(request, path, reading);
    },
  };
}
