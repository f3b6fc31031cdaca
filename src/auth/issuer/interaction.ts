import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Db } from '../../db/client.ts';
import { ApiError } from '../../errors.ts';
import type { Vault } from '../../vault.ts';
import { findCredential, type StoredCredential } from '../credential.ts';
import { accountOf, loginOfAccount } from '../customer-login.ts';
import { findLogin } from '../password.ts';
import type { IssuerErrors } from './adapter.ts';
import { consentPage, loginPage, problemPage, sendPage } from './page.ts';
import { addressOf, customerScope, ownOrigin, readForm } from './request.ts';

/** What the pages need. */
export interface InteractionSettings {
  db: Db;
  vault: Vault;
  publicUrl: string;
  provider: Provider;
  errors: IssuerErrors;
  trustProxy?: boolean;
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

const expired =
  'This sign-in has expired or was begun in another browser. Go back to where you came from and start again.';

/** Where the form's last redirect goes: the client's own address. */
function leadsTo({ params }: Details): string | null {
  return typeof params.redirect_uri === 'string' ? new URL(params.redirect_uri).origin : null;
}

/** A form of another site would come without the cookie; this says it a second time. */
function isForeign(req: IncomingMessage, publicUrl: string): boolean {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return req.headers.origin !== undefined && req.headers.origin !== ownOrigin(req, publicUrl).origin;
}

/** Shows and reads the pages under `/oauth/interaction/…`: signing in, then allowing the client. */
export async function answerInteraction(
  settings: InteractionSettings,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<void> {
  const { db, publicUrl, provider } = settings;
  const begun = await provider.interactionDetails(req, res).catch((error: unknown) => {
    if (error instanceof settings.errors.SessionNotFound) return null;
    throw error;
  });
  const client = begun?.uid === uid ? await findCredential(db, String(begun.params.client_id)) : null;
  if (begun === null || client === null || !client.isUsable) {
    return sendPage(res, { status: 400, html: problemPage(expired), leadsTo: null });
  }
  if (req.method === 'GET' || req.method === 'HEAD') {
    return sendPage(res, { status: 200, html: await firstPage(settings, begun, client), leadsTo: leadsTo(begun) });
  }
  const form = isForeign(req, publicUrl) ? null : await readForm(req);
  if (req.method !== 'POST' || form === null) {
    return sendPage(res, { status: 400, html: problemPage(expired), leadsTo: null });
  }
  const action = form.get('action');
  if (action === 'cancel') {
    const result = { error: 'access_denied', error_description: 'The customer did not allow it.' };
    return await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  }
  if (begun.prompt.name === 'login') return await signIn(settings, req, res, begun, client, form);
  if (action === 'allow') return await allow(settings, req, res, begun);
  sendPage(res, { status: 200, html: await firstPage(settings, begun, client), leadsTo: leadsTo(begun) });
}

async function firstPage({ db }: InteractionSettings, begun: Details, client: StoredCredential): Promise<string> {
  const names = { client: client.name, organization: client.organization.name };
  if (begun.prompt.name === 'login') return loginPage(names, null);
  const login = await loginOfAccount(db, begun.session?.accountId ?? '');
  return consentPage({ ...names, login: login?.name ?? '' });
}

async function signIn(
  { db, vault, provider, trustProxy = false }: InteractionSettings,
  req: IncomingMessage,
  res: ServerResponse,
  begun: Details,
  client: StoredCredential,
  form: URLSearchParams,
): Promise<void> {
  const userName = form.get('user') ?? '';
  const refuse = (status: number, problem: string) => {
    const names = { client: client.name, organization: client.organization.name };
    sendPage(res, { status, html: loginPage(names, problem, userName), leadsTo: leadsTo(begun) });
  };
  try {
    const tried = { userName, password: form.get('password') ?? '', remoteAddress: addressOf(req, trustProxy) };
    const login = await findLogin(db, vault, 'CUSTOMER_LOGIN', tried);
    if (login === null || login.organizationId !== client.organizationId || !login.hasCustomer) {
      return refuse(401, 'User name or password are not right.');
    }
    // No lasting cookie: who closes the browser has signed out.
    const result = { login: { accountId: accountOf(login), remember: false } };
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RATE_LIMITED') throw error;
    res.setHeader('Retry-After', String(error.retryAfter ?? 30));
    refuse(429, `Too many tries. Wait ${error.retryAfter ?? 30} seconds and try again.`);
  }
}

async function allow(
  { provider, publicUrl }: InteractionSettings,
  req: IncomingMessage,
  res: ServerResponse,
  begun: Details,
): Promise<void> {
  const known = begun.grantId === undefined ? undefined : await provider.Grant.find(begun.grantId);
  const ids = { accountId: begun.session?.accountId, clientId: String(begun.params.client_id) };
  const grant = known ?? new provider.Grant(ids);
  grant.addResourceScope(publicUrl, customerScope);
  if (String(begun.params.scope).split(' ').includes('openid')) grant.addOIDCScope('openid');
  const grantId = await grant.save();
  await provider.interactionFinished(req, res, { consent: { grantId } }, { mergeWithLastSubmission: true });
}
