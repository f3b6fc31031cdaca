import type { Credential } from '../auth/caller.ts';
import type { RequestHead } from './route.ts';

/** The token of `Authorization: Bearer …`, read and not believed. */
export function bearerOf({ headers }: Pick<RequestHead, 'headers'>): Credential {
  const token = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  return token ? { type: 'bearer', token } : { type: 'none' };
}
