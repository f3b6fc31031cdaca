import type { Credential } from '../../auth/caller.ts';
import { ApiError } from '../../errors.ts';
import { graphql } from '../graphql.ts';
import { ask, type RestServer } from '../handler.ts';
import type { Door, DoorRequest, Reply, RequestHead } from '../route.ts';
import { toWireUser, userFields } from './user-wire.ts';

/** The session's cookie, or an API key in `Authorization` (contracts, 4.1). */
export function credentialOf({ headers }: Pick<RequestHead, 'headers'>): Credential {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer) return { type: 'bearer', token: bearer };
  const session = sessionOf(headers);
  return session ? { type: 'cookie', session } : { type: 'none' };
}

function sessionOf(headers: Headers): string | undefined {
  return /(?:^|;\s*)JSESSIONID="?([^;"\s]+)/.exec(headers.get('cookie') ?? '')?.[1];
}

/** Name and password in a form, in the query of a POST, or in the query of a GET: clients send all three. */
async function signIn({ query, body, head }: DoorRequest, server: RestServer): Promise<Reply> {
  const name = field('j_username', body, query);
  const password = field('j_password', body, query);
  const signedIn = name && password ? await server.doors.signIn(name, password, head.remoteAddress) : null;
  if (!signedIn) return { status: 302, headers: { Location: '/login/authfail?ajax=true' } };
  const secure = server.publicUrl.startsWith('https:') ? '; Secure' : '';
  const cookie = `JSESSIONID=${signedIn.session}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  return { status: 302, headers: { Location: '/login/ajaxSuccess', 'Set-Cookie': cookie } };
}

function field(name: string, ...places: unknown[]): string {
  for (const place of places) {
    const value: unknown = typeof place === 'object' && place !== null ? Reflect.get(place, name) : undefined;
    if (typeof value === 'string') return value;
  }
  return '';
}

const viewer = graphql(
  `
  query ValomniaViewer {
    viewer {
      organization {
        numericId
        reference
        name
        country
        currencies
      }
      user {
        ...ValomniaUser
      }
    }
  }
`,
  [userFields],
);

async function signedIn({ head, caller, requestId }: DoorRequest, server: RestServer): Promise<Reply> {
  if (!caller) throw new ApiError('UNAUTHENTICATED');
  const info = { dialect: 'valomnia', requestId };
  const { user, organization } = (await ask(server, viewer, {}, caller, info)).viewer;
  return {
    body: {
      success: true,
      token: sessionOf(head.headers) ?? null,
      user: user && toWireUser(user, { organization }),
      organization: {
        id: organization.numericId,
        reference: organization.reference,
        name: organization.name,
        country: organization.country,
        currency: organization.currencies[0] ?? null,
      },
    },
  };
}

/** A picture for the organization's cookie or key, or for a signed link; to everybody else there is nothing. */
async function picture({ head }: DoorRequest, server: RestServer): Promise<Reply> {
  const bySignature = await server.doors.readPicture(head.url, null);
  const credential = credentialOf(head);
  if (!bySignature && credential.type === 'none') throw new ApiError('UNAUTHENTICATED');
  const found = bySignature ?? (await server.doors.readPicture(head.url, await server.authenticate(credential)));
  if (!found) throw new ApiError('NOT_FOUND');
  return {
    bytes: found.bytes,
    headers: {
      'Content-Type': found.contentType,
      'Cache-Control': 'private, max-age=3600',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
    },
  };
}

const open = { open: true, path: '/j_spring_security_check', summary: 'Sign in', handle: signIn } as const;

/** What is no customer operation: sign-in by form and cookie, and pictures (contracts, 4.1 and 4.10). */
export const doors: readonly Door[] = [
  { method: 'POST', ...open },
  { method: 'GET', ...open },
  {
    method: 'GET',
    path: '/login/ajaxSuccess',
    summary: 'Who is signed in',
    open: false,
    operations: [viewer],
    handle: signedIn,
  },
  {
    method: 'GET',
    path: '/login/authfail',
    summary: 'Where a failed sign-in ends',
    open: true,
    handle: () => Promise.reject(new ApiError('UNAUTHENTICATED')),
  },
  {
    method: 'GET',
    path: '/{organization}/photoCustomer/{file}',
    summary: 'A picture, or with small_ or medium_ before its name a smaller one',
    open: true,
    handle: picture,
  },
];
