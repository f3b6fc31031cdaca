import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etagOf, isKnown, versionRead } from '../../src/rest-compat/condition.ts';
import { newShop } from './shop.ts';

type Shop = Awaited<ReturnType<typeof newShop>>;

/** A customer of the shop: its path and its entity tag. */
async function made(shop: Shop) {
  const { body } = await shop.call('POST', '/customers', { form: { name: 'Brick', reference: 'brick' } });
  const path = `/customers/${body.id}`;
  return { path, etag: await etagAt(shop, path) };
}
const etagAt = async (shop: Shop, path: string) => (await shop.call('GET', path)).headers.get('etag') ?? '';
const change = (shop: Shop, path: string, comment: string, ifMatch: string) =>
  shop.call('POST', path, { form: { comment }, headers: { 'if-match': ifMatch } });

test('200: a single record has a strong ETag, the same however it is read, another after each change', async () => {
  const shop = await newShop();
  const { path, etag } = await made(shop);
  assert.match(etag, /^"1-[\w-]{16}"$/);
  assert.equal(await etagAt(shop, '/customers/reference/brick'), etag);
  const changed = await shop.call('POST', path, { form: { comment: 'new' } });
  assert.match(changed.headers.get('etag') ?? '', /^"2-/);
  assert.equal(await etagAt(shop, path), changed.headers.get('etag'));
  assert.equal((await shop.call('GET', '/customers')).headers.get('etag'), null);
});

test('304: a reader who has the answer already gets no body', async () => {
  const shop = await newShop();
  const { path, etag } = await made(shop);
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const { status, bytes, headers } = await shop.call('GET', path, { headers: { 'if-none-match': known } });
    assert.deepEqual([status, bytes.length, headers.get('etag')], [304, 0, etag]);
  }
  assert.equal((await shop.call('GET', path, { headers: { 'if-none-match': '"x"' } })).status, 200);
  const head = await shop.call('HEAD', path, { headers: { 'if-none-match': etag } });
  assert.deepEqual([head.status, head.headers.get('etag')], [304, etag]);
});

test('200: an answer that repeats another record is another one when that record changed', async () => {
  const shop = await newShop();
  const { path, etag } = await made(shop);
  const { body } = await shop.call('GET', '/customerCategories');
  await shop.call('POST', `/customerCategories/${body.data[0].id}`, { form: { name: 'Renamed' } });
  assert.equal((await shop.call('GET', path, { headers: { 'if-none-match': etag } })).status, 200);
  assert.equal((await change(shop, path, 'still mine', etag)).status, 200);
});

test('412: of two writers from one version the second is told, in the document’s words', async () => {
  const shop = await newShop();
  const { path, etag } = await made(shop);
  assert.equal((await change(shop, path, 'first', etag)).status, 200);
  const { status, body } = await change(shop, path, 'second', etag);
  assert.deepEqual([status, body.error], [412, 'stale']);
  assert.equal((await shop.call('GET', path)).body.comment, 'first');
  const deletion = await shop.call('DELETE', path, { headers: { 'if-match': etag } });
  assert.equal(deletion.status, 412);
  const current = await etagAt(shop, path);
  assert.equal((await shop.call('DELETE', path, { headers: { 'if-match': current } })).status, 200);
});

test('412: a tag that is none of ours, a weak one, and one of a record that is not there', async () => {
  const shop = await newShop();
  const { path, etag } = await made(shop);
  for (const tag of ['"x"', `W/${etag}`, '1']) assert.equal((await change(shop, path, 'no', tag)).status, 412);
  const upsert = (ifMatch: string) =>
    shop.call('POST', '/customers/reference/new', { form: { name: 'New' }, headers: { 'if-match': ifMatch } });
  assert.equal((await upsert(etag)).status, 412);
  assert.equal((await upsert('*')).status, 412);
  assert.equal((await change(shop, path, 'whatever it was', '*')).status, 200);
});

test('4 writers, 5 edits each, with ETag and retry: nobody’s edit is lost', async () => {
  const shop = await newShop();
  const { path } = await made(shop);
  const edit = async (): Promise<void> => {
    const { headers, body } = await shop.call('GET', path);
    const count = Number(body.comment ?? 0) + 1;
    const { status } = await change(shop, path, String(count), headers.get('etag') ?? '');
    if (status !== 200) {
      assert.equal(status, 412);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      await edit();
    }
  };
  const writer = async () => {
    for (let at = 0; at < 5; at++) await edit();
  };
  await Promise.all(Array.from({ length: 4 }, writer));
  const { headers, body } = await shop.call('GET', path);
  assert.equal(body.comment, '20');
  assert.match(headers.get('etag') ?? '', /^"21-/);
});

test('what the headers mean', () => {
  const etag = etagOf(7, 'body');
  assert.equal(versionRead(null), null);
  assert.equal(versionRead(' * '), 0);
  assert.equal(versionRead(etag), 7);
  assert.equal(versionRead(`${etag}, ${etagOf(7, 'other')}`), 7);
  assert.throws(() => versionRead(`${etag}, ${etagOf(8, 'body')}`), { code: 'VERSION_STALE' });
  assert.equal(isKnown(null, etag), false);
});
