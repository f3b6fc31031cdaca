import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { bareNumber } from './values/national-number.ts';

/** One key of the ring: the number that sealed values remember it by, and its 32 bytes. */
export interface RingKey {
  id: number;
  key: Buffer;
}

/** All keys in use, newest first: the newest writes, any of them reads. */
export type KeyRing = readonly [RingKey, ...RingKey[]];

/** Where a sealed value is kept. It opens nowhere else. */
export interface Place {
  organizationId: number;
  table: string;
  column: string;
  rowId: string | number;
}

/** Everything done with the ring. Its keys never leave it. */
export type Vault = ReturnType<typeof openVault>;

const version = 1;
const headLength = 3;
const nonceLength = 12;
const tagLength = 16;
const keyLength = 32;
const greatestId = 0xffff;
const howTo = `Make one with: node -p "'k1:' + crypto.randomBytes(32).toString('base64')"`;

/** A new ring in the text form of CLIENTELE_KEYS; given an old ring, that ring with one new key before it (a rotation begins). */
export function makeKeys(old?: KeyRing): string {
  const newest = Math.max(0, ...(old ?? []).map(({ id }) => id));
  if (newest >= greatestId) throw new Error(`No key number is left after k${newest}.`);
  return [{ id: newest + 1, key: randomBytes(keyLength) }, ...(old ?? [])]
    .map(({ id, key }) => `k${id}:${key.toString('base64')}`)
    .join(',');
}

/** Reads CLIENTELE_KEYS: `k2:BASE64,k1:BASE64`, newest first, 32 bytes each. Throws an Error that says what to do, never the text. */
export function parseKeys(text: string): KeyRing {
  const [newest, ...older] = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseKey);
  if (!newest) throw new Error(`CLIENTELE_KEYS is empty: national numbers cannot be sealed without a key. ${howTo}`);
  const ids = [newest, ...older].map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new Error(`CLIENTELE_KEYS names k${twice} twice: each key needs a number of its own.`);
  return [newest, ...older];
}

function parseKey(part: string, at: number): RingKey {
  const which = `CLIENTELE_KEYS, key ${at + 1}`;
  const [, digits, encoded] = /^k([1-9]\d{0,4}):([A-Za-z0-9+/_-]+={0,2})$/.exec(part) ?? [];
  const id = Number(digits);
  if (!encoded || id > greatestId) {
    throw new Error(
      `${which}: expected k, a number from 1 to ${greatestId}, a colon and base64, as in k1:BASE64. ${howTo}`,
    );
  }
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== keyLength)
    throw new Error(`${which} (k${id}) has ${key.length} bytes instead of ${keyLength}. ${howTo}`);
  if (new Set(key).size < 8) throw new Error(`${which} (k${id}) repeats itself and could be guessed. ${howTo}`);
  return { id, key };
}

/** The last characters of a number, at most four and never more than half of it; the stars do not tell its length. */
export function mask(plain: string): string {
  const signs = Array.from(plain.trim());
  const shown = Math.min(4, Math.floor(signs.length / 2));
  return `****${shown === 0 ? '' : signs.slice(-shown).join('')}`;
}

/**
 * Opens the vault: AES-256-GCM for what must be read again, HMAC-SHA-256 for what is only compared, a key of its own for every
 * purpose (HKDF). reliability.md 7, "Numbers that identify people".
 */
export function openVault(ring: KeyRing) {
  const [newest] = ring;
  const derived = new Map<string, Buffer>();

  function keyFor(purpose: string, { id, key }: RingKey): Buffer {
    const name = `${id}:${purpose}`;
    const known = derived.get(name);
    if (known) return known;
    const made = Buffer.from(hkdfSync('sha256', key, '', `clientele/${purpose}`, keyLength));
    derived.set(name, made);
    return made;
  }

  const hmac = (purpose: string, key: RingKey, data: string | Uint8Array) =>
    createHmac('sha256', keyFor(purpose, key)).update(data).digest();

  const identity = (organizationId: number, plain: string) =>
    JSON.stringify(['identity', organizationId, bareNumber(plain)]);

  /** Version byte, key id (2 bytes), nonce (12), text, tag (16). */
  function sealSecret(place: Place, secret: Uint8Array): Buffer {
    const head = headOf(newest.id);
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', keyFor('seal', newest), nonce, { authTagLength: tagLength });
    cipher.setAAD(boundTo(head, place));
    return Buffer.concat([head, nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws an Error, which no caller is shown, when the bytes were changed, moved from another row, or sealed by an unknown key. */
  function openSecret(place: Place, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const where = `${place.table}.${place.column}`;
    if (bytes.length < headLength + nonceLength + tagLength || bytes[0] !== version) {
      throw new Error(`What is stored in ${where} is no sealed value.`);
    }
    const id = bytes.readUInt16BE(1);
    const key = ring.find((one) => one.id === id);
    if (!key) throw new Error(`A value in ${where} was sealed by key k${id}, which CLIENTELE_KEYS does not hold.`);
    const textAt = headLength + nonceLength;
    const decipher = createDecipheriv('aes-256-gcm', keyFor('seal', key), bytes.subarray(headLength, textAt), {
      authTagLength: tagLength,
    });
    decipher.setAAD(boundTo(bytes.subarray(0, headLength), place));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(textAt, -tagLength)), decipher.final()]);
    } catch {
      throw new Error(`A value in ${where} cannot be opened: it was changed, or belongs to another row.`);
    }
  }

  return {
    /** What values sealed from now on begin with: a rotation rewrites those that begin otherwise. */
    head: headOf(newest.id),
    sealSecret,
    openSecret,
    /** Seals a text, for example a national number as it was typed. */
    seal: (place: Place, plain: string): Buffer => sealSecret(place, Buffer.from(plain, 'utf8')),
    /** The text that was sealed. Errors as `openSecret`. */
    open: (place: Place, sealed: Uint8Array): string => openSecret(place, sealed).toString('utf8'),
    /** The blind index to store beside a sealed national number: 32 bytes, by the newest key. */
    index: (organizationId: number, plain: string): Buffer => hmac('index', newest, identity(organizationId, plain)),
    /** The blind indexes that a stored number may have, one for each key: compare with `= ANY`. */
    indexes: (organizationId: number, plain: string): Buffer[] =>
      ring.map((key) => hmac('index', key, identity(organizationId, plain))),
    /** A signature of 43 letters that may stand in a URL. What it is for is part of it. */
    sign: (purpose: string, text: string): string => hmac(`sign/${purpose}`, newest, text).toString('base64url'),
    /** Whether `sign` made this signature for this text, with any key of the ring. Constant time. */
    verify(purpose: string, text: string, signature: string): boolean {
      const given = Buffer.from(signature, 'utf8');
      return ring
        .map((key) => Buffer.from(hmac(`sign/${purpose}`, key, text).toString('base64url'), 'utf8'))
        .map((wanted) => wanted.length === given.length && timingSafeEqual(wanted, given))
        .includes(true);
    },
    /** A keyed hash to store in place of what it was made of: 32 bytes, by the newest key. */
    fingerprint: (purpose: string, data: string | Uint8Array): Buffer => hmac(`fingerprint/${purpose}`, newest, data),
    /** The fingerprints that a stored one may equal, one for each key. */
    fingerprints: (purpose: string, data: string | Uint8Array): Buffer[] =>
      ring.map((key) => hmac(`fingerprint/${purpose}`, key, data)),
  };
}

function headOf(id: number): Buffer {
  return Buffer.from([version, id >> 8, id & 0xff]);
}

/** As JSON, so that no two places read the same; a row id is the same as number and as text, as drivers give either. */
function boundTo(head: Uint8Array, { organizationId, table, column, rowId }: Place): Buffer {
  return Buffer.from(JSON.stringify([...head, organizationId, table, column, String(rowId)]), 'utf8');
}
