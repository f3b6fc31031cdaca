import type { Adapter, AdapterFactory, AdapterPayload, errors } from 'oidc-provider';
import type { Db } from '../../db/client.ts';
import { badText } from '../../values/text.ts';
import type { Vault } from '../../vault.ts';
import { CredentialSettings, findCredential, type StoredCredential } from '../credential.ts';
import { nameOf } from '../customer-login.ts';
import {
  consumeState,
  destroyGrant,
  destroyState,
  getState,
  getStateByUid,
  putState,
  stateKey,
  stateSealedAt,
} from '../state.ts';

/** What the issuer's library throws; loaded only where the issuer runs. */
export type IssuerErrors = typeof errors;

/** Members of a client that the library does not know and the issuer needs. */
export const clientMembers = ['organization', 'allowed_scopes', 'token_lifetime'] as const;

/** An OAuth client in the library's words. Its secret is the SHA-256 of the secret, as is what clients send by then. */
function clientOf(found: StoredCredential | null): AdapterPayload | undefined {
  if (found?.kind !== 'OAUTH_CLIENT' || !found.isUsable) return undefined;
  const settings = CredentialSettings.OAUTH_CLIENT.parse(found.settings);
  const hasCode = settings.grants.includes('authorization_code');
  return {
    client_id: found.id,
    client_name: found.name,
    ...(settings.isPublic ? {} : { client_secret: found.secretHash ?? '' }),
    token_endpoint_auth_method: settings.isPublic ? 'none' : 'client_secret_post',
    grant_types: settings.grants,
    response_types: hasCode ? ['code'] : [],
    redirect_uris: hasCode ? settings.redirectUris : [],
    organization: found.organization.reference,
    allowed_scopes: found.scopes.join(' '),
    token_lifetime: settings.tokenLifetime,
  };
}

/**
 * Keeps what the issuer must remember in `oauth_state`: sealed, under hashed ids, shared by all processes; clients are credentials.
 * A code is used up by one statement, so that of two who redeem it at once one fails.
 */
export function createAdapter(db: Db, vault: Vault, library: IssuerErrors): AdapterFactory {
  function opened(
    model: string,
    key: string,
    state: { payload: Record<string, unknown>; consumedAt: number | null },
  ): AdapterPayload {
    const text = vault.open(stateSealedAt(model, key), Buffer.from(String(state.payload.sealed), 'base64'));
    const payload: AdapterPayload = JSON.parse(text);
    return state.consumedAt === null ? payload : { ...payload, consumed: state.consumedAt };
  }

  return (model): Adapter => ({
    async find(id) {
      if (badText(id) !== null) return undefined;
      if (model === 'Client') return clientOf(await findCredential(db, id));
      const state = await getState(db, model, id);
      return state === null ? undefined : opened(model, stateKey(id), state);
    },
    async findByUid(uid) {
      const state = await getStateByUid(db, model, uid);
      return state === null ? undefined : opened(model, state.id, state);
    },
    findByUserCode: async () => undefined,
    async upsert(id, payload, expiresIn) {
      const sealed = vault.seal(stateSealedAt(model, stateKey(id)), JSON.stringify(payload)).toString('base64');
      const names = { grantId: payload.grantId ?? null, uid: payload.uid ?? null };
      const account = typeof payload.accountId === 'string' ? { account: stateKey(nameOf(payload.accountId)) } : {};
      await putState(db, { model, id, payload: { sealed, ...account }, seconds: expiresIn ?? null, ...names });
    },
    async consume(id) {
      if (!(await consumeState(db, model, id))) throw new library.InvalidGrant('already used');
    },
    destroy: (id) => destroyState(db, model, id),
    revokeByGrantId: (grantId) => destroyGrant(db, model, grantId),
  });
}
