import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newCustomer, newOrganization, statementsOf } from '../support/world.ts';
import { fill, list, referencesOf } from './customer-pages.ts';

test('filters by what customers point at', async () => {
  const world = await newOrganization();
  await world.ok(`mutation {
    a: categoryCreate(input: { reference: "k", name: "K", parent: { reference: "root" } }) { __typename }
    b: segmentationCreate(input: { reference: "s", name: "S" }) { __typename }
    c: paymentTypeCreate(input: { reference: "p", name: "P" }) { __typename }
  }`);
  const { id } = await newCustomer(world, { reference: 'top', name: 'Top' });
  await newCustomer(world, {
    reference: 'all',
    name: 'All',
    parent: { id },
    category: { reference: 'k' },
    segmentation: { reference: 's' },
    paymentTypes: [{ reference: 'p' }],
    company: { name: 'Oasis', organizationNumber: 'NO 999-888' },
  });
  const found = async (filter: object) => referencesOf((await world.ok(list, { filter })).customers);
  for (const filter of [
    { category: { by: { reference: 'k' } } },
    { category: { in: [{ reference: 'k' }, { reference: 'none' }] } },
    { category: { name: { like: '*k', ignoreCase: true } } },
    { segmentation: { reference: 's' } },
    { paymentType: { reference: 'p' } },
    { parent: { id } },
    { parent: { reference: 'top' } },
    { isSubcustomer: true },
    { organizationNumber: 'no999-888' },
    { companyName: { equals: 'OASIS', ignoreCase: true } },
    { createdBy: { reference: 'admin' }, name: { equals: 'All' } },
  ])
    assert.deepEqual(await found(filter), ['all'], JSON.stringify(filter));
  assert.deepEqual(await found({ category: { by: { reference: 'root' }, subtree: true } }), ['top', 'all']);
  assert.deepEqual(await found({ category: { in: [] } }), []);
  for (const filter of [
    { segmentation: { reference: 'none' } },
    { paymentType: { numericId: 999_999 } },
    { parent: { reference: 'none' } },
    { companyName: { equals: 'OASIS' } },
  ])
    assert.deepEqual(await found(filter), [], JSON.stringify(filter));
});

test('a search finds by words, accents aside, by phone in any format, and by what is nearly spelt so', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'r-17', name: 'Åse Sørensen', email: 'ase@example.com', phone: '22 33 44 55' });
  await newCustomer(world, { reference: 'r-18', name: 'Kari Nordmann' });
  const found = async (search: string) => referencesOf((await world.ok(list, { search })).customers);
  for (const search of ['ase', 'SORENSEN', 'sør åse', 'ase@exam', 'r-17', '+47 2233', '22334455', 'Sorensenn'])
    assert.deepEqual(await found(search), ['r-17'], search);
  for (const search of ['%', '_', '\\', 'zzzzzz']) assert.deepEqual(await found(search), [], search);
  // A search box that nobody has typed into yet.
  for (const search of ['', '  ']) assert.deepEqual(await found(search), ['r-17', 'r-18'], search);
  assert.equal(await world.refused(list, { search: 'x'.repeat(201) }), 'VALUE_TOO_LONG');
});

test('a pattern finds the names that have it, and no others, whatever letters and signs stand in either', async () => {
  const [world, other] = await Promise.all([newOrganization(), newOrganization()]);
  const text = (maxLength: number) =>
    fc
      .array(fc.constantFrom(...'aAbåÅé%_\\ -', '語', '😀'), { minLength: 1, maxLength })
      .map((signs) => signs.join('').trim() || 'a');
  const names = fc.sample(text(9), { numRuns: 100, seed: 7 });
  const rows = names.map((name) => ({ name }));
  await Promise.all([fill(world, rows), fill(other, rows)]);
  const piece = fc.oneof(
    text(4),
    fc
      .tuple(fc.constantFrom(...names), fc.nat(4), fc.integer({ min: 2, max: 5 }))
      .map(([name, from, length]) => [...name].slice(from, from + length).join('')),
  );
  const exactly = (part: string) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const asked = fc.oneof(
    piece.map((part) => ({ filter: { contains: part }, means: exactly(part) })),
    piece.map((part) => ({ filter: { startsWith: part }, means: `^${exactly(part)}` })),
    fc
      .tuple(piece, piece)
      .map(([a, b]) => ({ filter: { like: `*${a}*${b}` }, means: `${exactly(a)}[^]*${exactly(b)}$` })),
  );
  await fc.assert(
    fc.asyncProperty(asked, fc.boolean(), async ({ filter, means }, ignoreCase) => {
      const { customers } = await world.ok(list, { first: 100, filter: { name: { ...filter, ignoreCase } } });
      const holds = new RegExp(means, ignoreCase ? 'iu' : 'u');
      const expected = names.flatMap((name, i) => (holds.test(name) ? [`c${i}`] : []));
      assert.deepEqual(referencesOf(customers), expected, JSON.stringify(filter));
      assert.equal(customers.totalCount.value, expected.length);
    }),
    { numRuns: 150 },
  );
});

test('a name is found by its new letters after a change, no longer by the old ones, and not at all once it is gone', async () => {
  const world = await newOrganization();
  const { id } = await newCustomer(world, { reference: 'one', name: 'Vestby Bakery' });
  const found = async (contains: string) =>
    referencesOf((await world.ok(list, { filter: { name: { contains, ignoreCase: true } } })).customers);
  assert.deepEqual(await found('BAKERY'), ['one']);
  await world.ok(
    'mutation ($by: CustomerBy!) { customerUpdate(by: $by, input: { name: "Vestby Garage" }) { __typename } }',
    { by: { id } },
  );
  assert.deepEqual([await found('bakery'), await found('garage')], [[], ['one']]);
  await world.ok('mutation ($by: CustomerBy!) { customerDelete(by: $by) { __typename } }', { by: { id } });
  assert.deepEqual(await found('garage'), []);
});

test('a page of a hundred with all that customers point at costs six statements at most', async () => {
  const world = await newOrganization();
  await world.ok(`mutation {
    a: segmentationCreate(input: { reference: "s", name: "S" }) { __typename }
    b: paymentTypeCreate(input: { reference: "p", name: "P" }) { __typename }
  }`);
  await fill(
    world,
    Array.from({ length: 100 }, () => ({
      name: 'N',
      segmentation: { reference: 's' },
      paymentTypes: [{ reference: 'p' }],
    })),
  );
  const query = `{ customers(first: 100) { nodes { reference category { name } segmentation { name } paymentTypes { name } contacts { lastName } } } }`;
  await world.ok(query);
  const statements = await statementsOf(async () => {
    const { customers } = await world.ok(query);
    assert.equal(customers.nodes.length, 100);
    assert.equal(customers.nodes[99].paymentTypes[0].name, 'P');
  });
  assert.ok(statements.length > 0 && statements.length <= 6, `${statements.length}:\n${statements.join('\n')}`);
});
