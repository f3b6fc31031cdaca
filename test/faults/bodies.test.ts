import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listen } from '../../src/start/listen.ts';
import { newTenant, server, type Tenant } from '../walls/tenant.ts';
import { figures } from './faulty.ts';

const MiB = 1 << 20;
const size = 30 * MiB;
const piece = Buffer.alloc(64 * 1024, 0x20);

/** How an upload ended for whoever sent it. */
interface Upload {
  status: number;
  /** Bytes that the network had taken when the answer came. */
  sentBefore: number;
  /** Bytes that it took in all before the connection ended, or all of them. */
  sent: number;
  ms: number;
  isClosed: boolean;
}

describe('a body of 30 MB', () => {
  let listening: Listening;
  let tenant: Tenant;
  before(async () => {
    listening = await listen(server, { host: '127.0.0.1', port: 0, furtherPorts: 0, say: () => undefined });
    tenant = await newTenant('Bodies');
  });
  after(() => listening.drain(0));

  /** Sends as fast as the server takes it, and goes on when it has answered, as careless clients do. */
  function upload(path: string, type: string, isStated: boolean): Promise<Upload> {
    const begun = performance.now();
    return new Promise((resolve) => {
      let answer = '';
      let sentBefore = 0;
      let left = size;
      let isClosed = false;
      const socket = connect(listening.port, '127.0.0.1');
      const length = isStated ? `Content-Length: ${size}` : 'Transfer-Encoding: chunked';
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.key}\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`,
      );
      const sent = () => socket.bytesWritten - socket.writableLength;
      const pump = () => {
        while (left > 0 && !socket.destroyed) {
          left -= piece.length;
          const isRoom = isStated
            ? socket.write(piece)
            : socket.write(
                Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
              );
          if (!isRoom) return;
        }
      };
      socket.on('drain', pump);
      socket.on('data', (data) => {
        if (answer === '') sentBefore = sent();
        answer += data.toString('latin1');
      });
      socket.on('error', () => undefined);
      const end = () =>
        resolve({
          status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0),
          sentBefore,
          sent: sent(),
          ms: Math.round(performance.now() - begun),
          isClosed,
        });
      socket.on('close', () => {
        isClosed = true;
        end();
      });
      setTimeout(() => {
        socket.removeAllListeners('close').destroy();
        end();
      }, 10_000).unref();
      pump();
    });
  }

  const doors = [
    ['/graphql', 'application/json'],
    ['/api/v1.0/customers', 'application/x-www-form-urlencoded'],
    ['/api/v1.0/customers', 'multipart/form-data; boundary=x'],
  ] as const;

  it('is refused early, stated or not, on GraphQL and REST; memory stays flat and nobody else waits', async () => {
    await Promise.all(doors.map(([path, type]) => upload(path, type, true)));
    const rss = () => process.memoryUsage().rss;
    const before = rss();
    let peak = before;
    let isOver = false;
    const waits: number[] = [];
    const watching = (async () => {
      while (!isOver) {
        await sleep(20);
        peak = Math.max(peak, rss());
        const asked = performance.now();
        assert.equal((await fetch(`http://127.0.0.1:${listening.port}/livez`)).status, 200);
        waits.push(performance.now() - asked);
      }
    })();
    const uploads = await Promise.all(
      [true, false].flatMap((isStated) =>
        doors.flatMap(([path, type]) => Array.from({ length: 4 }, () => upload(path, type, isStated))),
      ),
    );
    isOver = true;
    await watching;
    const most = (key: 'sentBefore' | 'sent' | 'ms') => Math.max(...uploads.map((one) => one[key]));
    figures('30 MB bodies', {
      uploads: uploads.length,
      statuses: [...new Set(uploads.map(({ status }) => status))],
      sentBeforeAnswer: `${Math.round(most('sentBefore') / MiB)} MiB`,
      sent: `${Math.round(most('sent') / MiB)} MiB`,
      ms: most('ms'),
      closed: uploads.filter(({ isClosed }) => isClosed).length,
      grown: `${Math.round((peak - before) / MiB)} MiB`,
      waited: Math.round(Math.max(...waits)),
    });
    // A form with a picture that is too large is a documented 400.
    for (const { status } of uploads) assert.ok(status === 413 || status === 400);
    // Whose body was taken to its end, as it was on its way already, may go on with the connection.
    for (const { isClosed, sent } of uploads) assert.ok(isClosed || sent >= size);
    // The network itself holds some MiB on their way.
    assert.ok(most('sentBefore') < 15 * MiB);
    assert.ok(peak - before < 100 * MiB);
    assert.ok(Math.max(...waits) < 4_000);
  });
});
