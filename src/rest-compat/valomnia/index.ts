import { z } from 'zod';
import { ApiError } from '../../errors.ts';
import type { Dialect, RequestHead } from '../route.ts';
import { customerCategories } from './categories.ts';
import { contacts } from './contacts.ts';
import { customers } from './customers.ts';
import { credentialOf, doors } from './doors.ts';
import { toFault } from './fault.ts';
import { paymentTypes } from './payment-types.ts';
import { regions } from './regions.ts';
import { customerSegmentations } from './segmentations.ts';
import { users } from './users.ts';

/** Valomnia's API, versions 1.0 and 2.1, which behave alike (contracts, chapter 4). */
export const valomnia: Dialect = {
  name: 'valomnia',
  about: {
    title: 'Valomnia customers',
    version: '2.1',
    description:
      'Customers, their categories, segmentations, payment types and contacts, as the documented Valomnia API has them. Version `v2.1` answers the same as `v1.0`.',
    security: {
      session: { type: 'apiKey', name: 'JSESSIONID', in: 'cookie', description: 'The cookie that signing in gives.' },
      key: { type: 'http', scheme: 'bearer', description: 'An API key.' },
    },
    error: z.strictObject({ error: z.string(), error_description: z.string() }).meta({ id: 'Error' }),
  },
  bases: ['/api/v1.0', '/api/v2.1'],
  owns: [''],
  media: ['form', 'multipart', 'json'],
  credential(head) {
    const credential = credentialOf(head);
    if (credential.type === 'cookie' && isForeignWrite(head)) throw new ApiError('FORBIDDEN');
    return credential;
  },
  // No path of this API names a tenant: the credential alone does.
  admit: () => undefined,
  fault: toFault,
  routes: [
    ...customers,
    ...customerCategories,
    ...customerSegmentations,
    ...paymentTypes,
    ...contacts,
    ...regions,
    ...users,
  ],
  doors,
};

/** A browser adds the cookie for whoever asks: a page of somebody else may not write with it. */
function isForeignWrite({ method, headers, url }: RequestHead): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return true;
  const origin = headers.get('origin');
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== url.host);
}
