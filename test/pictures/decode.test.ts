import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { ApiError } from '../../src/errors.ts';
import { decodePicture, largestPicture } from '../../src/pictures/decode.ts';

const decode = (file: Uint8Array, organizationId = 1) => decodePicture(file, organizationId);
const red = { r: 200, g: 30, b: 40 };
const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: red } });
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code;
const unsupported = refused('PICTURE_UNSUPPORTED');
const tooLarge = refused('PICTURE_TOO_LARGE');

async function pixelOf(file: Buffer, left: number, top: number): Promise<number[]> {
  return [...(await sharp(file).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

/** A PNG that says what it likes of its size, one bit for each pixel. */
function png(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const scanlines = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * rows), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', scanlines), chunk('IEND', Buffer.alloc(0))]);
}

describe('decodePicture', () => {
  test('a PNG, a JPEG and a GIF stay what they are; the small one fits 100 x 100, the medium one 300 x 300', async () => {
    for (const format of ['png', 'jpeg', 'gif'] as const) {
      const picture = await decode(await plain(800, 400).toFormat(format).toBuffer());
      assert.equal(picture.contentType, `image/${format}`);
      assert.deepEqual([picture.width, picture.height], [800, 400]);
      for (const [file, width, height] of [
        [picture.original, 800, 400],
        [picture.medium, 300, 150],
        [picture.small, 100, 50],
      ] as const) {
        const about = await sharp(file).metadata();
        assert.deepEqual([about.format, about.width, about.height], [format, width, height]);
        const [r = 0, g = 0, b = 0, alpha] = await pixelOf(file, 10, 10);
        assert.ok(Math.abs(r - red.r) < 6 && Math.abs(g - red.g) < 6 && Math.abs(b - red.b) < 6 && alpha === 255);
      }
    }
  });

  test('a small picture is never enlarged, and a line keeps one pixel', async () => {
    const tiny = await decode(await plain(7, 5).png().toBuffer());
    const line = await decode(await plain(5000, 1).png().toBuffer());
    for (const file of [tiny.medium, tiny.small]) assert.equal((await sharp(file).metadata()).width, 7);
    assert.deepEqual(
      await sharp(line.small)
        .metadata()
        .then(({ width, height }) => [width, height]),
      [100, 1],
    );
  });

  test('transparency survives in all sizes', async () => {
    const background = { ...red, alpha: 0 };
    const file = await sharp({ create: { width: 400, height: 400, channels: 4, background } })
      .png()
      .toBuffer();
    const { original, medium, small } = await decode(file);
    for (const size of [original, medium, small]) assert.equal((await pixelOf(size, 5, 5))[3], 0);
  });

  test('metadata is gone, the orientation it told is kept, and what was appended is gone', async () => {
    const photo = await plain(60, 20)
      .withExif({ IFD0: { Artist: 'Ola Nordmann' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { original, width, height } = await decode(Buffer.concat([photo, Buffer.from('<script>alert(1)</script>')]));
    assert.deepEqual([width, height], [20, 60]);
    assert.equal((await sharp(original).metadata()).exif, undefined);
    assert.ok(!original.includes('Nordmann') && !original.includes('<script>'));
  });

  test('a noisy picture with a palette keeps it, so that what we serve may be sent again', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const file = await sharp({ create: { width: 1400, height: 1400, channels: 3, background: red, noise } })
      .png({ palette: true })
      .toBuffer();
    const { original } = await decode(file);
    assert.ok(original.length <= largestPicture);
    assert.ok((await sharp(original).raw().toBuffer()).equals(await sharp(file).raw().toBuffer()));
    await decode(original);
  });

  test('of an animated GIF the first frame is kept', async () => {
    const frames = await Promise.all([plain(20, 20).png().toBuffer(), plain(20, 20).negate().png().toBuffer()]);
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    assert.equal((await sharp(animated).metadata()).pages, 2);
    const { original, height } = await decode(animated);
    assert.equal((await sharp(original).metadata()).pages ?? 1, 1);
    assert.equal(height, 20);
    assert.ok(Math.abs(((await pixelOf(original, 0, 0))[0] ?? 0) - red.r) < 6);
  });
});

describe('decodePicture refuses', () => {
  test('PICTURE_TOO_LARGE: more than 2 MiB, whatever is in it', async () => {
    await assert.rejects(decode(new Uint8Array(largestPicture + 1)), tooLarge);
    await assert.rejects(decode(new Uint8Array(largestPicture)), unsupported);
  });

  test('PICTURE_TOO_LARGE: more than 25 megapixels by the header, before anything is decoded', async () => {
    const begin = performance.now();
    for (const file of [png(30_000, 30_000, 1), png(5001, 5000, 1), png(0x7fffffff, 0x7fffffff, 1)]) {
      await assert.rejects(decode(file), tooLarge);
    }
    const gif = Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0', 'latin1');
    await assert.rejects(decode(gif), tooLarge);
    const jpeg = await plain(10, 10).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_500, frame + 5);
    jpeg.writeUInt16BE(65_500, frame + 7);
    await assert.rejects(decode(jpeg), tooLarge);
    assert.ok(performance.now() - begin < 10_000);
  });

  test('PICTURE_UNSUPPORTED: other formats, which the library could read', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const others = [
      svg,
      await plain(9, 9).webp().toBuffer(),
      await plain(9, 9).tiff().toBuffer(),
      await plain(9, 9).avif().toBuffer(),
    ];
    for (const file of [
      ...others,
      Buffer.from('%PDF-1.7'),
      Buffer.from('<html>'),
      Buffer.alloc(0),
      Buffer.from('BM'),
      Buffer.from('GIF89a'),
    ]) {
      await assert.rejects(decode(file), unsupported);
    }
  });

  test('PICTURE_UNSUPPORTED: a size of zero', async () => {
    await assert.rejects(decode(png(0, 5)), unsupported);
    await assert.rejects(decode(Buffer.from('GIF89a\0\0\x05\0\0\0\0;', 'latin1')), unsupported);
  });

  test('PICTURE_UNSUPPORTED: a file cut short', async () => {
    const noise = sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: red,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    });
    for (const format of ['png', 'jpeg', 'gif'] as const) {
      const whole = await noise.clone().toFormat(format).toBuffer();
      for (const share of [0.1, 0.5, 0.9]) {
        await assert.rejects(decode(whole.subarray(0, whole.length * share)), unsupported, `${format} ${share}`);
      }
    }
  });

  test('a picture as large as it may be takes its time, but not more than a test may', async () => {
    const begin = performance.now();
    const { medium } = await decode(png(5000, 5000));
    assert.equal((await sharp(medium).metadata()).width, 300);
    assert.ok(performance.now() - begin < 15_000);
  });

  test('forty at once all end: decoded, or told to come back', async () => {
    const file = await plain(300, 300).png().toBuffer();
    const ends = await Promise.allSettled(Array.from({ length: 40 }, () => decode(file)));
    for (const end of ends) assert.ok(end.status === 'fulfilled' || refused('UNAVAILABLE')(end.reason));
    assert.ok(ends.filter((end) => end.status === 'fulfilled').length >= 20);
    await decode(file);
  });

  test('another organization waits for one picture of a busy one, not for all', async () => {
    const file = await plain(300, 300).png().toBuffer();
    const ends: string[] = [];
    const busy = Array.from({ length: 20 }, () => decode(file).then(() => ends.push('busy')));
    await decode(file, 2).then(() => ends.push('other'));
    assert.ok(ends.length <= 4, `after ${ends.length - 1} of the busy one`);
    await Promise.all(busy);
  });

  test('any damage to a file is a picture or PICTURE_…, never anything else', async () => {
    const seeds = [
      await plain(30, 20).png().toBuffer(),
      await plain(30, 20).jpeg().toBuffer(),
      await plain(30, 20).gif().toBuffer(),
    ];
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), damage, fc.option(fc.nat()), async (seed, changes, cut) => {
        const file = Buffer.from(cut === null ? seed : seed.subarray(0, cut % seed.length));
        for (const [at, value] of changes) if (file.length > 0) file[at % file.length] = value;
        await decode(file).catch((error: unknown) => assert.ok(unsupported(error) || tooLarge(error), String(error)));
      }),
      { numRuns: 300 },
    );
  });
});
