import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { newTenant, type Tenant } from '../oauth.ts';

describe('search', () => {
  let tenant: Tenant;
  let other: Tenant;
  const search = async (query = '', json: unknown = {}) => {
    const path = `/v1/clients/${tenant.clientId}/customers/search${query}`;
    const { status, body, text } = await tenant.call('POST', path, { json });
    assert.equal(status, 200, text);
    const items: { customerNumber: string }[] = body.items;
    return { total: body.total, numbers: items.map(({ customerNumber }) => customerNumber) };
  };
  const by = async (searchColumn: string, searchValue: string) =>
    (await search('?order=asc', { searchColumn, searchValue })).numbers;

  before(async () => {
    [tenant, other] = await Promise.all([newTenant(), newTenant()]);
    await tenant.customer({
      reference: 'c1',
      person: { firstName: 'Tom', lastName: 'Åberg' },
      identity: '02016126007',
    });
    await tenant.customer({ reference: 'c2', person: { firstName: 'Ann', lastName: 'Customer' } });
    await tenant.customer({ reference: 'c3', company: { name: 'Customer 100%', organizationNumber: '974 760 673' } });
    await other.customer({ reference: 'c4', name: 'Customer' });
  });

  test('200, by number and downwards unless something else is asked', async () =>
    assert.deepEqual(await search(), { total: 3, numbers: ['c3', 'c2', 'c1'] }));

  test('200, page by page; beyond the end nothing', async () => {
    assert.deepEqual(await search('?page=2&perPage=2'), { total: 3, numbers: ['c1'] });
    assert.deepEqual(await search('?page=999999999&perPage=1000'), { total: 3, numbers: [] });
  });

  test('200, sorted by each column, in any case', async () => {
    assert.deepEqual((await search('?sort=NAME&order=ASC')).numbers, ['c2', 'c3', 'c1']);
    for (const column of ['clientId', 'customerNumber', 'ssn']) {
      assert.deepEqual((await search(`?sort=${column}&order=asc`)).numbers, ['c1', 'c2', 'c3']);
    }
    assert.equal((await search('?sort=organizationNumber&order=desc')).total, 3);
  });

  test('200, equality for numbers, a part of a name in any case', async () => {
    assert.deepEqual(await by('customerNumber', 'c2'), ['c2']);
    assert.deepEqual(await by('customerNumber', 'c'), []);
    assert.deepEqual(await by('name', 'cUSTOM'), ['c2', 'c3']);
    assert.deepEqual(await by('name', '100%'), ['c3']);
    assert.deepEqual(await by('name', '%'), ['c3']);
    assert.deepEqual(await by('ssn', '020161 26007'), ['c1']);
    assert.deepEqual(await by('ssn', '0201612600'), []);
    assert.deepEqual(await by('organizationNumber', '974760673'), ['c3']);
    assert.deepEqual(await by('clientId', String(tenant.clientId)), ['c1', 'c2', 'c3']);
    assert.deepEqual(await by('clientId', String(other.clientId)), []);
  });

  test('200, another organization’s customers are not there', async () =>
    assert.deepEqual(await search('', { searchColumn: 'customerNumber', searchValue: 'c4' }), {
      total: 0,
      numbers: [],
    }));

  test('400, a column, a page or a size that there is not', async () => {
    const ask = async (query: string, json: unknown) => {
      const path = `/v1/clients/${tenant.clientId}/customers/search${query}`;
      const { status, body } = await tenant.call('POST', path, { json });
      return [status, ...body.invalidParameters.map(({ name }: { name: string }) => name)];
    };
    assert.deepEqual(await ask('?page=0&perPage=1001&sort=email&order=up', {}), [
      400,
      'page',
      'perPage',
      'sort',
      'order',
    ]);
    assert.deepEqual(await ask('', { searchColumn: 'email', searchValue: 'x' }), [400, 'searchColumn']);
    assert.deepEqual(await ask('', { searchValue: 'x' }), [400, 'searchColumn']);
  });
});
