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

/** The statements by which a transaction begins behind the wall. In a cluster only what is SET goes along to the shards. */
export function walled(actor: Actor, mode: 'read' | 'write', inCluster: boolean): Statement[] {
  const settings = Object.entries(settingsOf(actor));
  // A comment makes the wall another text each time: such a one is not kept.
  const comment = commentOf(actor.trace?.parent);
  if (inCluster) {
    const set = settings.map(([name, value]) => `set local ${name} = ${quoted(value)}${comment}`);
    return [begin[mode], ...set.map((text) => ({ text, parameters: [], prepare: false }))];
  }
  const set = settings.map(([name], i) => `set_config('${name}', $${i + 1}, true)`).join(', ');
  const parameters = settings.map(([, value]) => value);
  return [begin[mode], { text: `select ${set}${comment}`, parameters, prepare: comment === '' }];
}
