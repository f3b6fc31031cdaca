import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newCustomer, newOrganization, post, refusal, type World } from '../support/world.ts';

/** What the four changes of each resource have in common. `input` makes a record; `more` changes it. */
const resources = [
  { field: 'category', list: 'categories', input: { name: 'A' }, more: { description: 'B' }, key: 'reference' },
  { field: 'segmentation', list: 'segmentations', input: { name: 'A' }, more: { description: 'B' }, key: 'reference' },
  { field: 'paymentType', list: 'paymentTypes', input: { name: 'A' }, more: { isActive: false }, key: 'reference' },
  { field: 'region', list: 'regions', input: { name: 'A' }, more: { position: 3 }, key: 'reference' },
  { field: 'user', list: 'users', input: { lastName: 'A' }, more: { email: 'a@example.com' }, key: 'reference' },
  {
    field: 'contact',
    list: 'contacts',
    input: { firstName: 'A', lastName: 'B', customer: { reference: 'c' } },
    more: { jobTitle: 'Boss' },
    key: 'reference',
  },
  {
    field: 'login',
    list: null,
    input: { customer: { reference: 'c' } },
    more: { credentials: [{ credential: 'a@example.com' }] },
    key: 'uniqueId',
  },
  {
    field: 'directoryEntry',
    list: 'directoryEntries',
    input: { person: { lastName: 'A' } },
    more: { identity: '123' },
    key: 'reference',
  },
] as const;

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

function calls(world: World, { field, key }: { field: string; key: string }) {
  const type = upper(field);
  const shown = `... on TYPEPayload { outcome record: ${field} { id numericId ${key} version createdAt updatedAt } } ${refusal}`;
  const run = async (verb: string, head: string, args: string, variables: object) =>
    (
      await world.ok(
        `mutation (${head}) { result: ${field}${verb}(${args}) { ${shown.replace('TYPE', type + verb)} } }`,
        variables,
      )
    ).result;
  return {
    create: (input: object) => run('Create', `$input: ${type}CreateInput!`, 'input: $input', { input }),
    update: (by: object, input: object, v?: number) =>
      run(
        'Update',
        `$by: ${type}By!, $input: ${type}UpdateInput!, $v: Int`,
        'by: $by, input: $input, expectedVersion: $v',
        { by, input, v },
      ),
    upsert: (by: object, input: object, v?: number) =>
      run(
        'Upsert',
        `$by: ${type}By!, $input: ${type}UpsertInput!, $v: Int`,
        'by: $by, input: $input, expectedVersion: $v',
        { by, input, v },
      ),
    remove: async (by: object, v?: number) =>
      (
        await world.ok(
          `mutation ($by: ${type}By!, $v: Int) { result: ${field}Delete(by: $by, expectedVersion: $v) { ... on ${type}DeletePayload { deletedId } ${refusal} } }`,
          { by, v },
        )
      ).result,
    find: async (by: object) =>
      (await world.ok(`query ($by: ${type}By!) { found: ${field}(by: $by) { id ${key} } }`, { by })).found,
  };
}

for (const resource of resources) {
  describe(resource.field, () => {
    const { field, list, input, more, key } = resource;

    test('is made, found by every identity, changed, and deleted', async () => {
      const world = await newOrganization();
      await newCustomer(world, { reference: 'c', name: 'C' });
      const { create, update, upsert, remove, find } = calls(world, resource);
      const made = await create({ ...input, [key]: 'one' });
      assert.deepEqual([made.outcome, made.record?.version], ['CREATED', 1], JSON.stringify(made));
      const { id, numericId } = made.record;
      for (const by of [{ id }, { numericId }, { [key]: 'one' }])
        assert.deepEqual(await find(by), { id, [key]: 'one' });
      assert.deepEqual((await world.ok('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).node, {
        __typename: upper(field),
        id,
      });
      const changed = await update({ id }, more);
      assert.deepEqual([changed.outcome, changed.record?.version], ['UPDATED', 2], JSON.stringify(changed));
      assert.equal((await update({ id }, more)).outcome, 'UNCHANGED');
      assert.equal((await upsert({ [key]: 'one' }, more)).outcome, 'UNCHANGED');
      const second = await upsert({ [key]: 'two' }, input);
      assert.deepEqual([second.outcome, second.record?.[key]], ['CREATED', 'two'], JSON.stringify(second));
      const stale = await update({ id }, { [key]: 'three' }, 1);
      assert.deepEqual([stale.__typename, stale.currentVersion], ['StaleError', 2]);
      assert.equal((await remove({ id }, 1)).code, 'VERSION_STALE');
      assert.deepEqual(await remove({ id }, 2), { deletedId: id, __typename: `${upper(field)}DeletePayload` });
      assert.equal(await find({ id }), null);
      assert.equal((await remove({ id })).__typename, 'NotFoundError');
      assert.equal((await update({ id }, more)).__typename, 'NotFoundError');
      assert.equal((await upsert({ id }, input)).__typename, 'NotFoundError');
    });

    test('faults are told together; a taken reference names who has it; what is needed cannot be cleared', async () => {
      const world = await newOrganization();
      await newCustomer(world, { reference: 'c', name: 'C' });
      const { create, update, upsert } = calls(world, resource);
      const { record } = await create({ ...input, [key]: 'one' });
      const taken = await create({ ...input, [key]: 'one' });
      assert.deepEqual([taken.__typename, taken.existingId], ['ConflictError', record.id]);
      const needed = await create({ [key]: 'x'.repeat(101) });
      assert.equal(needed.__typename, 'InvalidInputError', JSON.stringify(needed));
      assert.ok(needed.faults.some(({ code }: { code: string }) => code === 'VALUE_TOO_LONG'));
      assert.ok(
        needed.faults.some(({ code }: { code: string }) => code === 'VALUE_REQUIRED'),
        JSON.stringify(needed),
      );
      assert.equal((await update({ id: record.id }, { [key]: null })).code, 'VALUE_REQUIRED');
      const isNeeded = { ...input, person: undefined };
      for (const name of Object.keys(isNeeded).filter((name) => name !== 'person'))
        assert.equal((await update({ id: record.id }, { [name]: null })).code, 'VALUE_REQUIRED', name);
      assert.equal((await upsert({ [key]: '' }, input)).faults?.[0].path.join('.'), `by.${key}`);
    });

    test('of ten upserts at once one makes it', async () => {
      const world = await newOrganization();
      await newCustomer(world, { reference: 'c', name: 'C' });
      const { upsert } = calls(world, resource);
      const results = await Promise.all(
        Array.from({ length: 10 }, () => upsert({ [key]: 'one' }, { ...input, ...more })),
      );
      assert.deepEqual(results.map(({ outcome, code }) => outcome ?? code).sort(), [
        'CREATED',
        ...Array.from({ length: 9 }, () => 'UNCHANGED'),
      ]);
    });

    test('nothing of another organization is read, pointed at or changed', async () => {
      const [world, other] = [await newOrganization(), await newOrganization()];
      for (const one of [world, other]) await newCustomer(one, { reference: 'c', name: 'C' });
      const { record } = await calls(other, resource).create({ ...input, [key]: 'theirs' });
      const { update, upsert, remove, find, create } = calls(world, resource);
      for (const by of [{ id: record.id }, { numericId: record.numericId }, { [key]: 'theirs' }])
        assert.equal(await find(by), null);
      assert.equal((await update({ id: record.id }, more)).__typename, 'NotFoundError');
      assert.equal((await remove({ numericId: record.numericId })).__typename, 'NotFoundError');
      assert.equal((await upsert({ id: record.id }, input)).__typename, 'NotFoundError');
      assert.equal((await create({ ...input, [key]: 'theirs' })).outcome, 'CREATED');
      assert.equal((await world.ok('query ($id: ID!) { node(id: $id) { id } }', { id: record.id })).node, null);
      assert.equal((await calls(other, resource).find({ id: record.id }))[key], 'theirs');
    });

    if (list !== null) {
      test('is listed, filtered, sorted and counted, and needs its scope', async () => {
        const world = await newOrganization();
        await newCustomer(world, { reference: 'c', name: 'C' });
        const { create } = calls(world, resource);
        for (const reference of ['x-3', 'x-1', 'x-2'])
          assert.equal((await create({ ...input, reference })).outcome, 'CREATED');
        const page = async (args: string) =>
          (
            await world.ok(
              `{ page: ${list}(${args}) { nodes { reference } totalCount { value exact } pageInfo { hasNextPage endCursor } } }`,
            )
          ).page;
        const only = 'filter: { reference: { startsWith: "x-" } }';
        const sorted = await page(`${only}, first: 2, orderBy: [{ field: REFERENCE, direction: DESC }]`);
        assert.deepEqual(
          [sorted.nodes, sorted.totalCount, sorted.pageInfo.hasNextPage],
          [[{ reference: 'x-3' }, { reference: 'x-2' }], { value: 3, exact: true }, true],
        );
        const rest = await page(
          `${only}, after: "${sorted.pageInfo.endCursor}", orderBy: [{ field: REFERENCE, direction: DESC }]`,
        );
        assert.deepEqual(rest.nodes, [{ reference: 'x-1' }]);
        for (const order of ['ID', 'NAME', 'POSITION', 'CREATED_AT', 'UPDATED_AT']) {
          const first = await page(`${only}, first: 1, orderBy: [{ field: ${order} }]`);
          const after = await page(`${only}, after: "${first.pageInfo.endCursor}", orderBy: [{ field: ${order} }]`);
          assert.deepEqual(
            [...first.nodes, ...after.nodes].map(({ reference }) => reference),
            ['x-3', 'x-1', 'x-2'],
            order,
          );
        }
        assert.deepEqual((await page(`${only}, last: 1`)).nodes, [{ reference: 'x-2' }]);
        assert.deepEqual((await page(`${only}, offset: 1, first: 1`)).nodes, [{ reference: 'x-1' }]);
        assert.equal((await page('filter: { name: { equals: "nobody" } }')).totalCount.value, 0);
        const poor = await world.keyFor(['customers:lookup']);
        assert.equal((await post(poor, `{ ${list} { nodes { id } } }`)).errors?.[0]?.extensions.code, 'FORBIDDEN');
      });
    }
  });
}
