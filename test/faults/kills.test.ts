import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { figures, isShort } from './faulty.ts';
import { type Fleet, makeFleet } from './fleet.ts';

const create = `mutation ($name: String!) { customerCreate(input: { name: $name, currency: "NOK" }) {
  ... on CustomerCreatePayload { customer { name } } ... on Error { code } } }`;

describe('a server that is killed', () => {
  let fleet: Fleet;
  before(async () => {
    fleet = await makeFleet();
    await fleet.start();
  });
  after(async () => {
    await fleet.stop();
    await fleet.remove();
  });

  async function graphql(query: string, variables: object, once?: string) {
    const response = await fetch(`${fleet.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${fleet.key}`,
        'content-type': 'application/json',
        ...(once !== undefined && { 'Idempotency-Key': once }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Every customer's name, page by page. */
  async function names(prefix: string): Promise<string[]> {
    const all: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const query =
        'query ($after: String) { customers(first: 100, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }';
      const { body } = await graphql(query, { after: cursor });
      assert.equal(body.errors, undefined, JSON.stringify(body.errors));
      const { nodes, pageInfo } = body.data.customers;
      all.push(...nodes.map(({ name }: { name: string }) => name));
      if (!pageInfo.hasNextPage) return all.filter((name) => name.startsWith(prefix));
      cursor = pageInfo.endCursor;
    }
  }

  const wanted = isShort ? 60 : 500;
  const kills = isShort ? 2 : 10;

  it(`${wanted} acknowledged creates through ${kills} kills of each kind: each is there once`, async () => {
    const acknowledged: string[] = [];
    const odd: unknown[] = [];
    let next = 0;
    let tries = 0;
    const writer = async () => {
      while (next < wanted) {
        const name = `kept ${next++}`;
        for (let isKept = false; !isKept; tries += 1) {
          const told = await graphql(create, { name }, name).catch(() => null);
          if (told?.body.data?.customerCreate?.customer?.name === name) isKept = true;
          else if (told !== null && told.status !== 503 && told.status !== 409) odd.push(told);
          if (!isKept) await sleep(100);
        }
        acknowledged.push(name);
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    const healed: number[] = [];
    // From when PostgreSQL lets somebody in until the server serves: for a database that was killed under it.
    const served: number[] = [];
    for (let n = 0; n < kills * 2; n += 1) {
      const due = ((n + 1) / (kills * 2 + 1)) * wanted;
      while (acknowledged.length < due) await sleep(5);
      const begun = performance.now();
      if (n % 2 === 0) {
        fleet.killDatabase();
        await fleet.accepting();
        const accepted = performance.now();
        while (!(await fleet.ready())) await sleep(20);
        served.push(Math.round(performance.now() - accepted));
      } else {
        if (n % 4 === 3) fleet.killDatabase();
        await fleet.killServer();
        await fleet.start();
      }
      healed.push(Math.round(performance.now() - begun));
    }
    await Promise.all(writers);
    // Everything is killed once more before it is read.
    fleet.killDatabase();
    await fleet.killServer();
    await fleet.start();
    const stored = await names('kept');
    const lost = acknowledged.filter((name) => !stored.includes(name)).length;
    const double = stored.length - new Set(stored).size;
    figures('kills', {
      kills: kills * 2,
      acknowledged: acknowledged.length,
      tries,
      stored: stored.length,
      lost,
      double,
      healed,
      served,
    });
    assert.deepEqual({ lost, double, odd }, { lost: 0, double: 0, odd: [] });
    assert.equal(stored.length, wanted);
    assert.ok(Math.max(...healed) < 60_000);
    assert.ok(Math.max(...served) < 2_000, `ready ${served} ms after PostgreSQL accepted connections`);
  });

  /** A picture of which half has arrived; `finish` sends the rest and answers the status. */
  function beginUpload(reference: string) {
    const head = `--x\r\nContent-Disposition: form-data; name="reference"\r\n\r\n${reference}\r\n--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nUpload\r\n--x\r\nContent-Disposition: form-data; name="imageFile"; filename="a.gif"\r\nContent-Type: image/gif\r\n\r\n`;
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    const asked = request(`${fleet.url}/api/v1.0/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fleet.key}`, 'content-type': 'multipart/form-data; boundary=x' },
    });
    const answered = once(asked, 'response').then(
      ([response]: IncomingMessage[]) => response?.resume().statusCode,
      (error: Error) => error.message,
    );
    asked.write(head);
    asked.write(gif.subarray(0, 20));
    return {
      finish() {
        asked.end(Buffer.concat([gif.subarray(20), Buffer.from('\r\n--x--\r\n')]));
        return answered;
      },
    };
  }

  it('SIGTERM under load: no request fails, nor an upload of which half was there; exit 0 within 15 seconds', async () => {
    const rounds = isShort ? 1 : 3;
    for (let round = 0; round < rounds; round += 1) {
      if (!(await fleet.ready())) await fleet.start();
      let isStopping = false;
      let answered = 0;
      const failed: unknown[] = [];
      // A caller behind a load balancer: it sends nothing new once the server has said that it is not ready.
      const caller = async (id: number) => {
        for (let n = 0; !isStopping; n += 1) {
          const name = `term ${round}/${id}/${n}`;
          const told = await graphql(create, { name }, name).catch((error: Error) => ({
            status: 0,
            body: String(error.cause),
          }));
          if (told.status === 200) answered += 1;
          else failed.push(told);
        }
      };
      const callers = Array.from({ length: 24 }, (_, id) => caller(id));
      const upload = beginUpload(`term-${round}`);
      await sleep(1_500);
      const begun = performance.now();
      const stopping = fleet.stop();
      for (;;) {
        const ready = await fetch(`${fleet.url}/readyz`).catch(() => null);
        if (ready?.status === 503) break;
        await sleep(20);
        if (performance.now() - begun > 5_000) break;
      }
      isStopping = true;
      const uploaded = await upload.finish();
      await Promise.all(callers);
      const code = await stopping;
      const ms = Math.round(performance.now() - begun);
      figures('SIGTERM', { answered, failed: failed.length, uploaded, code, ms });
      assert.equal(uploaded, 201);
      assert.deepEqual(failed, []);
      assert.equal(code, 0);
      assert.ok(ms < 15_000);
      assert.ok(answered > 0);
    }
  });
});
