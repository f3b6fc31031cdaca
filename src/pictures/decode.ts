import type { Sharp } from 'sharp';
import { ApiError } from '../errors.ts';
import { openTurns } from '../turns.ts';
import { decodeBitmap } from './bitmap.ts';
import { type PictureHeader, readHeader } from './header.ts';

/** A picture decoded and written anew, without metadata, in three sizes. BMP has become PNG. Width and height are the original's. */
export interface DecodedPicture {
  contentType: 'image/png' | 'image/jpeg' | 'image/gif';
  width: number;
  height: number;
  original: Buffer;
  /** Fits 100 x 100 pixels; never enlarged. */
  small: Buffer;
  /** Fits 300 x 300 pixels; never enlarged. */
  medium: Buffer;
}

/** The largest picture file, in bytes: Valomnia, `exceeded_file_size`. */
export const largestPicture = 2 * 1024 * 1024;
const mostPixels = 25_000_000;
/** Finding a palette again takes half a second for each two million pixels. */
const mostPaletted = 4_000_000;
const smallSide = 100;
const mediumSide = 300;
/** For each of the steps below. */
const secondsAtMost = 5;
/** One at a time: decoding takes memory, and threads that passwords and files need too. Whoever sends many waits in a line of its own. */
const turns = openTurns({ running: 1, runningEach: 1, waitingEach: 20 });

/**
 * Reads a PNG, JPEG, GIF (its first frame) or BMP file, known by its content, and makes what is stored. PICTURE_TOO_LARGE above
 * 2 MiB or 25 megapixels, told from the header; PICTURE_UNSUPPORTED for any other, broken or hostile file; UNAVAILABLE when
 * too many of the organization's wait or the time is over. contracts.md 4.10.
 */
export async function decodePicture(bytes: Uint8Array, organizationId: number): Promise<DecodedPicture> {
  if (bytes.length > largestPicture) throw new ApiError('PICTURE_TOO_LARGE');
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(file);
  if (!header) throw new ApiError('PICTURE_UNSUPPORTED');
  if (header.width * header.height > mostPixels) throw new ApiError('PICTURE_TOO_LARGE');
  const leave = await turns.take(organizationId);
  try {
    return await decode(file, header);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    // The library's words stay inside; only its timeout is no fault of the file's form.
    const isLate = error instanceof Error && error.message.includes('timeout');
    throw new ApiError(isLate ? 'UNAVAILABLE' : 'PICTURE_UNSUPPORTED');
  } finally {
    leave();
  }
}

async function decode(file: Buffer, { format, hasPalette }: PictureHeader): Promise<DecodedPicture> {
  const sharp = await library();
  const limits = { limitInputPixels: mostPixels, failOn: 'error' } as const;
  const pixels = format === 'bmp' ? await decodeBitmap(file) : null;
  if (format === 'bmp' && !pixels) throw new ApiError('PICTURE_UNSUPPORTED');
  const open = () => {
    if (!pixels) return sharp(file, limits).autoOrient().timeout({ seconds: secondsAtMost });
    const { data, width, height, channels } = pixels;
    return sharp(data, { ...limits, raw: { width, height, channels } }).timeout({ seconds: secondsAtMost });
  };
  const output = format === 'bmp' ? 'png' : format;
  const write = (image: Sharp) =>
    output === 'jpeg' ? image.jpeg({ quality: 90 }) : output === 'gif' ? image.gif() : image.png();
  const fit = (side: number) => ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;

  const written = await write(open()).toBuffer({ resolveWithObject: true });
  const { info } = written;
  // Written in full colors, a noisy picture with a palette may outgrow what may be sent back to us: keep its palette.
  const isOutgrown = hasPalette && written.data.length > largestPicture && info.width * info.height <= mostPaletted;
  const original = isOutgrown ? await open().png({ palette: true, dither: 0 }).toBuffer() : written.data;
  const middle = await open().resize(fit(mediumSide)).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = middle.info;
  const reduced = () => sharp(middle.data, { raw: { width, height, channels } });
  const medium = await write(reduced()).toBuffer();
  const small = await write(reduced().resize(fit(smallSide))).toBuffer();
  return { contentType: `image/${output}`, width: info.width, height: info.height, original, small, medium };
}

let loading: Promise<typeof import('sharp')> | undefined;

/** The image library, loaded with the first picture: one thread for each, and no cache, as no picture comes twice. */
async function library() {
  loading ??= import('sharp').then((module) => {
    module.default.concurrency(1);
    module.default.cache(false);
    return module;
  });
  return (await loading).default;
}
