import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../src/start/listen.ts';
import { newTenant, server } from '../walls/tenant.ts';

const listening = await listen(server, { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined });
after(() => listening.drain(0));

/** A connection that says one character a second; resolves with the seconds until it was cut. */
function trickle(start: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect(listening.port, '127.0.0.1', () => socket.write(start));
    const timer = setInterval(() => socket.write('x'), 1_000);
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => {
      clearInterval(timer);
      resolve((performance.now() - began) / 1_000);
    });
  });
}

it('headers and bodies that trickle are cut in time, and nobody else waits for them', {
  timeout: 120_000,
}, async () => {
  const { key } = await newTenant('Slow');
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
  const slow = [
    ...Array.from({ length: 40 }, () => trickle('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ')),
    ...Array.from({ length: 20 }, () => trickle(`${head}Content-Length: 5000\r\n\r\n{`)),
    ...Array.from({ length: 20 }, () => trickle(`${head}Transfer-Encoding: chunked\r\n\r\n1388\r\n{`)),
  ];
  const waits: number[] = [];
  for (let i = 0; i < 10; i++) {
    await sleep(500);
    const began = performance.now();
    assert.equal((await fetch(`http://127.0.0.1:${listening.port}/livez`)).status, 200);
    waits.push(performance.now() - began);
  }
  assert.ok(Math.max(...waits) < 4_000, String(waits));
  const seconds = await Promise.all(slow);
  console.log(
    'cut after (s):',
    Math.max(...seconds.slice(0, 40)),
    'headers,',
    Math.max(...seconds.slice(40)),
    'bodies; others waited at most (ms):',
    Math.max(...waits),
  );
  assert.ok(Math.max(...seconds.slice(0, 40)) < 15);
  assert.ok(Math.max(...seconds) < 35);
});
