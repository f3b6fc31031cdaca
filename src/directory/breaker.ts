/** How a breaker judges. */
export interface BreakerOptions {
  /** Failures in a row after which nothing is asked for a while. */
  failures: number;
  /** Milliseconds until one call may try again. */
  pauseMs: number;
  /** Calls that may wait at one time. */
  atOnce: number;
  now: () => number;
}

/** Stands before somebody else's service, so that its trouble costs callers neither time nor connections. */
export interface Breaker {
  /** Milliseconds to wait, or 0: then `done` must follow. */
  enter(): number;
  done(isWell: boolean): void;
}

/** Opens after failures in a row; after the pause one call tries, and the others wait for what it finds. */
export function openBreaker({ failures, pauseMs, atOnce, now }: BreakerOptions): Breaker {
  let inRow = 0;
  let openUntil = 0;
  let running = 0;
  return {
    enter() {
      const isOpen = inRow >= failures;
      if (isOpen && now() < openUntil) return openUntil - now();
      if (isOpen && running > 0) return 1000;
      if (running >= atOnce) return 1000;
      running++;
      return 0;
    },
    done(isWell) {
      running--;
      inRow = isWell ? 0 : inRow + 1;
      if (inRow >= failures) openUntil = now() + pauseMs;
    },
  };
}
