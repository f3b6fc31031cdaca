import { setImmediate } from 'node:timers/promises';

/** Decoded pixels, top row first, one byte for each channel: RGB or RGBA. */
export interface Pixels {
  width: number;
  height: number;
  channels: 3 | 4;
  data: Buffer;
}

/** What stands before a bitmap's pixels. */
interface Layout {
  width: number;
  height: number;
  isTopDown: boolean;
  bits: number;
  compression: number;
  palette: Buffer;
  masks: readonly [red: number, green: number, blue: number, alpha: number];
  /** Where the pixels begin. */
  offset: number;
}

const rle8 = 1;
const rle4 = 2;
const bitFields = 3;
const alphaBitFields = 6;
/** Which bits per pixel go with which compression. */
const bitsOf = new Map([
  [0, [1, 4, 8, 16, 24, 32]],
  [rle8, [8]],
  [rle4, [4]],
  [bitFields, [16, 32]],
  [alphaBitFields, [16, 32]],
]);
/** Rows between two breaths, so that a large bitmap does not hold up other requests. */
const pixelsAtOnce = 500_000;

/**
 * Decodes a Windows or OS/2 bitmap whose size is already known to be bearable. Null when it is broken, cut short, or points outside
 * its palette. Our own, as the image library reads no BMP, and the small decoders lose rows of 4-bit pictures of odd width.
 */
export async function decodeBitmap(bytes: Buffer): Promise<Pixels | null> {
  const layout = readLayout(bytes);
  if (!layout) return null;
  const { width, height, isTopDown, bits, compression } = layout;
  const isRunLength = compression === rle8 || compression === rle4;
  const packed = isRunLength ? expandRuns(bytes, layout) : bytes.subarray(layout.offset);
  const packedBits = isRunLength ? 8 : bits;
  const stride = Math.ceil((width * packedBits) / 32) * 4;
  const rowBytes = Math.ceil((width * packedBits) / 8);
  const step = isRunLength ? rowBytes : stride;
  if (!packed || packed.length < step * (height - 1) + rowBytes) return null;
  const channels = layout.masks[3] === 0 ? 3 : 4;
  const data = Buffer.alloc(width * height * channels);
  const pixel = bits <= 8 ? fromPalette(layout, packedBits) : bits === 24 ? fromBytes : fromMasks(layout);
  let alphas = 0;
  let sinceBreath = 0;
  for (let y = 0; y < height; y++) {
    const row = packed.subarray(y * step, y * step + rowBytes);
    let to = (isTopDown ? y : height - 1 - y) * width * channels;
    for (let x = 0; x < width; x++, to += channels) {
      if (!pixel(row, x, data, to)) return null;
      if (channels === 4) alphas |= data[to + 3] ?? 0;
    }
    sinceBreath += width;
    if (sinceBreath > pixelsAtOnce) {
      sinceBreath = 0;
      await setImmediate();
    }
  }
  // A mask for alpha and no alpha anywhere: written by programs that mean an opaque picture.
  if (channels === 4 && alphas === 0) for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width, height, channels, data };
}

function readLayout(bytes: Buffer): Layout | null {
  if (bytes.length < 26) return null;
  const offset = bytes.readUInt32LE(10);
  const headerSize = bytes.readUInt32LE(14);
  const isCore = headerSize === 12;
  if ((!isCore && ![40, 52, 56, 64, 108, 124].includes(headerSize)) || bytes.length < 14 + headerSize) return null;
  const tall = isCore ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const width = isCore ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const bits = bytes.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? 0 : bytes.readUInt32LE(30);
  if (width <= 0 || tall === 0 || !bitsOf.get(compression)?.includes(bits)) return null;
  const hasMasks = compression === bitFields || compression === alphaBitFields;
  if (hasMasks && headerSize === 64) return null; // OS/2 gives these numbers other meanings
  const maskCount = hasMasks ? (headerSize >= 56 || compression === alphaBitFields ? 4 : 3) : 0;
  const headerEnd = 14 + (isCore ? 12 : Math.max(headerSize, hasMasks ? 40 + 4 * maskCount : 40));
  if (bytes.length < headerEnd || offset < headerEnd || offset > bytes.length) return null;
  const entrySize = isCore ? 3 : 4;
  const colors = bits > 8 ? 0 : (isCore ? 0 : bytes.readUInt32LE(46)) || 2 ** bits;
  if (colors > 256 || headerEnd + colors * entrySize > offset) return null;
  const palette = Buffer.alloc(colors * 3);
  for (let color = 0; color < colors; color++) {
    const from = headerEnd + color * entrySize;
    palette.set([bytes[from + 2] ?? 0, bytes[from + 1] ?? 0, bytes[from] ?? 0], color * 3);
  }
  const mask = (at: number) => (at < maskCount ? bytes.readUInt32LE(54 + 4 * at) : 0);
  const usual = bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff];
  const [red = 0, green = 0, blue = 0] = hasMasks ? [mask(0), mask(1), mask(2)] : usual;
  const masks = [red, green, blue, mask(3)] as const;
  if (!masks.every(isContiguous) || (hasMasks && !(red && green && blue))) return null;
  return { width, height: Math.abs(tall), isTopDown: tall < 0, bits, compression, palette, masks, offset };
}

type ReadPixel = (row: Buffer, x: number, data: Buffer, to: number) => boolean;

function fromPalette({ palette }: Layout, bits: number): ReadPixel {
  const each = 8 / bits;
  const low = 2 ** bits - 1;
  return (row, x, data, to) => {
    const byte = row[Math.floor(x / each)] ?? 0;
    const color = ((byte >> (8 - bits - (x % each) * bits)) & low) * 3;
    if (color >= palette.length) return false;
    data[to] = palette[color] ?? 0;
    data[to + 1] = palette[color + 1] ?? 0;
    data[to + 2] = palette[color + 2] ?? 0;
    return true;
  };
}

const fromBytes: ReadPixel = (row, x, data, to) => {
  data[to] = row[x * 3 + 2] ?? 0;
  data[to + 1] = row[x * 3 + 1] ?? 0;
  data[to + 2] = row[x * 3] ?? 0;
  return true;
};

function fromMasks({ masks, bits }: Layout): ReadPixel {
  const parts = masks
    .filter((mask, at) => at < 3 || mask !== 0)
    .map((mask) => ({ mask, shift: shiftOf(mask), most: mask >>> shiftOf(mask) }));
  return (row, x, data, to) => {
    const value = bits === 16 ? row.readUInt16LE(x * 2) : row.readUInt32LE(x * 4);
    let at = to;
    for (const { mask, shift, most } of parts) data[at++] = Math.round((((value & mask) >>> shift) * 255) / most);
    return true;
  };
}

function shiftOf(mask: number): number {
  return mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
}

function isContiguous(mask: number): boolean {
  const bits = mask >>> shiftOf(mask);
  return (bits & (bits + 1)) >>> 0 === 0;
}

/** Run-length encoded rows as one byte for each pixel; what no run covers keeps color 0. Null when a run leaves the picture. */
function expandRuns(bytes: Buffer, { width, height, compression, offset }: Layout): Buffer | null {
  const out = Buffer.alloc(width * height);
  const isNibble = compression === rle4;
  let at = offset;
  let x = 0;
  let y = 0;
  const put = (color: number) => {
    if (x >= width || y >= height) return false;
    out[y * width + x++] = color;
    return true;
  };
  const nibble = (byte: number, index: number) => (isNibble ? (index % 2 === 0 ? byte >> 4 : byte & 15) : byte);
  while (at + 1 < bytes.length) {
    const count = bytes[at++] ?? 0;
    const value = bytes[at++] ?? 0;
    if (count > 0) {
      for (let index = 0; index < count; index++) if (!put(nibble(value, index))) return null;
    } else if (value === 0) {
      x = 0;
      y += 1;
    } else if (value === 1) {
      return out;
    } else if (value === 2) {
      if (at + 1 >= bytes.length) return null;
      x += bytes[at++] ?? 0;
      y += bytes[at++] ?? 0;
    } else {
      const length = isNibble ? Math.ceil(value / 2) : value;
      if (at + length > bytes.length) return null;
      for (let index = 0; index < value; index++) {
        if (!put(nibble(bytes[at + (isNibble ? index >> 1 : index)] ?? 0, index))) return null;
      }
      at += length + (length % 2);
    }
  }
  return null; // the mark of the end is missing: cut short
}
