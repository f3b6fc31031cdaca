import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { ApiError } from '../../src/errors.ts';
import { decodeBitmap } from '../../src/pictures/bitmap.ts';
import { decodePicture } from '../../src/pictures/decode.ts';

const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code;
const unsupported = refused('PICTURE_UNSUPPORTED');
const tooLarge = refused('PICTURE_TOO_LARGE');
const red = { r: 200, g: 30, b: 40 };

async function pixelOf(file: Buffer, left: number, top: number): Promise<number[]> {
  return [...(await sharp(file).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

interface BitmapParts {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  palette?: number[][];
  masks?: number[];
  data: Uint8Array;
}

/** A bitmap with the common header of 40 bytes; the palette as red, green, blue. */
function bmp({ width, height, bits, compression = 0, palette = [], masks = [], data }: BitmapParts): Buffer {
  const head = Buffer.alloc(54 + 4 * masks.length + 4 * palette.length);
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length + data.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length, 46);
  for (const [at, mask] of masks.entries()) head.writeUInt32LE(mask, 54 + 4 * at);
  for (const [at, [r = 0, g = 0, b = 0]] of palette.entries()) head.set([b, g, r, 0], 54 + 4 * (masks.length + at));
  return Buffer.concat([head, data]);
}

describe('decodePicture of a BMP, which becomes a PNG', () => {
  /** 3 x 2: red green blue over white black red. */
  const colors = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
    [0, 0, 0],
  ];
  const picture = [
    [0, 1, 2],
    [3, 4, 0],
  ];
  const upwards = [...picture].reverse();
  const padded = (bytes: number[]) => [...bytes, ...Array(-bytes.length & 3).fill(0)];
  const rows = (toBytes: (row: number[]) => number[], order = upwards) =>
    Buffer.from(order.flatMap((row) => padded(toBytes(row))));
  const nibbles = ([a = 0, b = 0, c = 0]: number[]) => [(a << 4) | b, c << 4];
  const rgb = (row: number[]) => row.flatMap((color) => [...(colors[color] ?? [])].reverse());
  const in565 = (row: number[]) =>
    row.flatMap((color) => {
      const [r = 0, g = 0, b = 0] = colors[color] ?? [];
      const value = ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
      return [value & 255, value >> 8];
    });
  const size = { width: 3, height: 2 };
  const files: Record<string, Buffer> = {
    '4 bits, odd width': bmp({ ...size, bits: 4, palette: colors, data: rows(nibbles) }),
    '8 bits': bmp({ ...size, bits: 8, palette: colors, data: rows((row) => row) }),
    '24 bits': bmp({ ...size, bits: 24, data: rows(rgb) }),
    '24 bits, top row first': bmp({ width: 3, height: -2, bits: 24, data: rows(rgb, picture) }),
    '16 bits with masks': bmp({
      ...size,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x07e0, 0x001f],
      data: rows(in565),
    }),
    '32 bits': bmp({ ...size, bits: 32, data: rows((row) => row.flatMap((color) => [...rgb([color]), 0])) }),
    '32 bits with an alpha that nobody set': bmp({
      ...size,
      bits: 32,
      compression: 6,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
      data: rows((row) => row.flatMap((color) => [...rgb([color]), 0])),
    }),
    '8 bits, run lengths': bmp({
      ...size,
      bits: 8,
      compression: 1,
      palette: colors,
      data: Buffer.from([1, 3, 1, 4, 1, 0, 0, 0, 0, 3, 0, 1, 2, 0, 0, 1]),
    }),
    '4 bits, run lengths': bmp({
      ...size,
      bits: 4,
      compression: 2,
      palette: colors,
      data: Buffer.from([2, 0x34, 1, 0, 0, 0, 0, 3, 0x01, 0x20, 0, 1]),
    }),
  };
  for (const [title, file] of Object.entries(files)) {
    test(title, async () => {
      const { contentType, width, height, original, small } = await decodePicture(file, 1);
      assert.deepEqual([contentType, width, height], ['image/png', 3, 2]);
      const shown = await sharp(original).ensureAlpha().raw().toBuffer();
      assert.deepEqual(
        [...shown],
        picture.flat().flatMap((color) => [...(colors[color] ?? []), 255]),
      );
      assert.equal((await pixelOf(small, 0, 0))[3], 255);
    });
  }

  test('one bit for each pixel', async () => {
    const file = bmp({
      width: 9,
      height: 1,
      bits: 1,
      palette: [red, { r: 255, g: 255, b: 255 }].map(({ r, g, b }) => [r, g, b]),
      data: Buffer.from([0b01010101, 0b10000000, 0, 0]),
    });
    const { original } = await decodePicture(file, 1);
    assert.deepEqual(await pixelOf(original, 0, 0), [200, 30, 40, 255]);
    assert.deepEqual(await pixelOf(original, 8, 0), [255, 255, 255, 255]);
  });

  const broken: Record<string, Buffer> = {
    'a color that the palette does not have': bmp({
      ...size,
      bits: 8,
      palette: colors.slice(0, 2),
      data: rows((row) => row),
    }),
    'a palette longer than the file': (() => {
      const file = bmp({ ...size, bits: 8, palette: colors, data: rows((row) => row) });
      file.writeUInt32LE(0xffffffff, 46);
      return file;
    })(),
    'rows missing': bmp({ ...size, bits: 24, data: rows(rgb).subarray(0, 12) }),
    'a run that leaves the picture': bmp({
      ...size,
      bits: 8,
      compression: 1,
      palette: colors,
      data: Buffer.from([9, 1, 0, 1]),
    }),
    'runs without end': bmp({ ...size, bits: 8, compression: 1, palette: colors, data: Buffer.from([1, 1]) }),
    'masks with holes': bmp({
      ...size,
      bits: 32,
      compression: 3,
      masks: [0xff00ff, 0xff00, 0xff],
      data: Buffer.alloc(24),
    }),
    'a JPEG inside': bmp({ ...size, bits: 24, compression: 4, data: rows(rgb) }),
    'pixels before the header': (() => {
      const file = bmp({ ...size, bits: 24, data: rows(rgb) });
      file.writeUInt32LE(2, 10);
      return file;
    })(),
    'zero width': bmp({ width: 0, height: 2, bits: 24, data: rows(rgb) }),
    'negative width': bmp({ width: -3, height: 2, bits: 24, data: rows(rgb) }),
  };
  for (const [title, file] of Object.entries(broken)) {
    test(`refused: ${title}`, () => assert.rejects(decodePicture(file, 1), unsupported));
  }

  test('refused by its header: 30,000 x 30,000', () =>
    assert.rejects(decodePicture(bmp({ width: 30_000, height: 30_000, bits: 1, data: Buffer.alloc(4) }), 1), tooLarge));

  test('24 bits: every picture comes back as it was, in either direction', async () => {
    const shape = fc.record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      isTopDown: fc.boolean(),
    });
    const file = shape.chain((of) =>
      fc.tuple(
        fc.constant(of),
        fc.uint8Array({ minLength: of.width * of.height * 3, maxLength: of.width * of.height * 3 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(file, async ([{ width, height, isTopDown }, rgbs]) => {
        const stride = Math.ceil((width * 3) / 4) * 4;
        const data = Buffer.alloc(stride * height);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const from = ((isTopDown ? y : height - 1 - y) * width + x) * 3;
            data.set([...rgbs.subarray(from, from + 3)].reverse(), y * stride + x * 3);
          }
        }
        const pixels = await decodeBitmap(bmp({ width, height: isTopDown ? -height : height, bits: 24, data }));
        assert.deepEqual([...(pixels?.data ?? [])], [...rgbs]);
      }),
    );
  });

  test('any damage to a file is a picture or PICTURE_…, never anything else', async () => {
    const damage = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(files)),
        damage,
        fc.option(fc.nat()),
        async (seed, changes, cut) => {
          const file = Buffer.from(cut === null ? seed : seed.subarray(0, cut % seed.length));
          for (const [at, value] of changes) if (file.length > 0) file[at % file.length] = value;
          await decodePicture(file, 1).catch((error: unknown) =>
            assert.ok(unsupported(error) || tooLarge(error), String(error)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
