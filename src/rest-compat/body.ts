import { finished } from 'node:stream/promises';
import busboy from 'busboy';
import { ApiError, fault } from '../errors.ts';
import type { Media, UploadedFile } from './route.ts';

const limit = 3 * 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Values<T> = Record<string, T | T[]>;

/**
 * A request's body in one of the dialect's media types; `{}` when there is none.
 * TOO_LARGE over 3 MiB; UNSUPPORTED_MEDIA for another type, charset or encoding; MALFORMED_REQUEST when it cannot be read.
 */
export async function readBody(request: Request, media: readonly Media[]): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  const contentType = request.headers.get('content-type') ?? '';
  const kind = kindOf(contentType, media);
  if (kind === 'json') return readJson(bytes);
  if (kind === 'form') return parsePairs(decode(bytes));
  return parseMultipart(bytes, contentType);
}

/** Names and values of a query or a form; a name that comes twice has a list. TOO_LARGE over 1,000; MALFORMED_REQUEST when not UTF-8. */
export function parsePairs(text: string): Values<string> {
  const pairs = text.split('&', mostParts + 1);
  if (pairs.length > mostParts) throw new ApiError('TOO_LARGE');
  const said = pairs.filter((pair) => pair !== '');
  return gather(
    said.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [plain(pair), ''] : [plain(pair.slice(0, at)), plain(pair.slice(at + 1))];
    }),
  );
}

/** Of one body. */
const most = { values: 50_000, depth: 40 };
const mostParts = 1_000;

/** Characters from which on an answer is bytes. */
const long = 8_192;

/** An answer's body. A long text would be copied once more behind its headers, and encoded with room for three bytes a character. */
export const bodyOf = (text: string): string | Buffer<ArrayBuffer> => (text.length < long ? text : Buffer.from(text));

/**
 * A request's bytes. TOO_LARGE over 3 MiB, stated or not; UNSUPPORTED_MEDIA when they are encoded; MALFORMED_REQUEST when they end
 * too early, as when somebody hangs up.
 */
export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(request).catch((cause: unknown) => {
    throw request.signal.aborted || isCut(cause) ? new ApiError('MALFORMED_REQUEST', [], { cause }) : cause;
  });
  const isEncoded = (request.headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity';
  if (isEncoded && bytes.length > 0) throw new ApiError('UNSUPPORTED_MEDIA');
  return bytes;
}

/** Whether somebody hung up, or was too slow, in the middle of a body. */
const isCut = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'AbortError' ||
    ('code' in error && ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))));

async function read(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw new ApiError('TOO_LARGE');
  // No more comes than was announced; the listener reads it at once, without a stream.
  if (announced > 0 && !request.bodyUsed) return new Uint8Array(await request.arrayBuffer());
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw new ApiError('TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function kindOf(contentType: string, media: readonly Media[]): Media {
  const [type = '', ...options] = contentType.toLowerCase().split(';');
  const charset = options.map((option) => option.trim()).find((option) => option.startsWith('charset='));
  if (charset && !/^charset="?(utf-?8|us-ascii)"?$/.test(charset)) throw new ApiError('UNSUPPORTED_MEDIA');
  const kind = mediaOf(type.trim()) ?? (type.trim() === '' ? media[0] : undefined);
  if (!kind || !media.includes(kind)) throw new ApiError('UNSUPPORTED_MEDIA');
  return kind;
}

function mediaOf(type: string): Media | undefined {
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'multipart/form-data') return 'multipart';
  return /^application\/([\w.-]+\+)?json$/.test(type) ? 'json' : undefined;
}

/** Bytes as JSON in UTF-8; `{}` for none. MALFORMED_REQUEST. */
export function readJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ApiError('MALFORMED_REQUEST', [], { cause });
  }
  if (mayBeTooMuch(text)) checkSize(value);
  return value;
}

/** Each value takes a character and what parts it from the next, each level a bracket. */
const mayBeTooMuch = (text: string): boolean =>
  text.length > 2 * most.values || (text.match(/[[{]/g)?.length ?? 0) > most.depth;

/** Throws TOO_LARGE for too many values, those in others counted too, or too deep ones: whatever else reads them goes as deep as they do. */
export function checkSize(value: unknown): void {
  const refuse = (message: string) => new ApiError('TOO_LARGE', [fault('TOO_LARGE', ['body'], message)]);
  let [level, count]: [unknown[], number] = [[value], 0];
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length;
    if (count > most.values) throw refuse(`holds more than ${most.values} values`);
    if (depth > most.depth) throw refuse(`is more than ${most.depth} levels deep`);
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}

/** Forms of every client: names in quotation marks or without, and whatever else they put beside them. */
async function parseMultipart(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<unknown> {
  const pairs: [string, string | UploadedFile][] = [];
  const limits = { parts: mostParts, fieldSize: limit, fileSize: limit };
  let isTooMuch = false;
  try {
    const parser = busboy({ headers: { 'content-type': contentType }, defParamCharset: 'utf8', limits });
    parser.on('field', (name, value) => pairs.push([name, value]));
    parser.on('file', (name, content, { filename, mimeType }) => {
      const chunks: Buffer[] = [];
      content.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Of a form that ends too early the parser fails too, and says so.
      content.on('error', () => {});
      content.on('end', () =>
        pairs.push([name, { fileName: filename ?? '', contentType: mimeType, bytes: Buffer.concat(chunks) }]),
      );
    });
    parser.on('partsLimit', () => {
      isTooMuch = true;
    });
    parser.end(bytes);
    await finished(parser);
  } catch (cause) {
    throw new ApiError('MALFORMED_REQUEST', [], { cause });
  }
  if (isTooMuch) throw new ApiError('TOO_LARGE');
  // The parser puts U+FFFD where a part is not UTF-8; only a body that holds that character itself may have it.
  const isBroken = pairs.some(([, value]) => typeof value === 'string' && value.includes('\uFFFD'));
  if (isBroken && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('\uFFFD'))
    throw new ApiError('MALFORMED_REQUEST');
  return gather(pairs);
}

function gather<T>(pairs: readonly (readonly [string, T])[]): Values<T> {
  const values = new Map<string, T[]>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    if (before) before.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(
    [...values].map(([name, [first, ...more]]) => [name, more.length > 0 ? [first, ...more] : first]),
  ) as Values<T>;
}

const [percent, plus, blank] = [37, 43, 32];

/** A name or value without its escapes. Byte by byte: texts put together from as many pieces take a hundred times as long. */
function plain(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const escaped = byte === percent ? digit(bytes[at + 1]) * 16 + digit(bytes[at + 2]) : Number.NaN;
    bytes[length++] = Number.isNaN(escaped) ? (byte === plus ? blank : byte) : escaped;
    if (!Number.isNaN(escaped)) at += 2;
  }
  return decode(bytes.subarray(0, length));
}

/** What a byte stands for as a hexadecimal digit; NaN when it is none. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : Number.NaN;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ApiError('MALFORMED_REQUEST', [], { cause });
  }
}
