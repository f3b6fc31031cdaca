import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../src/cli/command.ts';
import { parseExpiry, parseScopes } from '../../src/cli/keys.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { failure, failureOf } from '../../src/failure.ts';

const echo: Command = {
  words: 'things make',
  summary: 'Make a thing.',
  options: [
    { name: 'reference', value: '<text>', description: 'Its name.', isRequired: true },
    { name: 'name', value: '<text>', description: 'For people.', most: 20 },
    { name: 'quick', value: null, description: 'Without asking.' },
    { name: 'paint', value: '<name>', description: 'One of red, orange, yellow, green, blue, indigo and violet.' },
  ],
  examples: ['things make --reference a-thing-of-some-length --paint indigo --quick'],
  run: async (given) => {
    const reference = given.required('reference');
    if (reference === 'taken') throw failure('It is taken.', 'Choose another.');
    if (reference === 'broken') throw new Error('column "secret" does not exist');
    given.text('name');
    return { text: `made ${reference}`, json: { reference, isQuick: given.isOn('quick') } };
  },
};

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const code = await runCommandLine([echo], args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

test('0: the result, as text or as JSON; a value stays as typed', async () => {
  assert.deepEqual(await run('things', 'make', '--reference', '007'), { code: 0, out: 'made 007', err: '' });
  const { out } = await run('things', 'make', '--reference', '1e3', '--quick', '--json');
  assert.deepEqual(JSON.parse(out), { reference: '1e3', isQuick: true });
});

test('0: help for all, for a family, for one', async () => {
  assert.match((await run()).out, /things make +Make a thing\./);
  assert.match((await run('things', '--help')).out, /--reference <text> +Its name\. Required\./);
  assert.match((await run('things', 'make', '--help')).out, /Usage: .* things make \[options\]/);
});

test('0: help fits a screen of 80 columns, and its examples can still be pasted', async () => {
  const { out } = await run('things', 'make', '--help');
  assert.deepEqual(
    out.split('\n').filter((line) => line.length > 80),
    [],
  );
  assert.match(out, /things make \\\n {4}--reference a-thing-of-some-length --paint indigo --quick$/);
});

test('1: a failure says what to do, also as JSON', async () => {
  assert.deepEqual(await run('things', 'make', '--reference', 'taken'), {
    code: 1,
    out: '',
    err: 'It is taken.\nChoose another.',
  });
  const { code, err } = await run('things', 'make', '--reference', 'taken', '--json');
  assert.deepEqual([code, JSON.parse(err)], [1, { error: { message: 'It is taken.', advice: 'Choose another.' } }]);
});

test('1: a fault of ours shows none of its words', async () => {
  const { code, err } = await run('things', 'make', '--reference', 'broken');
  assert.equal(code, 1);
  assert.doesNotMatch(err, /secret|column/);
});

test('2: wrong usage', async () => {
  assert.deepEqual((await run('things', 'make')).code, 2);
  assert.match((await run('things', 'make')).err, /--reference is missing/);
  assert.match((await run('things', 'make', '--colour', 'red')).err, /--colour/);
  assert.match((await run('things')).err, /Say which: things make/);
  assert.match((await run('nothing')).err, /There is no command “nothing”/);
});

test('2: a name that is longer than its table takes, of several lines, or of what no text has', async () => {
  const named = (name: string) => run('things', 'make', '--reference', 'a', '--name', name);
  assert.equal((await named('x'.repeat(20))).code, 0);
  assert.match((await named('x'.repeat(21))).err, /more than 20 characters/);
  assert.match((await named('one\ntwo')).err, /is one line/);
  assert.match((await named('be\u0007ll')).err, /cannot be stored/);
});

test('scopes and ends of keys are read, or refused as wrong usage', () => {
  const now = new Date('2026-11-22T00:00:00Z');
  assert.deepEqual(parseScopes('customers:read, references:read'), ['customers:read', 'references:read']);
  assert.equal(parseExpiry('90d', now).toISOString(), '2027-02-20T00:00:00.000Z');
  assert.equal(parseExpiry('2027-01-31', now).toISOString(), '2027-01-31T00:00:00.000Z');
  for (const wrong of [
    () => parseScopes('all,everything'),
    () => parseExpiry('soon', now),
    () => parseExpiry('2020-01-01', now),
  ]) {
    assert.throws(wrong, (error) => failureOf(error)?.exitCode === 2);
  }
});
