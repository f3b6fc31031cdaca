/** Whether two values of a row are the same: bytes, times and JSON by what they hold. */
export function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a === 'object' || typeof b === 'object') return canonical(a) === canonical(b);
  return a === b;
}

/** The same for a column of customers: its numbers are texts, and `5000.00` is `5000`; of any other text it is not. */
export function sameColumn(column: string, a: unknown, b: unknown): boolean {
  if (numbers.has(column) && typeof a === 'string' && typeof b === 'string') return plain(a) === plain(b);
  return same(a, b);
}

const numbers: ReadonlySet<string> = new Set(['creditLimit', 'balance', 'riskScore']);

const plain = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '').replace(/^-0$/, '0') : digits);

/** Postgres gives an object's keys in its own order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value ?? null, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  );
