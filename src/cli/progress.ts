/** A line that tells how far long work has come, and that is gone when the work is done. */
export interface Progress {
  /** `share` from 0 to 1, null where the whole is not known. */
  show(rows: number, share: number | null): void;
  clear(): void;
}

const width = 24;
const everyMs = 100;
const time = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** Writes to a terminal; to anything else, nothing at all. */
export function openProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const begin = performance.now();
  let last = 0;
  let first: number | null = null;
  return {
    show(rows, share) {
      const now = performance.now();
      first ??= rows;
      if (!out.isTTY || now - last < everyMs) return;
      last = now;
      const seconds = (now - begin) / 1000;
      const filled = Math.round((share ?? 0) * width);
      const bar =
        share === null ? '' : `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${Math.floor(share * 100)} %  `;
      const left = share === null || share < 0.01 ? '' : `  ${time((seconds / share) * (1 - share))} left`;
      const speed = Math.round((rows - first) / seconds).toLocaleString('en');
      out.write(`\r\u001b[K${bar}${rows.toLocaleString('en')} rows, ${speed} a second${left}`);
    },
    clear() {
      if (out.isTTY && last > 0) out.write('\r\u001b[K');
    },
  };
}
