import type {
  Configuration,
  interactionPolicy,
  JWK,
  KoaContextWithOIDC,
  default as ProviderClass,
} from 'oidc-provider';
import type { Db } from '../../db/client.ts';
import type { Vault } from '../../vault.ts';
import { scopes } from '../caller.ts';
import { loginOfAccount } from '../customer-login.ts';
import { secretMark } from '../password.ts';
import { clientMembers, createAdapter, type IssuerErrors } from './adapter.ts';
import type { SigningKeys } from './keys.ts';
import { pageHeaders, problemPage } from './page.ts';
import { customerScope } from './request.ts';

/** The library, loaded. */
export interface IssuerLibrary {
  Provider: typeof ProviderClass;
  errors: IssuerErrors;
  interactionPolicy: typeof interactionPolicy;
}

/** Loads the library, which complains of Node 20 aloud although it runs on it (its API is tested here on that version). */
export async function loadLibrary(): Promise<IssuerLibrary> {
  const { warn } = console;
  console.warn = () => {};
  try {
    const { default: Provider, errors, interactionPolicy } = await import('oidc-provider');
    return { Provider, errors, interactionPolicy };
  } finally {
    console.warn = warn;
  }
}

/** What a provider is made of. */
export interface ProviderSettings {
  db: Db;
  vault: Vault;
  publicUrl: string;
  keys: SigningKeys;
  library: IssuerLibrary;
}

const hour = 60 * 60;
const day = 24 * hour;

/** Makes the OAuth server for one set of keys. Whatever it remembers is in the database, so it may be replaced at any time. */
export function makeProvider({ db, vault, publicUrl, keys, library }: ProviderSettings): ProviderClass {
  const { Provider, errors, interactionPolicy } = library;
  const all = [keys.current, ...[...keys.byKid.values()].filter(({ kid }) => kid !== keys.current.kid)];

  /** A session of one organization is nobody in another, and one of a login that is gone is nobody anywhere. */
  const policy = interactionPolicy.base();
  policy.get('login')?.checks.add(
    new interactionPolicy.Check(
      'other_organization',
      'nobody of this organization is signed in',
      'login_required',
      async ({ oidc }) => {
        const account = oidc.session?.accountId;
        const login = account ? await loginOfAccount(db, account) : null;
        const isGone = account !== undefined && !login?.isUsable;
        return isGone || (login !== null && login.organization.reference !== oidc.client?.metadata().organization);
      },
    ),
  );

  const configuration: Configuration = {
    adapter: createAdapter(db, vault, errors),
    // The library takes the key that `sign` names by its id; the others only verify.
    jwks: { keys: all.map(({ privateJwk }) => privateJwk as JWK) },
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', grant_types: ['client_credentials'] },
    extraClientMetadata: { properties: [...clientMembers] },
    pkce: { required: (_, client) => client.clientAuthMethod === 'none' },
    routes: { authorization: '/oauth/authorize', token: '/oauth/token', jwks: '/oauth/jwks' },
    interactions: { policy, url: (_, { uid }) => `/oauth/interaction/${uid}` },
    cookies: {
      keys: [vault.fingerprint('oauth-cookies', '').toString('hex')],
      names: { session: 'clientele_session', interaction: 'clientele_sign_in', resume: 'clientele_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: '/oauth' },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => publicUrl,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, __, client) => ({
          audience: publicUrl,
          scope: `${customerScope} ${client.metadata().allowed_scopes}`,
          accessTokenFormat: 'jwt',
          accessTokenTTL: Number(client.metadata().token_lifetime),
          jwt: { sign: { alg: 'ES256', kid: keys.current.kid } },
        }),
      },
    },
    ttl: {
      AccessToken: (_, token) => token.resourceServer?.accessTokenTTL ?? 900,
      ClientCredentials: (_, token) => token.resourceServer?.accessTokenTTL ?? 900,
      AuthorizationCode: 60,
      RefreshToken: 30 * day,
      Grant: 180 * day,
      Interaction: hour,
      Session: 8 * hour,
      IdToken: hour,
    },
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    // A refresh token is for when nobody sits at a browser.
    expiresWithSession: () => false,
    extraTokenClaims(_, token) {
      if (token.kind === 'ClientCredentials' && !token.scope) {
        throw new errors.InvalidScope('none of the scopes is allowed to this client', scopes.join(' '));
      }
      const grant = 'grantId' in token && token.grantId ? { grant: token.grantId } : {};
      const clientMark = secretMark({ secretHash: token.client?.clientSecret ?? null });
      return { organization: token.client?.metadata().organization, client_mark: clientMark, ...grant };
    },
    async findAccount(_, id) {
      const login = await loginOfAccount(db, id);
      if (login?.kind !== 'CUSTOMER_LOGIN' || !login.isUsable || !login.hasCustomer) return undefined;
      return { accountId: id, claims: () => ({ sub: login.id }) };
    },
    // A page of this server says its origin too when it asks for a token.
    clientBasedCORS: (_, origin, client) =>
      origin === publicUrl || (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    renderError,
  };
  const provider = new Provider(publicUrl, configuration);
  // Host and protocol are set from PUBLIC_URL before the request gets here.
  provider.proxy = true;
  return provider;
}

const words: Record<string, string> = {
  invalid_client: 'The application that sent you here is not known.',
  invalid_redirect_uri: 'The application that sent you here named an address that is not its own.',
  server_error: 'Something went wrong on our side. Go back and try again.',
  temporarily_unavailable: 'We cannot do this at the moment. Go back and try again.',
};

function renderError(ctx: KoaContextWithOIDC, out: { error: string }): void {
  const text = words[out.error] ?? 'The application that sent you here asked for something that is not possible.';
  ctx.set(pageHeaders(null));
  ctx.body = problemPage(text);
}
