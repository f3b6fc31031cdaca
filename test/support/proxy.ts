import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that behaves as networks do when they fail. */
export interface FaultProxy {
  port: number;
  /** Resets every connection now (RST, not a polite end). */
  reset(): void;
  /** From now on: nothing passes, nobody is told. `resume` lets what was held go on. */
  silence(): void;
  resume(): void;
  /** From now on what the server answers comes in pieces of these sizes, over and over. */
  cut(sizes: readonly number[]): void;
  /** Milliseconds that every packet is late, both ways. */
  delay(ms: number): void;
  /** Refuses new connections while set. */
  refuse(isRefusing: boolean): void;
  /** Swallows what the server answers while set; the server has done it all the same. */
  dropAnswers(isDropping: boolean): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine and passes everything on to `target`. */
export async function startProxy(target: { host: string; port: number }): Promise<FaultProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isSilent = false;
  let isRefusing = false;
  let isDropping = false;
  let late = 0;
  let pieces: readonly number[] = [];
  const held: (() => void)[] = [];

  const pass = (from: Socket, to: Socket, isAnswer: boolean) => {
    let cutting = Promise.resolve();
    let piece = 0;
    const inPieces = async (data: Buffer) => {
      for (let at = 0; at < data.length; ) {
        const size = pieces[piece++ % pieces.length] ?? data.length;
        to.write(data.subarray(at, at + size));
        at += size;
        await new Promise(setImmediate);
      }
    };
    if (isAnswer) to.setNoDelay();
    from.on('data', (data) => {
      if (isAnswer && isDropping) return;
      if (isAnswer && pieces.length > 0) {
        cutting = cutting.then(() => inPieces(data));
        return;
      }
      const send = () => to.writable && to.write(data);
      if (isSilent) held.push(send);
      else if (late > 0) setTimeout(send, late);
      else send();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  };

  const server: Server = createServer((client) => {
    if (isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    pass(client, upstream, false);
    pass(upstream, client, true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const reset = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    reset,
    silence: () => {
      isSilent = true;
    },
    resume: () => {
      isSilent = false;
      for (const send of held.splice(0)) send();
    },
    cut: (sizes) => {
      pieces = sizes;
    },
    delay: (ms) => {
      late = ms;
    },
    refuse: (value) => {
      isRefusing = value;
    },
    dropAnswers: (value) => {
      isDropping = value;
    },
    close: async () => {
      reset();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
