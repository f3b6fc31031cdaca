import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../src/start/listen.ts';

const options = { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => {} };

test('draining: what has begun is answered, nothing new is taken', async () => {
  const { port, drain } = await listen(
    {
      fetch: async (request, { rawTarget }) => {
        if (request.url.endsWith('/slow')) await sleep(300);
        return new Response(rawTarget);
      },
    },
    options,
  );
  const origin = `http://127.0.0.1:${port}`;
  assert.equal(await (await fetch(`${origin}/a%2Fb?c=%20`)).text(), '/a%2Fb?c=%20', 'the target exactly as it came');
  const slow = fetch(`${origin}/slow`);
  await sleep(100);
  const begin = Date.now();
  const drained = drain(5000);
  assert.equal((await slow).headers.get('connection'), 'close');
  assert.equal(await (await slow).text(), '/slow');
  await drained;
  assert.ok(Date.now() - begin < 2000, 'an idle connection does not hold it up');
  await assert.rejects(fetch(origin));
});

test('a target with the server before it is the same target', async () => {
  const { port, drain } = await listen({ fetch: async (_request, { rawTarget }) => new Response(rawTarget) }, options);
  const asked = async (path: string) => {
    const [answer] = (await once(request({ port, path }).end(), 'response')) as [IncomingMessage];
    return (await answer.toArray()).join('');
  };
  assert.equal(await asked(`http://127.0.0.1:${port}/a%2Fb?c=%20`), '/a%2Fb?c=%20');
  assert.equal(await asked(`http://127.0.0.1:${port}`), '/');
  await drain();
});

test('a cookie of a redirect is spelled as programs of old search for it', async () => {
  const headers = { location: '/in', 'set-cookie': 'JSESSIONID=1; Path=/' };
  const { port, drain } = await listen({ fetch: async () => new Response(null, { status: 302, headers }) }, options);
  const [answer] = (await once(request({ port }).end(), 'response')) as [IncomingMessage];
  assert.deepEqual(answer.rawHeaders.slice(0, 2), ['Set-Cookie', 'JSESSIONID=1; Path=/']);
  assert.equal(answer.rawHeaders.filter((name) => /^set-cookie$/i.test(name)).length, 1);
  assert.equal(answer.headers.location, '/in');
  answer.resume();
  await drain();
});

test('draining has an end', async () => {
  const { port, drain } = await listen({ fetch: () => new Promise(() => {}) }, options);
  const never = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut');
  await sleep(100);
  await drain(200);
  assert.equal(await never, 'cut');
});
