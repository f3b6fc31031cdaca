import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { newShop, send } from '../shop.ts';

const image = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#1BE9D8' } });

function form(fields: Record<string, string>, bytes: Uint8Array, name: string): FormData {
  const data = new FormData();
  for (const [key, value] of Object.entries(fields)) data.append(key, value);
  data.append('imageFile', new Blob([new Uint8Array(bytes)]), name);
  return data;
}

test('201, a logo by its documented address, with smaller ones beside it', async () => {
  const shop = await newShop();
  const png = await image(400, 200).png().toBuffer();
  const multipart = form({ reference: 'a', name: 'A' }, png, 'lógo 1.png');
  const { logo, id } = await shop.body(201, 'POST', '/customers', { multipart });
  const { pathname } = new URL(logo);
  assert.match(pathname, new RegExp(`^/${shop.reference}-\\d+/photoCustomer/\\d+_l%C3%B3go%201\\.png$`));
  const headers = { authorization: `Bearer ${shop.key}` };
  const sizes: [string, number, number][] = [
    ['', 400, 200],
    ['small_', 100, 50],
    ['medium_', 300, 150],
  ];
  for (const [prefix, width, height] of sizes) {
    const answer = await send('GET', pathname.replace('photoCustomer/', `photoCustomer/${prefix}`), { headers });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    const read = await sharp(answer.bytes).metadata();
    assert.deepEqual([read.width, read.height], [width, height]);
  }
  const kept = await shop.body(200, 'POST', `/customers/${id}`, { form: { name: 'B', imageFile: '' } });
  assert.equal(kept.logo, logo);
});

test('401 without a credential, 404 for another organization and for what is not there', async () => {
  const [shop, other] = await Promise.all([newShop(), newShop()]);
  const png = await image(10, 10).png().toBuffer();
  const multipart = form({ reference: 'a', name: 'A' }, png, 'a.png');
  const { pathname } = new URL((await shop.body(201, 'POST', '/customers', { multipart })).logo);
  const get = async (path: string, key?: string) =>
    (await send('GET', path, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })).status;
  assert.equal(await get(pathname), 401);
  assert.equal(await get(pathname, other.key), 404);
  assert.equal(await get(pathname.replace('a.png', 'b.png'), shop.key), 404);
  assert.equal(await get(pathname, shop.key), 200);
});

test('400, too large, no picture, or a picture by its name alone; nothing is made', async () => {
  const shop = await newShop();
  const told = async (bytes: Uint8Array, name: string) =>
    shop.body(400, 'POST', '/customers', { multipart: form({ reference: 'a', name: 'A' }, bytes, name) });
  const size = { error: 'exceeded_file_size', error_description: 'image size should not exceed 2Mo' };
  const format = { error: 'unsupported_file_type', error_description: 'image format not supported.' };
  const png = await image(10, 10).png().toBuffer();
  assert.deepEqual(await told(Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]), 'a.png'), size);
  assert.deepEqual(await told(Buffer.alloc(4 * 1024 * 1024), 'a.png'), size);
  assert.deepEqual(await told(Buffer.from('%PDF-1.4'), 'a.png'), format);
  assert.deepEqual(await told(await image(10, 10).webp().toBuffer(), 'a.jpg'), format);
  assert.deepEqual(await told(png.subarray(0, 40), 'a.png'), format);
  assert.equal((await shop.body(200, 'GET', '/customers')).paging.total, 0);
});

test('200 for a signed link without a credential, 401 when a letter of it was changed', async () => {
  const shop = await newShop();
  const png = await image(10, 10).png().toBuffer();
  const multipart = form({ reference: 'a', name: 'A' }, png, 'a b.png');
  await shop.body(201, 'POST', '/customers', { multipart });
  const { customer } = await shop.graphql('{ customer(by: { reference: "a" }) { logo { url(size: SMALL) } } }');
  const { pathname, search } = new URL(customer.logo.url);
  assert.equal((await send('GET', pathname + search)).status, 200);
  assert.equal((await send('GET', pathname.replace('small_', 'medium_') + search)).status, 401);
  assert.equal((await send('GET', `${pathname}${search}x`)).status, 401);
});

test('200, an answer that is sent back leaves the picture as it is', async () => {
  const shop = await newShop();
  const data = new FormData();
  for (const [name, value] of Object.entries({ reference: 'a', name: 'A', isRoot: 'true' })) data.append(name, value);
  data.append('image', new Blob([new Uint8Array(await image(10, 10).png().toBuffer())]), 'a.png');
  const category = await shop.body(201, 'POST', '/customerCategories', { multipart: data });
  const { reference, name, image: address } = category;
  const json = { reference, name: `${name}2`, image: address };
  const again = await shop.body(200, 'POST', `/customerCategories/${category.id}`, { json });
  assert.deepEqual([again.name, again.image], ['A2', address]);
  const other = { json: { image: `${address}/x` } };
  assert.equal((await shop.body(400, 'POST', `/customerCategories/${category.id}`, other)).error, 'invalid_param_type');
});

test('200, a bitmap is served as PNG', async () => {
  const shop = await newShop();
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(58, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(1, 18);
  header.writeInt32LE(1, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const bitmap = Buffer.concat([header, Buffer.from([0, 0, 255, 0])]);
  const { logo } = await shop.body(201, 'POST', '/customers', {
    multipart: form({ reference: 'a', name: 'A' }, bitmap, 'red.bmp'),
  });
  const answer = await send('GET', new URL(logo).pathname, { headers: { authorization: `Bearer ${shop.key}` } });
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal((await sharp(answer.bytes).metadata()).format, 'png');
});
