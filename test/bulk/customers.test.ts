import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, test } from 'node:test';
import { exportCustomers } from '../../src/bulk/export.ts';
import { sampleFile } from '../../src/bulk/hints.ts';
import { type Imported, type ImportOptions, importCustomers } from '../../src/bulk/import.ts';
import { failureOf } from '../../src/failure.ts';
import { allStatementsOf, db, newCustomer, newOrganization, vault, type World } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'clientele-bulk-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** A file with these lines, and where its refused rows go. */
function fileOf(format: 'csv' | 'ndjson', text: string) {
  const name = join(folder, `${++files}`);
  const file = `${name}.${format}`;
  writeFileSync(file, text);
  const read = (path: string) => readFileSync(path, 'utf8');
  const [refusedFile, outcomeFile] = [`${name}.refused.${format}`, `${name}.outcomes.csv`];
  return {
    format,
    file,
    refusedFile,
    outcomeFile,
    refused: () => read(refusedFile),
    outcomes: () => read(outcomeFile),
  };
}

const usual = {
  ...({ policy: 'upsert', key: 'reference', emptyClears: false, isDry: false, again: false } as const),
  map: new Map<string, string>(),
};

const importInto = (world: World, options: Partial<ImportOptions> & Pick<ImportOptions, 'file' | 'format'>) =>
  importCustomers(db, vault, {
    ...{ ...usual, organizationId: world.organizationId, refusedFile: null, outcomeFile: null },
    ...options,
  });

const counts = ({ rows, created, updated, unchanged, refused }: Imported) => ({
  ...{ rows, created, updated, unchanged, refused },
});

async function exported(world: World, format: 'csv' | 'ndjson', filter: unknown = null): Promise<string> {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  await exportCustomers(db, vault, { organizationId: world.organizationId, format, filter, only: null, output });
  return text;
}

const one = (world: World, reference: string, fields: string) =>
  world
    .ok(`query ($r: String!) { customer(by: { reference: $r }) { ${fields} } }`, { r: reference })
    .then(({ customer }) => customer);

test('an item of a list may hold what stands between items', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'A', name: 'A', productCodes: ['a|b', 'c\\', '\\|'] });
  const again = await importInto(world, { ...fileOf('csv', await exported(world, 'csv')) });
  assert.equal(again.unchanged, 1);
  assert.deepEqual((await one(world, 'A', 'productCodes')).productCodes, ['a|b', 'c\\', '\\|']);
});

test('the sample is imported as it is, in either format, and changes nothing the second time', async () => {
  const world = await newOrganization();
  const sample = fileOf('csv', sampleFile('csv'));
  assert.deepEqual(counts(await importInto(world, sample)), {
    rows: 2,
    created: 2,
    updated: 0,
    unchanged: 0,
    refused: 0,
  });
  assert.deepEqual(await one(world, 'C-1001', 'name kind phone creditLimit billingAddress { street streetNumber }'), {
    ...{ name: 'Fjord Cycles AS', kind: 'COMPANY', phone: '+47 22 12 34 56', creditLimit: '25000.00' },
    billingAddress: { street: 'Storgata', streetNumber: 5 },
  });
  const again = await importInto(world, { ...sample, again: true });
  assert.deepEqual(counts(again), { rows: 2, created: 0, updated: 0, unchanged: 2, refused: 0 });
  const other = await importInto(await newOrganization(), fileOf('ndjson', sampleFile('ndjson')));
  assert.equal(other.created, 2);
});

test('good rows are in; bad ones are listed with line and every reason, mended and given back', async () => {
  const world = await newOrganization();
  const file = fileOf(
    'csv',
    'Reference;Name;Country;Credit limit;Category;Parent\nA;Anna;NO;10;;\nB;;Nowhere;much;none;none\nC;Carl;Norway;;;A\nA;Anne;;;;\n',
  );
  const done = await importInto(world, file);
  assert.deepEqual(counts(done), { rows: 4, created: 2, updated: 1, unchanged: 0, refused: 1 });
  assert.equal((await one(world, 'A', 'name')).name, 'Anne');
  assert.equal((await one(world, 'C', 'parent { reference }')).parent.reference, 'A');
  const [header = '', row = ''] = file.refused().split('\n');
  assert.equal(header, 'Reference,Name,Country,Credit limit,Category,Parent,importLine,importError');
  assert.match(row, /^B,,Nowhere,much,none,none,3,/);
  for (const reason of [
    'category: There is no such',
    'parent: There is no such',
    'creditLimit: ',
    'country: is no country',
  ]) {
    assert.ok(row.includes(reason), `${reason} in ${row}`);
  }
  assert.match(file.outcomes(), /^2,CREATED,A,\d+,\n3,REFUSED,,,.*\n4,CREATED,C,\d+,\n5,UPDATED,A,\d+,\n$/ms);

  const mended = fileOf('csv', file.refused().replace('Nowhere,much,none,none', 'NO,5,root,A'));
  assert.deepEqual(counts(await importInto(world, mended)), {
    rows: 1,
    created: 1,
    updated: 0,
    unchanged: 0,
    refused: 0,
  });
});

test('rows that are certain to be refused cost no statement each', async () => {
  const world = await newOrganization();
  await importInto(world, fileOf('csv', 'reference,name\nA,Anna\n'));
  const asked = async (count: number, policy: 'create' | 'update' | 'upsert', row: (at: number) => string) => {
    const lines = Array.from({ length: count }, (_, at) => row(at)).join('\n');
    const file = fileOf('csv', `reference,name,category,creditLimit\n${lines}\n`);
    const statements = await allStatementsOf(async () => {
      assert.equal((await importInto(world, { ...file, policy })).refused, count);
    });
    return statements.length;
  };
  const rows = {
    create: (at: number) => `C${at},,none,1`,
    upsert: (at: number) => `U${at},Name,none,much`,
    update: (at: number) => `X${at},Name,,`,
  };
  for (const [policy, row] of Object.entries(rows) as ['create' | 'update' | 'upsert', (at: number) => string][])
    assert.equal(await asked(40, policy, row), await asked(5, policy, (at) => row(at + 100)), policy);
});

test('a row finds the parent that another row of the file makes, by either of its keys and before or after it', async () => {
  const world = await newOrganization();
  const child = (reference: string, parent: object) => JSON.stringify({ reference, name: 'Child', parent });
  const lines = [
    JSON.stringify({ reference: 'P', customerNumber: 900_001, name: 'Parent' }),
    child('A', { customerNumber: 900_001 }),
    child('B', { customerNumber: 900_002 }),
    child('C', { reference: 'Q' }),
    JSON.stringify({ reference: 'Q', customerNumber: 900_002, name: 'Parent' }),
  ];
  assert.equal((await importInto(world, fileOf('ndjson', `${lines.join('\n')}\n`))).created, 5);
});

test('every reason of a refused row is told, in the order of the columns, whatever is known of it before', async () => {
  const world = await newOrganization();
  const file = fileOf('csv', 'reference,name,parent,paymentTypes,createdBy\nA,Anna,none,none,none\n');
  await importInto(world, file);
  assert.match(file.refused(), /createdBy: [^;]*; parent: [^;]*; paymentTypes/);
  // The number of a new customer is its id where none is said.
  await importInto(world, fileOf('csv', 'reference,name\nB,Bente\n'));
  const { numericId } = await one(world, 'B', 'numericId');
  const numbered = Array.from({ length: 20 }, (_, at) => `N${at},${Number(numericId) + at + 1},Nils,none`);
  const taken = fileOf('csv', `reference,customerNumber,name,category\nC,,Carl,\n${numbered.join('\n')}\n`);
  assert.equal((await importInto(world, taken)).refused, 20);
  assert.match(taken.refused(), /category: [^;]*; customerNumber: Another customer has this number/);
});

test('an organization’s rows stay its own, and history knows where they came from', async () => {
  const [world, other] = [await newOrganization(), await newOrganization()];
  await importInto(world, fileOf('csv', 'reference,name\nA,Anna\n'));
  assert.equal(await one(other, 'A', 'name'), null);
  const [change] = await world.as((tx) =>
    tx.execute<{ dialect: string; request_id: string }>(
      `select dialect, request_id from history where table_name = 'customers'`,
    ),
  );
  assert.equal(change?.dialect, 'COMMAND_LINE');
  assert.match(change?.request_id ?? '', /^import-/);
});

test('create makes no change and update makes no customer', async () => {
  const world = await newOrganization();
  await importInto(world, fileOf('csv', 'reference,name\nA,Anna\n'));
  const both = 'reference,name\nA,Anders\nB,Bente\n';
  const created = fileOf('csv', both);
  assert.deepEqual(counts(await importInto(world, { ...created, policy: 'create' })), {
    ...{ rows: 2, created: 1, updated: 0, unchanged: 0, refused: 1 },
  });
  assert.match(created.refused(), /reference: Another record has this reference/);
  const updated = fileOf('csv', both.replace('B,', 'C,'));
  assert.deepEqual(counts(await importInto(world, { ...updated, policy: 'update' })), {
    ...{ rows: 2, created: 0, updated: 1, unchanged: 0, refused: 1 },
  });
  assert.match(updated.refused(), /reference: There is no such customer/);
});

test('the customer number may be the key; an empty cell keeps or clears; columns have other names', async () => {
  const world = await newOrganization();
  const first = 'Kundnr,reference,name,comment\n7001,A,Anna,hello\n';
  const map = new Map([['Kundnr', 'customerNumber']]);
  await importInto(world, { ...fileOf('csv', first), map });
  const empty = fileOf('csv', 'Kundnr,comment\n7001,\n');
  const kept = await importInto(world, { ...empty, map, key: 'customerNumber' });
  assert.equal(kept.unchanged, 1);
  const cleared = await importInto(world, { ...empty, map, key: 'customerNumber', emptyClears: true });
  assert.equal(cleared.updated, 1);
  assert.deepEqual(await one(world, 'A', 'comment name'), { comment: null, name: 'Anna' });
});

test('a dry run tells what would be done, and does nothing', async () => {
  const world = await newOrganization();
  const file = fileOf('csv', 'reference,name,parent\nA,Anna,\nB,Berit,A\nC,,\n');
  const told = await importInto(world, { ...file, isDry: true });
  assert.deepEqual(counts(told), { rows: 3, created: 3, updated: 0, unchanged: 0, refused: 0 });
  assert.equal(await one(world, 'A', 'name'), null);
  assert.equal((await importInto(world, file)).created, 3);
});

test('a run that ended in the middle goes on where it ended: nothing twice, nothing left out', async () => {
  const world = await newOrganization();
  const rows = Array.from(
    { length: 2500 },
    (_, at) => `R${at},${at % 100 === 7 ? '' : `Name ${at}`},${at % 100 === 7 ? 'x' : ''}`,
  );
  const file = fileOf('csv', `reference,name,creditLimit\n${rows.join('\n')}\n`);
  const stop = new Error('The power went.');
  await assert.rejects(
    importInto(world, {
      ...file,
      progress: ({ rows: done }) => {
        if (done >= 1000) throw stop;
      },
    }),
    stop,
  );
  writeFileSync(file.refusedFile, `${file.refused()}what a killed run wrote and never kept`);
  const done = await importInto(world, file);
  assert.deepEqual(counts(done), { rows: 2500, created: 2475, updated: 0, unchanged: 0, refused: 25 });
  assert.equal(done.resumedAt, 1000);
  assert.equal(file.refused().trim().split('\n').length, 26);
  assert.equal(file.outcomes().trim().split('\n').length, 2501);
  const { customers } = await world.ok('{ customers(first: 1) { totalCount(exact: true) { value } } }');
  assert.equal(customers.totalCount.value, 2475);
  assert.equal((await importInto(world, file)).wasDone, true);
});

test('a file is done in its order, however much of it is under way: the last row of a customer holds, parents come before their children', async () => {
  const world = await newOrganization();
  // Parts of the file have customers in common with the part before, or parents there, or neither.
  const again = Array.from({ length: 1500 }, (_, at) => `A${at % 700},Name ${at},`);
  const family = Array.from({ length: 1200 }, (_, at) => `F${at},Family ${at},${at >= 500 ? `F${at - 500}` : ''}`);
  const apart = Array.from({ length: 2000 }, (_, at) => `S${at},Somebody ${at},`);
  const file = fileOf('csv', `reference,name,parent\n${[...again, ...family, ...apart].join('\n')}\n`);
  const seen: number[] = [];
  const done = await importInto(world, { ...file, progress: ({ rows }) => void seen.push(rows) });
  assert.deepEqual(counts(done), { rows: 4700, created: 3900, updated: 800, unchanged: 0, refused: 0 });
  assert.deepEqual(
    seen,
    Array.from({ length: 10 }, (_, part) => Math.min(4700, (part + 1) * 500)),
  );
  assert.deepEqual(await one(world, 'A99', 'name'), { name: 'Name 1499' });
  assert.deepEqual(await one(world, 'A100', 'name'), { name: 'Name 800' });
  assert.deepEqual(await one(world, 'F1199', 'parent { reference }'), { parent: { reference: 'F699' } });
  const lines = file.outcomes().trim().split('\n').slice(1);
  assert.deepEqual(
    lines.map((line) => Number(line.split(',', 1)[0])),
    lines.map((_, at) => at + 2),
  );
});

test('unknown columns are refused with the nearest name, before anything is written', async () => {
  const world = await newOrganization();
  const faulty = importInto(world, fileOf('csv', 'reference,name,contry\nA,Anna,NO\n'));
  await assert.rejects(faulty, (error) => /contry \(country\?\)/.test(failureOf(error)?.message ?? ''));
  assert.equal(await one(world, 'A', 'name'), null);
});

test('what is exported can be imported, and nothing has changed; no cell is a formula', async () => {
  const world = await newOrganization();
  const input = {
    ...{ reference: '=1+1', name: '@sum', identity: '02016126007', comment: '\'-x, "quoted"\nand more' },
    ...{ emails: ['a@mail.example', 'b@mail.example'], creditLimit: '-5', productCodes: ['A', 'B'] },
    phones: [
      { number: '+47 22 12 34 56', primary: true },
      { number: '41234567', kind: 'mobile' },
    ],
    billingAddress: { line1: 'Grubbegata 6A', city: 'Oslo', country: 'NO' },
  };
  await importInto(world, fileOf('ndjson', `${JSON.stringify(input)}\n`));
  for (const format of ['csv', 'ndjson'] as const) {
    const text = await exported(world, format);
    assert.ok(!text.includes('02016126007'));
    if (format === 'csv') assert.match(text, /^'=1\+1,\d+,UNDEFINED,'@sum,/m);
    assert.equal((await importInto(world, fileOf(format, text))).unchanged, 1, text);
  }
  assert.equal((await exported(world, 'ndjson', { city: { equals: 'Bergen' } })).length, 0);
  const wrong = exported(world, 'csv', { town: 'Oslo' });
  await assert.rejects(wrong, (error) => /there is no town/.test(failureOf(error)?.message ?? ''));
});
