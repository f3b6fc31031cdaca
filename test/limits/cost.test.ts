import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, validate } from 'graphql';
import { openCost } from '../../src/limits/cost.ts';
import { schema } from '../../src/schema/index.ts';
import { newOrganization } from '../support/world.ts';

const price = openCost(schema);
const cost = (query: string, variables: Record<string, unknown> = {}) => {
  const document = parse(query);
  assert.deepEqual(validate(schema, document), []);
  return price(document, null, variables);
};

describe('what an operation costs is known before it runs', () => {
  it('one record is one', () => assert.equal(cost('{ customer(by: { reference: "a" }) { name } }').objects, 1));
  it('parts of the same row are free', () =>
    assert.equal(cost('{ customer(by: { reference: "a" }) { billingAddress { city } } }').objects, 1));
  it('a page is as many as it may have, twenty unless said', () => {
    assert.equal(cost('{ customers { nodes { name } } }').objects, 20);
    assert.equal(cost('{ customers(first: 100) { nodes { name } } }').objects, 100);
    assert.equal(cost('{ customers(last: 7) { edges { node { name } } } }').objects, 7);
  });
  it('sizes are read from variables, and from their defaults', () => {
    const query = 'query ($n: Int = 50) { customers(first: $n) { nodes { name } } }';
    assert.equal(cost(query).objects, 50);
    assert.equal(cost(query, { n: 3 }).objects, 3);
  });
  it('lists within lists multiply', () => {
    const query =
      '{ customers(first: 100) { nodes { category { name } paymentTypes { name } contacts { firstName } } } }';
    assert.deepEqual(cost(query), { objects: 100 * (1 + 1 + 10 + 10), points: 22, lookups: 0 });
    const deep = '{ categories(first: 100) { nodes { customers(first: 100) { nodes { name } } } } }';
    assert.equal(cost(deep).objects, 100 * 101);
  });
  it('each alias and each spread is counted', () => {
    assert.equal(cost('{ a: customers { nodes { name } } b: customers { nodes { name } } }').objects, 40);
    const spread = '{ ...F g: customers { nodes { name } } } fragment F on Query { customers { nodes { name } } }';
    assert.equal(cost(spread).objects, 40);
  });
  it('a page that nobody looks into is read all the same, and a count to the end is dear', () => {
    assert.equal(cost('{ customers(first: 9) { pageInfo { hasNextPage } } }').objects, 9);
    assert.equal(cost('{ customers(first: 1) { totalCount(exact: true) { value } } }').objects, 20);
  });
  it('plain values are free, long ones are not, nor are those of several names: an answer is bounded, whatever is stored', () => {
    const each = (fields: string) => cost(`{ customers(first: 100) { nodes { ${fields} } } }`).objects / 100;
    assert.equal(each('name reference email billingAddress { city } emails'), 1);
    assert.equal(each('name comment'), 1 + 3);
    assert.equal(each('name a: name b: name'), 1 + 2);
    assert.equal(each('a: comment b: comment'), 1 + 2 * (3 + 1));
  });
  it('a documented API’s answer is as much as twenty records', () => {
    const query =
      '{ customers(first: 100) { nodes { a: as(dialect: RIVERTY) { body } b: as(dialect: CONNECT) { body } } } }';
    assert.equal(cost(query).objects, 100 * (1 + 20 + 20));
  });
  it('changes weigh ten times as much, by their rows', () => {
    const one = 'mutation { customerDelete(by: { reference: "a" }) { __typename } }';
    assert.equal(cost(one).objects, 10);
    const many = 'mutation ($rows: [CustomersUpsertRow!]!) { customersUpsert(rows: $rows) { __typename } }';
    assert.equal(cost(many, { rows: Array(250).fill({}) }).objects, 2500);
  });
  it('250 rows may be changed, and each outcome read with all its faults and what the customer points at', () => {
    const many = `mutation ($rows: [CustomersUpsertRow!]!) {
      customersUpsert(rows: $rows) {
        ... on CustomerUpsertPayload { outcome customer { reference category { name } paymentTypes { name } } }
        ... on InvalidInputError { faults { code path message } }
        ... on NotFoundError { faults { code path message } }
        ... on ConflictError { existingId faults { code path message } }
      }
    }`;
    assert.equal(cost(many, { rows: Array(250).fill({}) }).objects, 250 * (10 + 1 + 1 + 10));
  });
  it('so is a search by an email or a number', () => {
    const lookups = (search: string) =>
      cost('query ($s: String) { customers(search: $s) { nodes { id } } }', { s: search }).lookups;
    assert.deepEqual([lookups('anna berg'), lookups('anna@example.org'), lookups('+47 123 45 678')], [0, 1, 1]);
  });
  it('every value that looks people up is counted', () => {
    const lookups = (query: string, variables = {}) => cost(query, variables).lookups;
    assert.equal(lookups('{ customerDetails(country: "SE", identity: "1") { __typename } }'), 1);
    assert.equal(lookups('{ customersByCredential(credentials: ["a@b.se", "c@d.se"]) { credential } }'), 2);
    const filter = 'query ($f: CustomerFilter) { customers(filter: $f) { totalCount { value } } }';
    assert.equal(lookups(filter, { f: { identity: '1', or: [{ phone: '2' }, { not: { email: 'x@y.no' } }] } }), 3);
    assert.equal(lookups(filter, { f: { name: { eq: 'a' } } }), 0);
    assert.equal(lookups('{ customers(filter: { phone: "1" }) { nodes { name } } }'), 1);
  });
});

describe('a caller is told what an operation costs', async () => {
  const world = await newOrganization();
  it('in extensions.cost, with the budget that is left', async () => {
    const { extensions } = await world.raw('{ customers(first: 100) { nodes { contacts { firstName } } } }');
    assert.equal(extensions.cost.requested, 11);
    assert.equal(extensions.cost.limit, 100);
    assert.equal(extensions.cost.restoreRate, 5_000);
    assert.ok(extensions.cost.remaining > 200_000);
  });
  it('400 and what to do, when it asks for more than ten thousand records', async () => {
    const query = '{ categories(first: 100) { nodes { customers(first: 100) { nodes { name } } } } }';
    const { status, errors, data } = await world.gql(query);
    assert.equal(status, 400);
    assert.equal(data, undefined);
    assert.equal(errors?.[0]?.extensions.code, 'QUERY_TOO_COMPLEX');
    assert.match(errors?.[0]?.extensions.faults[0].message, /10100 records: at most 10000\. Ask for shorter pages/);
  });
});
