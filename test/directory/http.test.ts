import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type HttpDirectoryOptions, openHttpDirectory } from '../../src/directory/http.ts';
import { directoryUrlFault, isPublicAddress } from '../../src/directory/outbound.ts';
import { ApiError } from '../../src/errors.ts';

// Somebody's directory: a real server, whose behaviour each test sets.
let server: Server;
let url = '';
let calls: string[] = [];
let answer: (response: ServerResponse, call: number) => void = () => {};

before(async () => {
  server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    calls.push(Buffer.concat(parts).toString('utf8'));
    answer(response, calls.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  url = `http://127.0.0.1:${address.port}/people`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls = [];
});

const says = (body: unknown, status = 200) => {
  answer = (response) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
};
const open = (more: HttpDirectoryOptions = {}) => openHttpDirectory({ allowLoopback: true, timeoutMs: 300, ...more });
const byNumber = { organizationId: 1, identity: '02016126007' };
const unavailable = (error: unknown) => {
  assert.ok(error instanceof ApiError);
  assert.equal(error.code, 'DIRECTORY_UNAVAILABLE');
  assert.ok((error.retryAfter ?? 0) >= 1);
  return true;
};
const tom = { firstName: 'Tom', lastName: 'Customer', line1: 'Customer Street 1', postalCode: '0002', country: 'NO' };

describe('what is asked and answered', () => {
  test('the question is sent without what it does not say, the phone in E.164', async () => {
    says({ persons: [] });
    await open().ask(url, { organizationId: 1, phone: '123 45 678', postalCode: '0002' }, 'NO');
    assert.deepEqual(JSON.parse(calls[0] ?? ''), { phone: '+4712345678', postalCode: '0002' });
  });

  test('a person is answered with every field, what was asked for filled in', async () => {
    says({ persons: [{ ...tom, streetNumber: '1', email: 'no email', colour: 'red' }] });
    const [found] = await open().ask(url, byNumber, 'NO');
    assert.equal(found?.kind, 'PERSON');
    assert.equal(found?.lastName, 'Customer');
    assert.equal(found?.identity, '02016126007');
    assert.equal(found?.streetNumber, 1);
    assert.equal(found?.email, null);
    assert.ok(found && !('colour' in found));
  });

  test('an empty list is nobody', async () => {
    says({ persons: [] });
    assert.deepEqual(await open().ask(url, byNumber, 'NO'), []);
  });

  test('persons who live elsewhere than asked are not believed', async () => {
    says({ persons: [tom, { ...tom, postalCode: '0003' }, { ...tom, country: 'SE' }] });
    const found = await open().ask(url, { ...byNumber, postalCode: '0002', country: 'NO' }, 'NO');
    assert.equal(found.length, 1);
  });
});

describe('DIRECTORY_UNAVAILABLE, never an empty answer, when the directory', () => {
  const bad: Record<string, () => void> = {
    'answers 500': () => says('', 500),
    'answers 404, which may be a wrong path': () => says('', 404),
    'answers 401': () => says('', 401),
    'sends us elsewhere': () => {
      answer = (response) => response.writeHead(302, { location: url }).end();
    },
    'answers no JSON': () => says('<html>'),
    'answers another object': () => says({ people: [] }),
    'answers a list of texts': () => says({ persons: ['Tom'] }),
    'answers somebody without a name': () => says({ persons: [{ city: 'Oslo' }] }),
    'answers more than we read': () => says({ persons: [{ ...tom, x: 'x'.repeat(2_000_000) }] }),
    'is silent': () => {
      answer = () => {};
    },
    'hangs up': () => {
      answer = (response) => response.destroy();
    },
  };
  for (const [title, behave] of Object.entries(bad)) {
    test(title, async () => {
      behave();
      await assert.rejects(open({ tries: 2 }).ask(url, byNumber, 'NO'), unavailable);
    });
  }

  test('is not there', async () => {
    await assert.rejects(open().ask('http://127.0.0.1:1/', byNumber, 'NO'), unavailable);
  });
});

describe('patience', () => {
  test('what may be better the next time is tried again, at most three times', async () => {
    answer = (response, call) => response.writeHead(call < 3 ? 503 : 200).end(JSON.stringify({ persons: [tom] }));
    assert.equal((await open().ask(url, byNumber, 'NO')).length, 1);
    assert.equal(calls.length, 3);
    calls = [];
    says('', 503);
    await assert.rejects(open().ask(url, byNumber, 'NO'), unavailable);
    assert.equal(calls.length, 3);
  });

  test('a refusal is not tried again', async () => {
    says('', 400);
    await assert.rejects(open().ask(url, byNumber, 'NO'), unavailable);
    assert.equal(calls.length, 1);
  });

  test('all tries together end within the budget', async () => {
    answer = () => {};
    const started = performance.now();
    await assert.rejects(open({ timeoutMs: 5000, budgetMs: 400, tries: 10 }).ask(url, byNumber, 'NO'), unavailable);
    assert.ok(performance.now() - started < 4000);
  });

  test('after failures in a row nothing is asked, until one call may try', async () => {
    says('', 500);
    const directory = open({ tries: 1, failures: 3, pauseMs: 200 });
    for (let at = 0; at < 3; at++) await assert.rejects(directory.ask(url, byNumber, 'NO'), unavailable);
    says({ persons: [tom] });
    await assert.rejects(directory.ask(url, byNumber, 'NO'), unavailable);
    assert.equal(calls.length, 3);
    await new Promise((wait) => setTimeout(wait, 250));
    const both = await Promise.allSettled([directory.ask(url, byNumber, 'NO'), directory.ask(url, byNumber, 'NO')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal((await directory.ask(url, byNumber, 'NO')).length, 1);
  });
});

describe('which addresses may be asked', () => {
  test('none inside a network, however it is written', () => {
    for (const inside of [
      'http://127.0.0.1/',
      'http://localhost:8080/',
      'http://a.localhost/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://10.1.2.3/',
      'https://192.168.0.1/',
      'http://172.31.255.255/',
      'http://169.254.169.254/latest/meta-data',
      'http://100.64.0.1/',
      'http://0.0.0.0/',
      'http://[::1]/',
      'http://[::ffff:10.0.0.1]/',
      'http://[fd00::1]/',
      'http://[fe80::1]/',
      'http://[64:ff9b::a00:1]/',
    ]) {
      assert.match(directoryUrlFault(inside) ?? '', /private network/, inside);
    }
    for (const other of [
      'ftp://example.com',
      'file:///etc/passwd',
      'directory',
      'http://u:p@example.com/',
      'http://e.com/#a',
    ]) {
      assert.ok(directoryUrlFault(other), other);
    }
    for (const good of ['https://directory.example.com/find?v=1', 'http://93.184.215.14:8080/']) {
      assert.equal(directoryUrlFault(good), null, good);
    }
  });

  test('loopback only where it was allowed, and only as such', () => {
    assert.equal(directoryUrlFault('http://127.0.0.1:4000/', { allowLoopback: true }), null);
    assert.ok(directoryUrlFault('http://10.0.0.1/', { allowLoopback: true }));
  });

  test('public addresses', () => {
    for (const address of ['93.184.215.14', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']) {
      assert.ok(isPublicAddress(address), address);
    }
    assert.ok(!isPublicAddress('nonsense'));
  });

  test('a refused one is never connected to', async () => {
    says({ persons: [tom] });
    await assert.rejects(openHttpDirectory().ask(url, byNumber, 'NO'), unavailable);
    assert.equal(calls.length, 0);
  });
});
