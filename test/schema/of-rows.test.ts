import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PgTable } from 'drizzle-orm/pg-core';
import { parse } from 'graphql';
import type { References } from '../../src/db/references.ts';
import { categories, paymentTypes, regions, segmentations } from '../../src/db/tables/references.ts';
import { users } from '../../src/db/tables/users.ts';
import { schema } from '../../src/schema/index.ts';
import { relationsShown } from '../../src/schema/of-rows.ts';

const remembered = [categories, segmentations, paymentTypes, regions, users];
const referencesOf = (tables: readonly PgTable[]) =>
  ({ tables: new Map(tables.map((table) => [table, { cells: [], rows: new Map() }])) }) as unknown as References;

const caller = { scopes: new Set<string>(['customers:read', 'references:read', 'users:read']), customerId: null };

/** The tables that must be looked into beside the changed customer's row; null when the answer needs more. */
function beside(shown: string, tables: readonly PgTable[] = remembered, more = ''): string[] | null {
  const text = `mutation { customerUpdate(by: { reference: "a" }, input: {}) { __typename ... on CustomerUpdatePayload { outcome customer { ${shown} } } ... on Error { message faults { code } } } } ${more}`;
  const relations = relationsShown(schema, parse(text), referencesOf(tables), caller);
  return relations?.map(({ noun }) => noun.name) ?? null;
}

test('what a customer’s row has, and what is remembered, needs nothing beside it', () => {
  assert.deepEqual(beside('name version category { name } createdBy { lastName } billingAddress { city }'), []);
});

test('what belongs to a customer is read before it is changed, whatever it points at that is remembered', () => {
  assert.deepEqual(
    beside('contacts { lastName } paymentTypes { name } parent { name category { name } } logo { path }'),
    ['Contact', 'PaymentType', 'Customer', 'Picture'],
  );
  assert.deepEqual(beside('...Known ...Known', remembered, 'fragment Known on Customer { contacts { lastName } }'), [
    'Contact',
  ]);
});

test('what stands a step farther, is a list, or takes an argument, is not', () => {
  for (const shown of [
    'parent { parent { name } }',
    'parent { contacts { lastName } }',
    'subcustomers { nodes { name } }',
    'identity { value(purpose: "x") }',
  ])
    assert.equal(beside(shown), null, shown);
});

test('a table too large to be remembered is not looked into before a change that may point elsewhere in it', () => {
  const others = remembered.filter((table) => table !== categories);
  assert.equal(beside('category { name }', others), null);
  assert.equal(beside('parent { category { name } }', others), null);
  assert.deepEqual(beside('name', others), []);
});

test('fragments that spread each other over and over are looked at once', { timeout: 60_000 }, () => {
  const levels = Array.from({ length: 100 }, (_, i) => `fragment F${i} on Customer { ...F${i + 1} ...F${i + 1} }`);
  assert.deepEqual(beside('...F0', remembered, `${levels.join(' ')} fragment F100 on Customer { name }`), []);
});
