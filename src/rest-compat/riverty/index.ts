import { ApiError } from '../../errors.ts';
import { bearerOf } from '../credential.ts';
import type { Dialect } from '../route.ts';
import { customers } from './customers.ts';
import { lookup } from './lookup.ts';
import { problem, toProblem } from './problem.ts';
import { search } from './search.ts';

/** Riverty's customer API (contracts, chapter 2). */
export const riverty: Dialect = {
  name: 'riverty',
  about: {
    title: 'Riverty customers',
    version: '1',
    description:
      'Customers of a merchant, as the documented Riverty API has them: put, get, check, search, and look up or create from the directory.',
    security: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'An access token of `/oauth/token`, by client credentials.',
      },
    },
    error: problem,
  },
  // The vendor's prefix, and the singular that its own links write, in digits only: Connect has words there.
  bases: [
    '/v1/clients/{clientId}',
    '/customer/v1/clients/{clientId}',
    '/v1/client/{clientId:int}',
    '/customer/v1/client/{clientId:int}',
  ],
  owns: [''],
  media: ['json'],
  credential: bearerOf,
  admit({ clientIds }, { clientId }) {
    if (!clientIds.some((id) => String(id) === clientId)) throw new ApiError('FORBIDDEN');
  },
  fault: toProblem,
  // `search` comes first: a customer's number would catch it.
  routes: [...search, ...customers, ...lookup],
  doors: [],
};
