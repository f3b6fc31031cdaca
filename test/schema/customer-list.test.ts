import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Json, newCustomer, newOrganization, type World } from '../support/world.ts';
import { fill, list, referencesOf } from './customer-pages.ts';

test('a text of a filter is no longer than a column', async () => {
  const world = await newOrganization();
  const told = async (filter: object) =>
    (await world.gql('query ($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }', { f: filter }))
      .errors?.[0]?.extensions;
  const long = 'ab '.repeat(200);
  for (const filter of [
    { name: { contains: long } },
    { email: long },
    { or: [{ not: { reference: { in: ['a', long] } } }] },
    { category: { name: { startsWith: long } } },
  ])
    assert.equal((await told(filter))?.code, 'VALUE_TOO_LONG', JSON.stringify(filter).slice(0, 40));
  assert.deepEqual((await told({ name: { contains: long } }))?.faults[0].path, ['filter', 'name', 'contains']);
  assert.equal(await told({ name: { contains: long.slice(0, 500) } }), undefined);
});

/** Few values, so that filters meet them; and every sign that a pattern could trip over. */
const word = fc.constantFrom('ab', 'Ab', 'abc', 'b%', 'b_', 'b\\', 'x*y', 'axb', '', 'a b');
const oneOf = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });
const customer = fc.record({
  name: fc.constantFrom('ab', 'Ab', 'abc', 'b%', 'b_', 'b\\', 'axb', 'a b'),
  reference2: oneOf(word),
  comment: oneOf(word),
  person: fc.record({ lastName: oneOf(fc.constantFrom('Li', 'li', 'Berg')) }),
  billingAddress: fc.record({
    city: oneOf(word),
    streetNumber: oneOf(fc.integer({ min: 1, max: 4 })),
    country: oneOf(fc.constantFrom('NO', 'SE')),
  }),
  creditLimit: oneOf(fc.constantFrom('0', '10.5', '100')),
  currency: fc.constantFrom('NOK', 'EUR'),
  isActive: fc.boolean(),
  onHold: fc.boolean(),
  kind: fc.constantFrom('PERSON', 'COMPANY', 'UNDEFINED'),
  email: oneOf(fc.constantFrom('a@example.com', 'B@example.com')),
  phone: oneOf(fc.constantFrom('22 33 44 55', '+4699887766')),
  productCodes: fc.subarray(['P1', 'P2']),
});

interface Case {
  filter: Json;
  holds: (row: Json) => boolean;
}
const wild = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*')}$`,
  );
const pattern = fc.constantFrom('a*', '*b', '*b*', 'b%', 'b_*', '*\\*', 'ab', 'x*y', '*', '');

/** Text filters with what they mean; nothing holds of a missing value but `isNull`. */
function text(key: string, value: (row: Json) => string | null): fc.Arbitrary<Case> {
  const of = (filter: object, holds: (text: string) => boolean, ignoreCase: boolean): Case => ({
    filter: { [key]: { ...filter, ...(ignoreCase && { ignoreCase }) } },
    holds: (row) => {
      const found = value(row);
      return found !== null && holds(ignoreCase ? found.toLowerCase() : found);
    },
  });
  const cased = (text: string, ignoreCase: boolean) => (ignoreCase ? text.toLowerCase() : text);
  return fc.oneof(
    fc.tuple(word, fc.boolean()).map(([w, i]) => of({ equals: w }, (t) => t === cased(w, i), i)),
    fc
      .tuple(fc.array(word, { maxLength: 3 }), fc.boolean())
      .map(([ws, i]) => of({ in: ws }, (t) => ws.map((w) => cased(w, i)).includes(t), i)),
    fc.tuple(word, fc.boolean()).map(([w, i]) => of({ contains: w }, (t) => t.includes(cased(w, i)), i)),
    fc.tuple(word, fc.boolean()).map(([w, i]) => of({ startsWith: w }, (t) => t.startsWith(cased(w, i)), i)),
    fc.tuple(pattern, fc.boolean()).map(([w, i]) => of({ like: w }, (t) => wild(cased(w, i)).test(t), i)),
    fc.boolean().map((isNull) => ({
      filter: { [key]: { isNull } },
      holds: (row: Json) => (value(row) === null) === isNull,
    })),
  );
}
function range(key: string, value: (row: Json) => number | null, numbers: fc.Arbitrary<number>): fc.Arbitrary<Case> {
  const compare = {
    gt: (a: number, b: number) => a > b,
    gte: (a: number, b: number) => a >= b,
    lt: (a: number, b: number) => a < b,
    lte: (a: number, b: number) => a <= b,
  };
  return fc.oneof(
    fc.tuple(fc.constantFrom('gt', 'gte', 'lt', 'lte'), numbers).map(([operator, n]) => ({
      filter: { [key]: { [operator]: n } },
      holds: (row: Json) => {
        const found = value(row);
        return found !== null && compare[operator as keyof typeof compare](found, n);
      },
    })),
    fc
      .boolean()
      .map((isNull) => ({ filter: { [key]: { isNull } }, holds: (row: Json) => (value(row) === null) === isNull })),
  );
}
const plain = (key: string, values: readonly unknown[], holds: (row: Json, value: Json) => boolean) =>
  fc.constantFrom(...values).map((value) => ({ filter: { [key]: value }, holds: (row: Json) => holds(row, value) }));
const number = (text: string | null) => (text === null ? null : Number(text));

const leaf: fc.Arbitrary<Case> = fc.oneof(
  text('name', (row) => row.name),
  text('reference2', (row) => row.reference2),
  text('city', (row) => row.billingAddress?.city ?? null),
  text('lastName', (row) => row.person?.lastName ?? null),
  fc.boolean().map((i) => ({
    filter: { lastName: { equals: 'Li', ignoreCase: i } },
    holds: (row: Json) => (i ? row.person?.lastName?.toLowerCase() === 'li' : row.person?.lastName === 'Li'),
  })),
  range('creditLimit', (row) => number(row.creditLimit), fc.constantFrom(0, 10, 10.5, 99)),
  range('streetNumber', (row) => row.billingAddress?.streetNumber ?? null, fc.integer({ min: 0, max: 5 })),
  plain('kind', ['PERSON', 'COMPANY', 'UNDEFINED'], (row, value) => row.kind === value),
  plain('isActive', [true, false], (row, value) => row.isActive === value),
  plain('onHold', [true, false], (row, value) => row.onHold === value),
  plain('currency', ['NOK', 'eur'], (row, value) => row.currency === value.toUpperCase()),
  plain('country', ['NO', 'Sweden'], (row, value) => row.billingAddress?.country === (value === 'NO' ? 'NO' : 'SE')),
  plain('email', ['A@EXAMPLE.com', 'b@example.com'], (row, value) => row.email?.toLowerCase() === value.toLowerCase()),
  plain('phone', ['22334455', '+46 99 88 77 66'], (row, value) => row.phone?.includes(value.slice(-2)) === true),
  plain('productCode', ['P1', 'P3'], (row, value) => row.productCodes.includes(value)),
  plain('isSubcustomer', [true, false], (_row, value) => value === false),
);
const { filter: anyFilter } = fc.letrec<{ filter: Case }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('filter'), { maxLength: 3 }).map((all) => ({
      filter: { and: all.map((one) => one.filter) },
      holds: (row: Json) => all.every((one) => one.holds(row)),
    })),
    fc.array(tie('filter'), { maxLength: 3 }).map((some) => ({
      filter: { or: some.map((one) => one.filter) },
      holds: (row: Json) => some.some((one) => one.holds(row)),
    })),
    tie('filter').map((one) => ({ filter: { not: one.filter }, holds: (row: Json) => !one.holds(row) })),
  ),
}));

describe('lists of customers', () => {
  let world: World;
  let rows: Json[];
  before(async () => {
    [world] = [await newOrganization(), await newOrganization()];
    const inputs = fc.sample(customer, { numRuns: 60, seed: 7 });
    await fill(world, inputs);
    // The same in another organization: whatever is found twice came through the wall.
    await fill(await newOrganization(), inputs);
    const all = await world.ok(
      `{ customers(first: 100) { nodes { reference name reference2 kind currency isActive onHold email phone productCodes creditLimit createdAt
         comment person { lastName } billingAddress { city streetNumber country } } } }`,
    );
    rows = all.customers.nodes;
    assert.equal(rows.length, 60);
  });

  test('a filter holds for exactly the rows that it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async ({ filter, holds }) => {
        const { customers } = await world.ok(list, { first: 100, filter });
        const wanted = rows.filter(holds).map(({ reference }) => reference);
        assert.deepEqual(referencesOf(customers), wanted);
        assert.deepEqual(customers.totalCount, { value: wanted.length, exact: true });
      }),
      { numRuns: 200 },
    );
  });

  const order = fc.uniqueArray(
    fc.record({
      field: fc.constantFrom(
        'NAME',
        'CREDIT_LIMIT',
        'IS_ACTIVE',
        'KIND',
        'BILLING_CITY',
        'CREATED_AT',
        'EMAIL',
        'PHONE',
        'CATEGORY_REFERENCE',
        'SEGMENTATION_REFERENCE',
        'LOGO',
        'ID',
      ),
      direction: fc.constantFrom('ASC', 'DESC'),
    }),
    { maxLength: 3, selector: ({ field }) => field },
  );

  test('walked in pages of any size, forwards or backwards, a list is the list, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 30 }), fc.boolean(), async (orderBy, size, backwards) => {
        const whole = referencesOf((await world.ok(list, { first: 100, orderBy })).customers);
        assert.equal(new Set(whole).size, 60);
        const walked: string[] = [];
        let cursor: string | null = null;
        for (let more = true; more; ) {
          const at: object = backwards ? { last: size, before: cursor } : { first: size, after: cursor };
          const { customers } = await world.ok(list, { ...at, orderBy });
          if (backwards) walked.unshift(...referencesOf(customers));
          else walked.push(...referencesOf(customers));
          assert.ok(walked.length <= 60, 'a row came twice');
          more = backwards ? customers.pageInfo.hasPreviousPage : customers.pageInfo.hasNextPage;
          cursor = backwards ? customers.pageInfo.startCursor : customers.pageInfo.endCursor;
        }
        assert.deepEqual(walked, whole);
        const { customers } = await world.ok(list, { first: size, offset: 7, orderBy });
        assert.deepEqual(referencesOf(customers), whole.slice(7, 7 + size));
      }),
      { numRuns: 40 },
    );
  });

  test('values that are missing come last ascending, first descending', async () => {
    const limits = async (direction: string) =>
      referencesOf(
        (await world.ok(list, { first: 100, orderBy: [{ field: 'CREDIT_LIMIT', direction }] })).customers,
      ).map((reference) => number(rows.find((row) => row.reference === reference).creditLimit));
    const sorted = rows.map((row) => number(row.creditLimit)).sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
    assert.deepEqual(await limits('ASC'), sorted);
    assert.deepEqual(await limits('DESC'), sorted.toReversed());
  });

  test('sorted by what they point at, customers stand in the order of its reference', async () => {
    const shop = await newOrganization();
    for (const reference of ['c', 'a', 'b']) {
      await shop.ok(`mutation { categoryCreate(input: { reference: "${reference}", name: "N" }) { __typename } }`);
      await shop.ok(`mutation { segmentationCreate(input: { reference: "${reference}", name: "N" }) { __typename } }`);
    }
    const of = (by: string) => ({ category: { reference: by }, segmentation: { reference: by } });
    await fill(shop, [
      { name: '0', ...of('b') },
      { name: '1', ...of('c') },
      { name: '2', category: { reference: 'a' } },
    ]);
    const sorted = async (field: string, direction: string) =>
      referencesOf((await shop.ok(list, { first: 9, orderBy: [{ field, direction }] })).customers).join(' ');
    assert.equal(await sorted('CATEGORY_REFERENCE', 'ASC'), 'c2 c0 c1');
    assert.equal(await sorted('CATEGORY_REFERENCE', 'DESC'), 'c1 c0 c2');
    assert.equal(await sorted('SEGMENTATION_REFERENCE', 'ASC'), 'c0 c1 c2');
    assert.equal(await sorted('SEGMENTATION_REFERENCE', 'DESC'), 'c2 c1 c0');
  });

  test('a total follows who is active', async () => {
    const shop = await newOrganization();
    await fill(shop, [{ name: '0' }, { name: '1', isActive: false }, { name: '2' }]);
    const totals = async () => {
      const counts = [null, { isActive: true }, { isActive: false }].map(async (filter) => {
        const { totalCount } = (await shop.ok(list, { first: 1, filter })).customers;
        assert.equal(totalCount.exact, true);
        return totalCount.value;
      });
      return (await Promise.all(counts)).join(' ');
    };
    assert.equal(await totals(), '3 2 1');
    await shop.ok('mutation { customerUpdate(by: { reference: "c0" }, input: { isActive: false }) { __typename } }');
    assert.equal(await totals(), '3 1 2');
    await shop.ok('mutation { customerDelete(by: { reference: "c1" }) { __typename } }');
    assert.equal(await totals(), '2 1 1');
  });

  test('what is no page is refused: sizes, cursors of other lists, five sort keys at most', async () => {
    const refused = (variables: object) => world.refused(list, variables);
    for (const first of [0, -1, 101]) assert.equal(await refused({ first }), 'PAGE_SIZE_INVALID');
    assert.equal(await refused({ first: 1, last: 1 }), 'PAGE_SIZE_INVALID');
    assert.equal(await refused({ offset: -1 }), 'INVALID_INPUT');
    const { customers } = await world.ok(list, { first: 1, orderBy: [{ field: 'NAME' }] });
    const after = customers.pageInfo.endCursor;
    for (const cursor of [after, 'nonsense', '', Buffer.from('["ID","1e999"]').toString('base64url')]) {
      if (cursor === '') continue;
      assert.equal(await refused({ after: cursor }), 'CURSOR_INVALID', cursor);
    }
    const orderBy = ['ID', 'NAME', 'KIND', 'EMAIL', 'PHONE', 'FAX'].map((field) => ({ field }));
    assert.equal(await refused({ orderBy }), 'LIST_TOO_LONG');
  });
});

test('while others write, a walk meets every customer that stays exactly once', async () => {
  const world = await newOrganization();
  await fill(
    world,
    Array.from({ length: 60 }, (_, i) => ({ name: `n${i % 5}`, comment: 'stays' })),
  );
  let done = false;
  const writer = (async () => {
    for (let i = 0; !done; i++) {
      await newCustomer(world, { reference: `w${i}`, name: `n${i % 5}` });
      if (i % 2) await world.ok(`mutation { customerDelete(by: { reference: "w${i - 1}" }) { __typename } }`);
    }
  })();
  for (const backwards of [false, true]) {
    const met: string[] = [];
    const orderBy = [{ field: 'NAME', direction: 'DESC' }];
    let cursor: string | null = null;
    for (let more = true; more; ) {
      const at: object = backwards ? { last: 7, before: cursor } : { first: 7, after: cursor };
      const { customers } = await world.ok(list, { ...at, orderBy });
      met.push(...referencesOf(customers));
      assert.ok(met.length < 1000, 'the walk does not end');
      more = backwards ? customers.pageInfo.hasPreviousPage : customers.pageInfo.hasNextPage;
      cursor = backwards ? customers.pageInfo.startCursor : customers.pageInfo.endCursor;
    }
    const stayed = met.filter((reference) => reference.startsWith('c'));
    assert.deepEqual([stayed.length, new Set(stayed).size], [60, 60]);
    assert.equal(new Set(met).size, met.length);
  }
  done = true;
  await writer;
});
