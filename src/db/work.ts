import { type Actor, asOrganization, type Db, type Tx } from './client.ts';

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

/** Opens no connection yet; `commit` or `rollback` must follow. `begin` is the transaction's first statement; when it throws, so does `tx`. */
export function openWork(db: Db, actor: Actor, mode: 'read' | 'write', begin?: (tx: Tx) => Promise<void>): Work {
  let opened: Promise<Tx> | undefined;
  let hasEnded = false;
  let ended: Promise<void> = Promise.resolve();
  let end: (outcome: 'commit' | typeof rolledBack) => void = () => {};

  const open = () =>
    new Promise<Tx>((resolve, reject) => {
      const outcome = new Promise<'commit' | typeof rolledBack>((settle) => {
        end = settle;
      });
      ended = asOrganization(db, actor, mode, async (tx) => {
        await begin?.(tx);
        resolve(tx);
        if ((await outcome) === rolledBack) throw rolledBack;
      });
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
