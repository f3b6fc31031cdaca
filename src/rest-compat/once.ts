import { createHash } from 'node:crypto';
import { ApiError, fault } from '../errors.ts';

const longest = 255;
const standard = 'Idempotency-Key';

/**
 * The key under which a request is done once: the standard header's, or the document's own. Null when there is none. INVALID_INPUT when
 * it is empty, longer than 255 characters, or not printable ASCII.
 */
export function onceKey(headers: Headers, own?: string): string | null {
  for (const name of own === undefined ? [standard] : [own, standard]) {
    const key = headers.get(name);
    if (key === null) continue;
    if (key.length > longest)
      throw new ApiError('VALUE_TOO_LONG', [fault('VALUE_TOO_LONG', [name], `is longer than ${longest} characters`)]);
    if (!/^[\x20-\x7e]+$/.test(key)) throw new ApiError('VALUE_INVALID', [fault('VALUE_INVALID', [name])]);
    return key;
  }
  return null;
}

/** A hash of all that a request asks. Files count by their bytes: another form's boundary is no other request. */
export function fingerprint(method: string, target: string, body: unknown): string {
  const plain = JSON.stringify([method, target, body], (_name, value: unknown) =>
    value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value,
  );
  return createHash('sha256').update(plain).digest('hex');
}
