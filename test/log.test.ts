import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const log = join(import.meta.dirname, '../src/log.ts');

/** The lines that a process writes which does this with a log. */
async function linesOf(work: string): Promise<Record<string, unknown>[]> {
  const script = `import { makeLog } from ${JSON.stringify(log)};
    const log = makeLog({ mode: 'production', logLevel: undefined }, false);\n${work}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stderr } = await promisify(execFile)(process.execPath, args).catch((failed: { stderr: string }) => failed);
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

test('secrets and personal data are hidden, at the top of a line and one level below', async () => {
  const [line] = await linesOf(
    "log.info({ status: 200, phone: '+4791', list: [1], of: { email: 'a@b.c', n: 1 } }, 'told');",
  );
  assert.deepEqual(
    { ...line, time: null, pid: null },
    {
      level: 'info',
      time: null,
      pid: null,
      status: 200,
      phone: '[hidden]',
      list: [1],
      of: { email: '[hidden]', n: 1 },
      msg: 'told',
    },
  );
});

test('an error is told by its kind and code, never by its words', async () => {
  const [line] = await linesOf(
    "log.error({ err: Object.assign(new Error('Ola Nordmann'), { code: '23505' }) }, 'failed');",
  );
  assert.ok(!JSON.stringify(line).includes('Ola'));
  assert.ok(JSON.stringify(line).includes('"code":"23505"'));
});

test('lines wait a moment for each other, and none is lost when the process ends', async () => {
  assert.equal((await linesOf("for (let i = 0; i < 9; i++) log.info({ i }, 'told');")).length, 9);
  assert.equal((await linesOf("log.info({}, 'told'); throw new Error('over');")).length, 1);
  assert.equal(
    (await linesOf("log.info({}, 'told'); log.error({}, 'failed'); process.kill(process.pid, 'SIGKILL');")).length,
    2,
  );
});

test('lines are out within a moment, and nobody waits for the disk', async () => {
  const lines = await linesOf(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let waits = 0;
    fs.fsyncSync = () => { waits++; };
    syncBuiltinESMExports();
    log.info('first');
    log.error('second');
    await new Promise((resolve) => setTimeout(resolve, 700));
    fs.writeSync(2, JSON.stringify({ msg: 'after', waits }) + '\\n');
  `);
  assert.deepEqual(
    lines.map(({ msg, waits }) => [msg, waits]),
    [
      ['first', undefined],
      ['second', undefined],
      ['after', 0],
    ],
  );
});
