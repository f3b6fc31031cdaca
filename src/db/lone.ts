import { type Db, deadlineMs, type Tx, transactionOn } from './client.ts';
import type { Statement, TransactionSql } from './driver.ts';
import { isDatabaseError } from './driver.ts';
import { nameOrganization } from './own.ts';
import { watching } from './trace.ts';
import { type Actor, walledAlone } from './wall.ts';

/** A change that is one statement: with its wall and its end it is one message, and kept when it changes something. */
export interface Lone {
  /** Takes one insertion, or one change of a row, and whatever is only read: each as it is kept at that moment. */
  tx: Tx;
  /** What became of it. `sent`: not known, or not yet. */
  state(): 'unsent' | 'sent' | 'kept';
}

/** Milliseconds of its operation's that a change does not use: for what it did to be told. */
const spareMs = 500;
const mostMs = 5_000;

/**
 * Opens a lone change of the actor's organization, which is as `remembered` says; nothing is sent before the statement. Whatever fails is
 * not kept, but for a connection that was lost: then nobody knows. Not for a cluster.
 */
export function openLone(db: Db, actor: Actor, remembered: string): Lone {
  const { organizationId, trace, endsAt = performance.now() + deadlineMs } = actor;
  let state: ReturnType<Lone['state']> = 'unsent';

  async function send(text: string, parameters: Statement['parameters']) {
    const ms = Math.min(mostMs, endsAt - performance.now() - spareMs);
    if (ms < spareMs) throw new Error('There is no time left for a lone change.');
    state = 'sent';
    const wall = walledAlone(actor, remembered, ms);
    const told = await watching(trace, { sql: text }, () =>
      db.lanes.write(wall, { text, parameters, prepare: true }).catch((error: unknown) => {
        if (isDatabaseError(error)) state = 'unsent';
        throw error;
      }),
    );
    state = told.length > 0 ? 'kept' : 'unsent';
    return told;
  }

  const connection = {
    unsafe(text: string, parameters: never[]) {
      const isRead = /^select (?!.* for (no key )?update)/s.test(text);
      if (!isRead && (state !== 'unsent' || !/^(insert|update) .* returning /s.test(text)))
        throw new Error('A lone change is one statement.');
      const values = () =>
        isRead ? db.lanes.read({ organizationId, text, parameters, prepare: true, trace }) : send(text, parameters);
      return { values };
    },
  };
  const tx = transactionOn(connection as unknown as Pick<TransactionSql, 'unsafe'>);
  nameOrganization(tx, organizationId);
  return { tx, state: () => state };
}
