import { z } from 'zod';
import type { Credential } from '../../auth/caller.ts';
import { ApiError } from '../../errors.ts';
import { graphql } from '../graphql.ts';
import { ask, type RestServer } from '../handler.ts';
import type { Door, DoorRequest, Reply, RequestHead } from '../route.ts';
import { toWireUser, userFields, wireUser } from './user-wire.ts';

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
  const body: z.output<typeof wireSignedIn> = {
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
  };
  return { body };
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

/** In the form or in the query, whatever the method (contracts, 4.1). */
const signInWords = z.object({ j_username: z.string(), j_password: z.string(), ajax: z.string().optional() });

const open = {
  open: true,
  path: '/j_spring_security_check',
  summary: 'Sign in: a way on to `/login/ajaxSuccess`, with the cookie, or to `/login/authfail`',
  statuses: [302],
  handle: signIn,
} as const;

/** Contracts, 4.1. */
const wireSignedIn = z.strictObject({
  success: z.literal(true),
  token: z.string().nullable(),
  user: wireUser.nullable(),
  organization: z.strictObject({
    id: z.number().int(),
    reference: z.string(),
    name: z.string(),
    country: z.string(),
    currency: z.string().nullable(),
  }),
});

/** What is no customer operation: sign-in by form and cookie, and pictures (contracts, 4.1 and 4.10). */
export const doors: readonly Door[] = [
  { method: 'POST', ...open, request: z.object({ body: signInWords }) },
  { method: 'GET', ...open, request: z.object({ query: signInWords }) },
  {
    method: 'GET',
    path: '/login/ajaxSuccess',
    summary: 'Who is signed in',
    open: false,
    operations: [viewer],
    response: wireSignedIn,
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
    open: 'signed',
    request: z.object({
      query: z.object({
        organization: z.int().optional(),
        expires: z.int().optional().meta({ description: 'Seconds since 1970.' }),
        signature: z
          .string()
          .optional()
          .meta({ description: 'Of a link that was handed out: in place of a credential.' }),
      }),
    }),
    handle: picture,
  },
];
