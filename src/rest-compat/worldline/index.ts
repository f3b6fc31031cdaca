import type { Dialect } from '../route.ts';
import { admit, clientRoot, credentialOf } from './credential.ts';
import { customerDetails } from './customer-details.ts';
import { doors } from './doors.ts';
import { toFault } from './fault.ts';

/** Worldline's server API and client API, which no library lets stand below a prefix (contracts, chapter 5). */
export const worldline: Dialect = {
  name: 'worldline',
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
