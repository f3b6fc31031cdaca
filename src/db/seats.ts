import { ApiError } from '../errors.ts';

/** Who may have a connection now; the others wait in a line of limited length and for a limited time. */
export interface Seats {
  /** Resolves with what gives the seat back. UNAVAILABLE when the line is full, or after `ms`. */
  take(ms: number): Promise<() => void>;
  /** For metrics. */
  state(): { taken: number; waiting: number };
}

/** Opens `count` seats with a line of `line`. */
export function openSeats(count: number, line: number): Seats {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const busy = () => new ApiError('UNAVAILABLE', [], { retryAfter: 1 });

  function leave(): () => void {
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
    };
  }

  return {
    async take(ms) {
      if (taken < count) {
        taken += 1;
        return leave();
      }
      if (waiting.length >= line) throw busy();
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(seated), 1);
          reject(busy());
        }, ms);
        const seated = () => {
          clearTimeout(timer);
          resolve(leave());
        };
        waiting.push(seated);
      });
    },
    state: () => ({ taken, waiting: waiting.length }),
  };
}
