import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const src = resolve('src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Every import of every source file: from, to (a path below src, or a package's name). */
const imports = files.flatMap((file) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/^(?:import|export)\s(?:[^'";]*?from\s)?'([^']+)'/gms)].map(
    ([, to = '']) => ({
      from: file,
      to: to.startsWith('.') ? relative(src, resolve(dirname(join(src, file)), to)) : to,
    }),
  ),
);

/** `rest-compat/riverty/customers.ts` → `rest-compat`; a file in src itself is a room of its own. */
const room = (path: string) => path.split('/')[0] ?? path;
const offenders = (isWrong: (edge: { from: string; to: string }) => boolean) =>
  imports.filter(isWrong).map(({ from, to }) => `${from} imports ${to}`);

describe('who may import whom', () => {
  it('has read the imports', () => assert.ok(imports.length > 300));

  it('rest-compat imports errors and the words of a caller, and nothing else of ours', () => {
    const allowed = new Set(['errors.ts', 'auth/caller.ts']);
    assert.deepEqual(
      offenders(
        ({ from, to }) =>
          room(from) === 'rest-compat' && to.endsWith('.ts') && room(to) !== 'rest-compat' && !allowed.has(to),
      ),
      [],
    );
  });

  it('no dialect imports another', () => {
    const dialect = (path: string) => /^rest-compat\/(riverty|connect|valomnia|worldline)\//.exec(path)?.[1];
    assert.deepEqual(
      offenders(({ from, to }) => Boolean(dialect(from) && dialect(to) && dialect(from) !== dialect(to))),
      [],
    );
  });

  it('schema, plan, db, domain, directory, auth and values never import a dialect', () => {
    const below = new Set(['schema', 'plan', 'db', 'domain', 'directory', 'auth', 'values']);
    assert.deepEqual(
      offenders(({ from, to }) => below.has(room(from)) && room(to) === 'rest-compat'),
      [],
    );
  });

  it('db imports nothing above it', () => {
    const above = new Set([
      'schema',
      'plan',
      'domain',
      'directory',
      'auth',
      'server.ts',
      'operation.ts',
      'cli',
      'seed',
    ]);
    assert.deepEqual(
      offenders(({ from, to }) => room(from) === 'db' && above.has(room(to))),
      [],
    );
  });

  it('domain imports db, errors, values, vault and pictures alone', () => {
    const above = new Set([
      'schema',
      'plan',
      'directory',
      'auth',
      'rest-compat',
      'server.ts',
      'operation.ts',
      'cli',
      'seed',
    ]);
    assert.deepEqual(
      offenders(({ from, to }) => room(from) === 'domain' && above.has(room(to))),
      [],
    );
  });

  it('nothing imports main', () =>
    assert.deepEqual(
      offenders(({ to }) => to === 'main.ts'),
      [],
    ));

  it('postgres.js stands in db alone, Yoga in the server, the router in the server and the REST handler', () => {
    assert.deepEqual(
      offenders(
        ({ from, to }) =>
          (to === 'postgres' && room(from) !== 'db') ||
          (to === 'graphql-yoga' && from !== 'server.ts' && room(from) !== 'server') ||
          (to === 'hono' && from !== 'server.ts' && from !== 'rest-compat/handler.ts'),
      ),
      [],
    );
  });

  it('OpenTelemetry stands in one file, which nothing imports but by need', () => {
    const own = 'telemetry/otlp.ts';
    assert.deepEqual(
      offenders(({ from, to }) => to === own || (to.startsWith('@opentelemetry/') && from !== own)),
      [],
    );
  });

  it('only env.ts reads the environment', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(src, file), 'utf8')));
    assert.deepEqual(
      readers.filter((file) => file !== 'env.ts'),
      [],
    );
  });

  it('no file is longer than one sitting', () => {
    const lines = (file: string) => readFileSync(join(src, file), 'utf8').split('\n').length;
    const long = files
      .filter((file) => !file.includes('.generated.') && lines(file) > 300)
      .map((file) => `${file}: ${lines(file)}`);
    assert.deepEqual(long, []);
  });
});
