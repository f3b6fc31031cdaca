import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeInOrder } from '../../src/bulk/in-order.ts';
import type { CustomerRow } from '../../src/bulk/reading.ts';

// Parts of a file on their way, whatever each of them takes.

const row = (reference: string): CustomerRow => ({
  ...{ line: 1, source: { line: 1, value: null, text: '' }, by: { reference } },
  write: { change: { reference }, faults: [] },
});
async function* partsOf(...parts: string[][]) {
  for (const part of parts) yield part.map(row);
}
const nameOf = (rows: readonly CustomerRow[]) => String(rows[0]?.write.change.reference);

/** Writes parts whose work takes so many milliseconds each, and tells what happened. */
async function write(took: Record<string, number>, parts: string[][], isOneByOne = false) {
  const events: string[] = [];
  const kept = await writeInOrder(
    partsOf(...parts),
    { names: '' },
    {
      isOneByOne,
      told: ({ names }) => void events.push(`told ${names}`),
      write: async (rows, before) => {
        const name = nameOf(rows);
        events.push(`begin ${name}`);
        await sleep(took[name] ?? 0);
        const { names } = await before();
        events.push(`keep ${name}`);
        return { names: names + name };
      },
    },
  );
  return { kept: kept.names, events };
}

test('two parts are under way at once, and kept in their order', async () => {
  const { kept, events } = await write({ a: 60, b: 1, c: 1 }, [['a'], ['b'], ['c']]);
  assert.equal(kept, 'abc');
  assert.deepEqual(events.slice(0, 2), ['begin a', 'begin b']);
  assert.ok(events.indexOf('begin c') > events.indexOf('keep a'), events.join());
  assert.deepEqual(
    events.filter((event) => /^(keep|told)/.test(event)),
    ['keep a', 'told a', 'keep b', 'told ab', 'keep c', 'told abc'],
  );
});

test('a part that names a customer of the part before waits for it; so does everything where one goes after the other', async () => {
  for (const { events } of [
    await write({ a: 30, x: 1 }, [
      ['a', 'x'],
      ['x', 'y'],
    ]),
    await write({ a: 30, x: 1 }, [['a'], ['x']], true),
  ])
    assert.deepEqual(events.slice(0, 3), ['begin a', 'keep a', 'told a'], events.join());
});

test('one that got in the way of the part before is taken back and written after it', async () => {
  const tries: string[] = [];
  const kept = await writeInOrder(
    partsOf(['a'], ['b']),
    { names: '' },
    {
      isOneByOne: false,
      told() {},
      write: async (rows, before, attempts) => {
        const name = nameOf(rows);
        tries.push(name);
        if (attempts === 1) throw new Error('the other one holds it');
        await sleep(20);
        return { names: (await before()).names + name };
      },
    },
  );
  assert.equal(kept.names, 'ab');
  assert.deepEqual(tries, ['a', 'a', 'b', 'b']);
});

test('a part that fails ends it, and none after it is kept', async () => {
  const keeps: string[] = [];
  const failing = writeInOrder(
    partsOf(['a'], ['b'], ['c']),
    { names: '' },
    {
      isOneByOne: false,
      told() {},
      write: async (rows, before) => {
        const name = nameOf(rows);
        await sleep(name === 'a' ? 30 : 1);
        if (name === 'a') throw new Error('no room on the disk');
        await before();
        keeps.push(name);
        return { names: name };
      },
    },
  );
  await assert.rejects(failing, /no room on the disk/);
  await sleep(60);
  assert.deepEqual(keeps, []);
});

test('a part whose parents are named by what the part before may take away waits for it', async () => {
  const renamed: CustomerRow = {
    ...{ line: 1, source: { line: 1, value: null, text: '' }, by: { customerNumber: 1 } },
    write: { change: { customerNumber: 1, reference: 'new' }, faults: [] },
  };
  const child: CustomerRow = {
    ...row('child'),
    write: { change: { reference: 'child', parent: { reference: 'old' } }, faults: [] },
  };
  async function* parts() {
    yield [renamed];
    yield [child];
  }
  const events: string[] = [];
  await writeInOrder(
    parts(),
    { names: '' },
    {
      isOneByOne: false,
      told() {},
      write: async (rows, before) => {
        events.push(`begin ${nameOf(rows)}`);
        await sleep(20);
        events.push(`keep ${nameOf(rows)}`);
        return await before();
      },
    },
  );
  assert.deepEqual(events, ['begin new', 'keep new', 'begin child', 'keep child']);
});
