import { asOrganization, type Db, type Tx } from './client.ts';
import type { Statement } from './driver.ts';
import type { Actor } from './wall.ts';

/**
 * One operation's transaction, opened by its first statement and not before. A query sees one snapshot; a mutation's
 * writes are committed together when the operation ends.
 */
export interface Work {
  /** Refused after the end: an execution that fails early leaves resolvers behind, and nobody would close what they open. */
  tx(): Promise<Tx>;
  /** Commits; throws when the commit failed, so that nothing is told as done that is not. Does nothing when nothing was opened. */
  commit(): Promise<void>;
  /** Rolls everything back; never throws. */
  rollback(): Promise<void>;
  /** Whether a change was made that the commit will keep: set by whoever makes one. */
  hasWritten: boolean;
}

const rolledBack = Symbol('rolled back');

/** What comes before everything else in a transaction. */
interface Beginning {
  /** A question that travels with the beginning, */
  asks?: Statement | undefined;
  /** and who is told its answer; when this throws, so does `tx`. */
  begin?: (tx: Tx, told: readonly (string | null)[]) => Promise<void>;
}

/** Opens no connection yet; `commit` or `rollback` must follow. */
export function openWork(db: Db, actor: Actor, mode: 'read' | 'write', { asks, begin }: Beginning = {}): Work {
  let opened: Promise<Tx> | undefined;
  let hasEnded = false;
  let ended: Promise<void> = Promise.resolve();
  let end: (outcome: 'commit' | typeof rolledBack) => void = () => {};

  const open = () =>
    new Promise<Tx>((resolve, reject) => {
      const outcome = new Promise<'commit' | typeof rolledBack>((settle) => {
        end = settle;
      });
      const work = async (tx: Tx, told: readonly (string | null)[]) => {
        await begin?.(tx, told);
        resolve(tx);
        if ((await outcome) === rolledBack) throw rolledBack;
      };
      ended = asOrganization(db, actor, mode, work, asks);
      ended.catch(reject);
    });

  return {
    hasWritten: false,
    async tx() {
      if (hasEnded) throw new Error('The unit of work has ended.');
      opened ??= open();
      return await opened;
    },
    async commit() {
      hasEnded = true;
      if (!opened) return;
      await opened;
      end('commit');
      await ended;
    },
    async rollback() {
      hasEnded = true;
      if (!opened) return;
      opened.catch(() => {});
      end(rolledBack);
      await ended.catch(() => {});
    },
  };
}
