import type { Identity } from '../domain/reference.ts';
import type { CustomerRow } from './reading.ts';

/** How a part of a file is written; `before` is what the part before it has kept, and comes when that is kept. */
type Write<Kept> = (rows: readonly CustomerRow[], before: () => Promise<Kept>, attempts?: number) => Promise<Kept>;

/** Milliseconds for which a part that is ready waits for the one before it, which may be waiting for what this one holds. */
const patienceMs = 3_000;
/** After so many parts that had to be taken back, each waits for the one before it. */
const mostTakenBack = 3;

/**
 * Writes parts, and keeps them in their order: two at once where they speak of different customers. One that gets in the way of the
 * part before it is taken back, and written after it. `told` hears of each part when it is kept.
 */
export async function writeInOrder<Kept extends object>(
  parts: AsyncIterable<readonly CustomerRow[]>,
  begun: Kept,
  { isOneByOne, write, told }: { isOneByOne: boolean; write: Write<Kept>; told(kept: Kept): void },
): Promise<Kept> {
  let takenBack = isOneByOne ? mostTakenBack : 0;
  let last: { rows: readonly CustomerRow[]; keys: Set<string>; kept: Promise<Kept> } = {
    ...{ rows: [], keys: new Set(), kept: Promise.resolve(begun) },
  };
  let earlier = last.kept;

  async function writeBeside(rows: readonly CustomerRow[], prior: Promise<Kept>): Promise<Kept> {
    try {
      return await write(rows, () => inTime(prior), 1);
    } catch {
      takenBack++;
      return await writeAfter(rows, prior);
    }
  }
  async function writeAfter(rows: readonly CustomerRow[], prior: Promise<Kept>): Promise<Kept> {
    await prior;
    return await write(rows, () => prior);
  }

  for await (const rows of parts) {
    await earlier;
    const { kept: prior, keys: others, rows: before } = last;
    const keys = keysOf(rows);
    const isApart = takenBack < mostTakenBack && ![...keys].some((key) => others.has(key)) && !mayRename(before, rows);
    const kept = (isApart ? writeBeside(rows, prior) : writeAfter(rows, prior)).then((done) => {
      told(done);
      return done;
    });
    // Whoever waits for it is told when it fails.
    kept.catch(() => {});
    earlier = prior;
    last = { rows, keys, kept };
  }
  return await last.kept;
}

/** Whether parents in `rows` are named by what customers in the part before may have had until then: nobody knows what that was. */
function mayRename(before: readonly CustomerRow[], rows: readonly CustomerRow[]): boolean {
  return (['reference', 'customerNumber'] as const).some(
    (name) =>
      before.some(({ by, write }) => by && !(name in by) && write.change[name]) &&
      rows.some(({ write }) => write.change.parent && name in write.change.parent),
  );
}

/** Everything by which rows name customers: their own, and their parents. */
function keysOf(rows: readonly CustomerRow[]): Set<string> {
  const keys = new Set<string>();
  const add = (identity: Identity | null | undefined) => {
    for (const [name, value] of Object.entries(identity ?? {})) keys.add(`${name} ${value}`);
  };
  for (const { by, write } of rows) {
    const { reference, customerNumber, parent } = write.change;
    add(by);
    add(parent);
    if (reference) add({ reference });
    if (customerNumber) add({ customerNumber });
  }
  return keys;
}

async function inTime<T>(prior: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The part before this one is not kept yet.')), patienceMs);
  });
  return await Promise.race([prior, late]).finally(() => clearTimeout(timer));
}
