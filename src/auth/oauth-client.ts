import type { z } from 'zod';
import type { Tx } from '../db/client.ts';
import type { Caller, Scope } from './caller.ts';
import { CredentialSettings, type OwnCredential, putCredential } from './credential.ts';
import { hashSecret, randomWord } from './secret.ts';

const day = 86_400;
const usual: readonly Scope[] = ['customers:read', 'customers:write', 'customers:lookup'];

/** What a new OAuth client needs. Settings that are not given have the defaults of `CredentialSettings`. */
export interface NewOAuthClient {
  organizationId: number;
  name: string;
  settings: z.input<(typeof CredentialSettings)['OAUTH_CLIENT']>;
  scopes?: readonly Scope[];
}

/** Makes an OAuth client. The secret is shown this once, and a public client has none. A Riverty client's tokens live a day. */
export async function createOAuthClient(
  tx: Tx,
  { organizationId, name, settings, scopes = usual }: NewOAuthClient,
): Promise<{ id: string; secret: string | null }> {
  const lifetime = settings.clientIds?.length ? { tokenLifetime: day } : {};
  const full = CredentialSettings.OAUTH_CLIENT.parse({ ...lifetime, ...settings });
  const id = randomWord(24);
  const secret = full.isPublic ? null : randomWord(43);
  const secretHash = secret === null ? null : hashSecret(secret);
  await putCredential(tx, { organizationId, id, kind: 'OAUTH_CLIENT', name, scopes, secretHash, settings: full });
  return { id, secret };
}

/** The client itself, within the scopes of its token; null when it was revoked. */
export function callerOfOAuthClient(client: OwnCredential | null, granted: ReadonlySet<string>): Caller | null {
  if (client?.kind !== 'OAUTH_CLIENT' || !client.isUsable) return null;
  return {
    organizationId: client.organizationId,
    credentialId: client.id,
    kind: 'OAUTH_CLIENT',
    scopes: new Set(client.scopes.filter((scope) => granted.has(scope))),
    userId: null,
    customerId: null,
    clientIds: CredentialSettings.OAUTH_CLIENT.parse(client.settings).clientIds,
    merchantId: null,
    clientSession: null,
  };
}
