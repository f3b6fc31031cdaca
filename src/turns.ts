import { ApiError } from './errors.ts';

/** How many of a kind (operations, searches, pictures) run at once in this process, and how many wait. */
export interface Turns {
  /** Waits for a turn of the organization; whoever got it must call what is returned, once. UNAVAILABLE when too many wait. */
  take(organizationId: number): (() => void) | Promise<() => void>;
  /** For metrics. */
  state(): { running: number; waiting: number };
}

export interface TurnLimits {
  /** At once, in all. */
  running: number;
  /** At once, of one organization: the rest is kept for others. */
  runningEach: number;
  /** Waiting, of one organization. */
  waitingEach: number;
}

interface Line {
  running: number;
  waiting: (() => void)[];
}

/**
 * Turns in this process, per organization: one that asks for more than its share waits in a line of its own, and the lines are
 * served one after the other, so that a busy organization makes nobody wait but itself. Several processes each have their own.
 */
export function openTurns({ running: most, runningEach, waitingEach }: TurnLimits): Turns {
  const lines = new Map<number, Line>();
  let running = 0;
  let waiting = 0;

  function start(line: Line): void {
    running++;
    line.running++;
  }

  function end(organizationId: number, line: Line): void {
    running--;
    line.running--;
    if (waiting > 0) serve();
    if (line.running === 0 && line.waiting.length === 0) lines.delete(organizationId);
  }

  /** Lets the next in, one line after the other: a line that was served goes behind the others. */
  function serve(): void {
    for (const [organizationId, line] of lines) {
      if (running >= most) return;
      if (line.running >= runningEach) continue;
      const next = line.waiting.shift();
      if (!next) continue;
      waiting--;
      lines.delete(organizationId);
      lines.set(organizationId, line);
      start(line);
      next();
      return;
    }
  }

  return {
    take(organizationId) {
      const line = lines.get(organizationId) ?? { running: 0, waiting: [] };
      lines.set(organizationId, line);
      const leave = once(() => end(organizationId, line));
      if (running < most && line.running < runningEach && line.waiting.length === 0) {
        start(line);
        return leave;
      }
      if (line.waiting.length >= waitingEach) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
      waiting++;
      return new Promise((resolve) => line.waiting.push(() => resolve(leave)));
    },
    state: () => ({ running, waiting }),
  };
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
