import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collect: (options?: { type: 'minor' }) => void = runInNewContext('gc');

const old = () =>
  v8
    .getHeapSpaceStatistics()
    .filter(({ space_name }) => /old|large/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);

/**
 * Bytes of each of `times` turns of `work` that collections of young objects leave behind among the old ones, where they stay until all
 * of the heap is collected.
 */
export async function keptOf(work: () => Promise<void>, times = 200): Promise<number> {
  for (let i = 0; i < times / 4; i++) await work();
  collect();
  const before = old();
  for (let i = 0; i < times; i++) {
    await work();
    if (i % 5 === 4) collect({ type: 'minor' });
  }
  for (let i = 0; i < 2; i++) collect({ type: 'minor' });
  return (old() - before) / times;
}
