import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { importRows } from '../../src/cli/directory.ts';
import type { DirectoryRow } from '../../src/directory/entry.ts';
import { type DirectoryFormat, type FileRow, readDirectoryFile } from '../../src/directory/file.ts';

async function read(text: string, format: DirectoryFormat): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const row of readDirectoryFile(Readable.from([Buffer.from(text)]), format)) rows.push(row);
  return rows;
}

describe('CSV', () => {
  test('columns are found by name in any usual spelling, others are passed over', async () => {
    const [row] = await read(
      '\uFEFFReference;First name;last_name;shoe size;country\nkari;Kari;Vik;38;Norway\n',
      'csv',
    );
    assert.deepEqual(row?.faults, []);
    assert.equal(row?.row?.firstName, 'Kari');
    assert.equal(row?.row?.lastName, 'Vik');
    assert.equal(row?.row?.country, 'NO');
    assert.equal(row?.row?.kind, 'PERSON');
    assert.ok(row?.row && !('shoe size' in row.row));
  });

  test('leading zeros, quotes and commas in fields are kept', async () => {
    const [row] = await read(
      'reference,companyName,identity,postalCode\n7,"Vik, Berg ""og"" Lie",02016126007,0002\n',
      'csv',
    );
    assert.equal(row?.row?.companyName, 'Vik, Berg "og" Lie');
    assert.equal(row?.row?.kind, 'COMPANY');
    assert.deepEqual([row?.row?.identity, row?.row?.postalCode], ['02016126007', '0002']);
  });

  test('every fault of a row is told with its line', async () => {
    const rows = await read('reference,lastName,email,country\na,Vik,,\n,,no email,Atlantis\n', 'csv');
    assert.deepEqual(rows[0]?.faults, []);
    assert.equal(rows[1]?.line, 3);
    assert.equal(rows[1]?.row, null);
    assert.deepEqual(
      rows[1]?.faults.map(({ path }) => path[0]),
      ['email', 'country', 'lastName', 'reference'],
    );
  });
});

describe('NDJSON', () => {
  test('an object a line, numbers as text, blank lines passed over', async () => {
    const rows = await read(
      '{"reference":"a","lastName":"Vik","streetNumber":5,"street":"Storgata"}\n\n[1]\nnonsense\n',
      'ndjson',
    );
    assert.equal(rows[0]?.row?.line1, 'Storgata 5');
    assert.deepEqual(
      rows.map(({ line, row }) => [line, row !== null]),
      [
        [1, true],
        [3, false],
        [4, false],
      ],
    );
  });

  test('keys of objects themselves are no fields', async () => {
    const [row] = await read(
      '{"__proto__":{"identity":"1"},"constructor":"x","reference":"a","lastName":"Vik"}',
      'ndjson',
    );
    assert.equal(row?.row?.identity, null);
  });
});

describe('an import', () => {
  const line = (at: number) => `{"reference":"r${at}","lastName":"Vik"}`;
  const written = async (text: string) => {
    const rows: DirectoryRow[] = [];
    await importRows(readDirectoryFile(Readable.from([text]), 'ndjson'), async (part) => {
      rows.push(...part);
    });
    return rows.length;
  };

  test('takes any number of rows, part by part', async () => {
    assert.equal(await written(Array.from({ length: 1234 }, (_, at) => line(at)).join('\n')), 1234);
  });

  test('names the first faulty lines and fails as a whole', async () => {
    await assert.rejects(written(`${line(1)}\n{"reference":"a"}\n{}`), /line 2: lastName .*\n(.*\n)*line 3: reference/);
  });
});
