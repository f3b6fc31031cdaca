import { commit, type Watch } from '../db/trace.ts';

/** What an operation asked of the database, as `extensions.debug` tells it to developers. */
export interface StatementCount {
  /** Statements, without those that open and close the transaction. */
  statements: number;
  /** Milliseconds in which at least one of them was waited for, the COMMIT included. */
  databaseMs: number;
}

/** Counts what it is told of. */
export function openCount(): { watch: Watch; told(): StatementCount } {
  let statements = 0;
  let open = 0;
  let since = 0;
  let spent = 0;
  return {
    watch(asked) {
      if (!('sql' in asked)) return () => {};
      if (asked.sql !== commit) statements++;
      if (open++ === 0) since = performance.now();
      return () => {
        if (--open === 0) spent += performance.now() - since;
      };
    },
    told: () => ({ statements, databaseMs: Math.round(spent * 10) / 10 }),
  };
}

/** Both are told. */
export const both = (one: Watch, other: Watch | undefined): Watch =>
  other === undefined
    ? one
    : (asked) => {
        const ends = [one(asked), other(asked)];
        return (error) => {
          for (const ended of ends) ended(error);
        };
      };
