import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const saltLength = 16;
const hashLength = 32;

/** Random letters and digits: 12 make an id, 43 make a secret of 256 bits. */
export function randomWord(length: number): string {
  return Array.from({ length }, () => signs[randomInt(signs.length)]).join('');
}

/** SHA-256: for secrets that are random already. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Whether two hashes are equal, in constant time. Nothing stored equals nothing. */
export function sameHash(stored: Uint8Array | null, given: Uint8Array): boolean {
  const against = stored !== null && stored.length === given.length ? stored : Buffer.alloc(given.length);
  const same = timingSafeEqual(against, given);
  return same && against === stored;
}

/** scrypt (N 2^15, r 8, p 1) of a password: 16 bytes of salt, then 32 of hash. */
export async function hashPassword(password: string): Promise<Buffer> {
  const salt = randomBytes(saltLength);
  return Buffer.concat([salt, await derive(password, salt)]);
}

/** Whether this is the password. Takes as long for nobody's password as for somebody's. */
export async function isPassword(stored: Uint8Array | null, password: string): Promise<boolean> {
  const known = stored !== null && stored.length === saltLength + hashLength;
  const salt = known ? stored.subarray(0, saltLength) : Buffer.alloc(saltLength);
  return sameHash(known ? stored.subarray(saltLength) : null, await derive(password, salt));
}

/** One form for one password, whatever keyboard wrote it. A kilobyte is more than anybody types. */
function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  const text = password.slice(0, 1024).normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hashLength, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
