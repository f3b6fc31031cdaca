import type { Statement } from './driver.ts';
import { commentOf, type Trace } from './trace.ts';

/** Whose rows a transaction sees, and who is named for its changes. */
export interface Actor {
  organizationId: number;
  credentialId?: string;
  dialect?: string;
  requestId?: string;
  /** When its caller stops waiting, by `performance.now()`: nothing is committed after it. */
  endsAt?: number | undefined;
  trace?: Trace | null | undefined;
}

/** For what is asked before anybody is believed. No SET: in a cluster that goes along to the nodes, and has no organization there. */
export const asApp: Statement = {
  text: "select set_config('role', 'clientele_app', true)",
  parameters: [],
  prepare: true,
};

const begin = {
  read: { text: 'begin isolation level repeatable read, read only', parameters: [], prepare: true },
  write: { text: 'begin read write', parameters: [], prepare: true },
};

/** Role, organization, who acts, limits: each is the transaction's alone. */
const settingsOf = ({ organizationId, credentialId, dialect, requestId }: Actor) => ({
  role: 'clientele_app',
  'clientele.organization_id': String(Math.trunc(organizationId)),
  'clientele.credential_id': credentialId ?? '',
  'clientele.dialect': dialect ?? '',
  'clientele.request_id': requestId ?? '',
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
});

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Settings as one statement, for each transaction alike. A comment makes it another text each time: such a one is not kept. */
function settingOf(settings: Readonly<Record<string, string>>, comment: string): Statement {
  const set = Object.keys(settings).map((name, i) => `set_config('${name}', $${i + 1}, true)`);
  return { text: `select ${set.join(', ')}${comment}`, parameters: Object.values(settings), prepare: comment === '' };
}

/** The statements by which a transaction begins behind the wall. In a cluster only what is SET goes along to the shards. */
export function walled(actor: Actor, mode: 'read' | 'write', inCluster: boolean): Statement[] {
  const settings = settingsOf(actor);
  const comment = commentOf(actor.trace?.parent);
  if (!inCluster) return [begin[mode], settingOf(settings, comment)];
  const set = Object.entries(settings).map(([name, value]) => `set local ${name} = ${quoted(value)}${comment}`);
  return [begin[mode], ...set.map((text) => ({ text, parameters: [], prepare: false }))];
}

/**
 * What goes before a change that is one statement, in its message: its wall, `ms` that it may take, and what it takes its organization to
 * be. When that no longer holds, nothing is done; nor when somebody else's change is to be waited for, as others wait behind it. Not for a
 * cluster.
 */
export function walledAlone(actor: Actor, remembered: string, ms: number): Statement[] {
  const settings = { ...settingsOf(actor), statement_timeout: `${Math.trunc(ms)}ms`, lock_timeout: '200ms' };
  const expect = 'select clientele_expect($1::bigint, $2::text)';
  return [
    settingOf(settings, commentOf(actor.trace?.parent)),
    { text: expect, parameters: [settings['clientele.organization_id'], remembered], prepare: true },
  ];
}
