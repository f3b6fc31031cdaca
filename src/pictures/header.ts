/** The formats that are read: Valomnia, "Images". */
export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'bmp';

/** What a file says of itself before anything is decoded. Sizes in pixels. */
export interface PictureHeader {
  format: PictureFormat;
  width: number;
  height: number;
  /** A PNG whose pixels are numbers of a palette. */
  hasPalette: boolean;
}

/** The format by the first bytes, never by a name or a media type, and the size; null for any other or broken file. */
export function readHeader(bytes: Buffer): PictureHeader | null {
  const format = formatOf(bytes);
  const size = format && sizes[format](bytes);
  if (!format || !size || size.width <= 0 || size.height <= 0) return null;
  return { format, ...size, hasPalette: format === 'png' && bytes[25] === 3 };
}

interface Size {
  width: number;
  height: number;
}

function formatOf(bytes: Buffer): PictureFormat | null {
  const begins = bytes.toString('latin1', 0, 8);
  if (begins === '\x89PNG\r\n\x1a\n') return 'png';
  if (begins.startsWith('GIF87a') || begins.startsWith('GIF89a')) return 'gif';
  if (begins.startsWith('\xff\xd8\xff')) return 'jpeg';
  return begins.startsWith('BM') ? 'bmp' : null;
}

const sizes: Record<PictureFormat, (bytes: Buffer) => Size | null> = {
  png: (bytes) =>
    bytes.length >= 33 && bytes.toString('latin1', 12, 16) === 'IHDR'
      ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
      : null,
  gif: (bytes) => (bytes.length >= 13 ? { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) } : null),
  jpeg: jpegSize,
  bmp(bytes) {
    if (bytes.length < 26) return null;
    if (bytes.readUInt32LE(14) === 12) return { width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) };
    return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
  },
};

/** Walks the segments to the first frame header (SOF). */
function jpegSize(bytes: Buffer): Size | null {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    } else {
      const length = bytes.readUInt16BE(at + 2);
      if (length < 2) return null;
      at += 2 + length;
    }
  }
  return null;
}
