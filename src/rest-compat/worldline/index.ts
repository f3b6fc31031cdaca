import type { Dialect } from '../route.ts';
import { admit, clientRoot, credentialOf } from './credential.ts';
import { customerDetails } from './customer-details.ts';
import { doors } from './doors.ts';
import { toFault, wireFault } from './fault.ts';

/** Worldline's server API and client API, which no library lets stand below a prefix (contracts, chapter 5). */
export const worldline: Dialect = {
  name: 'worldline',
  about: {
    title: 'Worldline customer details',
    version: '1',
    description:
      'Client sessions, the payment product with a look-up, and customer details, as the documented Worldline Connect API has them. Each product path is answered below `/client/v1/{customerId}` too, to pages of other origins, with a client session in place of a signature.',
    security: {
      signature: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        description: '`GCS v1HMAC:{apiKeyId}:{signature}`: the server API.',
      },
      clientSession: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        description: '`GCS v1Client:{clientSessionId}`: the client API.',
        below: clientRoot,
      },
    },
    error: wireFault.meta({ id: 'ErrorResponse' }),
  },
  bases: ['/v1/{merchantId}', `${clientRoot}/{customerId}`],
  owns: ['/sessions', '/products'],
  media: ['json'],
  credential: credentialOf,
  admit,
  fault: toFault,
  once: { request: 'X-GCS-Idempotence-Key', answer: 'X-GCS-Idempotence-Request-Timestamp' },
  crossOrigin: {
    under: clientRoot,
    methods: ['GET', 'POST'],
    requestHeaders: ['Authorization', 'Content-Type', 'X-GCS-ClientMetaInfo'],
  },
  routes: [customerDetails],
  doors,
};
