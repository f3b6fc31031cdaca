import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkShape } from '../../../src/rest-compat/shape.ts';
import { facts, refused, routeOf, say, wrongType } from './said.ts';

const list = (query: Record<string, string | string[]>) => say('GET', '/customers', { query });

test('the defaults: 100 rows by creation', () => {
  assert.deepEqual(list({}), {
    first: 100,
    offset: 0,
    orderBy: [{ field: 'CREATED_AT', direction: 'ASC' }],
  });
});

test('filters, sort and page in our words; max is cut at 1000', () => {
  const query = {
    max: '5000',
    offset: '20',
    sort: 'billingCity',
    order: 'desc',
    dateCreated_gte: '2015-12-17T23:00:00Z',
    lastUpdated_lt: '2016-02-29T23:59:59Z',
    reference: '*ef-6*',
    name: '100%',
    categoryReference: 'Ref-6*',
    isActive: 'false',
  };
  assert.deepEqual(list(query), {
    first: 1000,
    offset: 20,
    orderBy: [{ field: 'BILLING_CITY', direction: 'DESC' }],
    filter: {
      createdAt: { gte: '2015-12-17T23:00:00Z', wholeSeconds: true },
      updatedAt: { lt: '2016-02-29T23:59:59Z', wholeSeconds: true },
      reference: { like: '*ef-6*' },
      name: { like: '100%' },
      category: { reference: { like: 'Ref-6*' } },
      isActive: false,
    },
  });
});

test('400, names that the list does not know are all named', () => {
  const words = 'The parameters [dateCreated_gta, foo] you provided are not valid for this request.';
  assert.deepEqual(list({ dateCreated_gta: '1', foo: '2', max: 'x' }), refused(400, 'invalid_param', words));
  const sort = 'The parameters [sort] you provided are not valid for this request.';
  assert.deepEqual(list({ sort: 'contacts' }), refused(400, 'invalid_param', sort));
  assert.deepEqual(list({ sort: 'constructor' }), refused(400, 'invalid_param', sort));
});

test('400, dates in any other form, and days that there are not', () => {
  for (const date of ['2016-08-1Z', '2016-02-30T00:00:00Z', '2016-08-01T00:00:00', '2016-08-01T24:00:00Z', '']) {
    const words = `Invalid datetime filter (not ISO-8601 formatted): [${date}]`;
    assert.deepEqual(list({ dateCreated_gt: date }), refused(400, 'invalid_datetime_format', words));
  }
});

test('400, paging values of the wrong form or out of range', () => {
  for (const max of ['0', '-1', 'ten', '1.5', '', '99999999999999999999']) {
    assert.deepEqual(list({ max }), wrongType('max'));
  }
  assert.deepEqual(list({ max: ['1', '2'] }), wrongType('max'));
  assert.deepEqual(list({ offset: '-1' }), wrongType('offset'));
  assert.deepEqual(list({ order: 'up' }), wrongType('order'));
});

test('400, a boolean is true or false', () => {
  const words = 'An invalid value was specified for parameter: isActive (must be a boolean: true or false)';
  assert.deepEqual(list({ isActive: 'yes' }), refused(400, 'invalid_param_type', words));
});

test('the links keep version, filters, sort and order', () => {
  const page = (query: Record<string, string>, total: number) => {
    const route = routeOf('GET', '/customers');
    const { words } = checkShape(route, { params: {}, query, body: {} });
    const { body } = route.reply({ list: { nodes: [], totalCount: { value: total } } }, facts, words);
    return (route.response.parse(body) as { paging: object }).paging;
  };
  assert.deepEqual(page({ max: '2' }, 1019), {
    total: 1019,
    max: 2,
    offset: 0,
    previous: null,
    next: '/api/v2.1/customers?max=2&offset=2&sort=dateCreated&order=asc',
  });
  assert.deepEqual(page({ max: '2', offset: '2', name: 'a&b *', sort: 'name' }, 4), {
    total: 4,
    max: 2,
    offset: 2,
    previous: '/api/v2.1/customers?max=2&offset=0&sort=name&order=asc&name=a%26b%20*',
    next: null,
  });
});
