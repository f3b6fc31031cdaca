import { ApiError } from '../../errors.ts';
import { bearerOf } from '../credential.ts';
import type { Dialect } from '../route.ts';
import { credentialChecks } from './credentials.ts';
import { refusal, toFault } from './fault.ts';
import { info } from './info.ts';
import { search } from './search.ts';

/** Connect's customer API (contracts, chapter 3). */
export const connect: Dialect = {
  name: 'connect',
  about: {
    title: 'Connect customers',
    version: '1',
    description:
      'A user’s own customer, with a token of that user; all customers of a client, with a token of the client. As the documented Connect API has them.',
    security: {
      token: { type: 'http', scheme: 'bearer', description: 'An access token of `/oauth/token`.' },
    },
    error: refusal,
  },
  // The vendor's prefix.
  bases: ['', '/capi'],
  owns: ['/v1/customer', '/v1/client/customer', '/v1/client/credential'],
  media: ['json'],
  credential: bearerOf,
  // Two kinds of token: a user's for their own customer, a client's for everything else (contracts, 3.1).
  admit({ kind }, _params, path) {
    const wanted = path?.startsWith('/v1/customer/') ? 'CUSTOMER' : 'OAUTH_CLIENT';
    if (path !== undefined && kind !== wanted) throw new ApiError('FORBIDDEN');
  },
  fault: toFault,
  headers: () => ({ 'X-Mediaconnect-Api-Version': '1' }),
  routes: [...info, ...search, ...credentialChecks],
  doors: [],
};
