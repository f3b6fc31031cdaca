import type { Caller, Credential } from '../../auth/caller.ts';
import { ApiError } from '../../errors.ts';
import type { RequestHead } from '../route.ts';

/** Where the client API lives: pages of other origins call it with a client session. */
export const clientRoot = '/client/v1';

/** `GCS v1Client` for the client API, `GCS v1HMAC` for the server API, neither for the other's (contracts, 5.1 and 5.3). */
export function credentialOf(head: RequestHead): Credential {
  const given = head.headers.get('authorization') ?? '';
  if (head.url.pathname.startsWith(`${clientRoot}/`)) {
    // A page may write a blank after the colon.
    const id = /^GCS +v1Client: *(\S+) *$/i.exec(given)?.[1];
    return id ? { type: 'clientSession', id } : { type: 'none' };
  }
  const [, keyId, signature] = /^GCS +v1HMAC:([^:\s]+):(\S+) *$/i.exec(given) ?? [];
  if (!keyId || !signature) return { type: 'none' };
  const { method, target, headers } = head;
  const signed = {
    method,
    target,
    contentType: headers.get('content-type') ?? '',
    date: headers.get('date') ?? '',
    headers: Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-gcs-'))),
  };
  return { type: 'signature', keyId, signature, signed };
}

/** FORBIDDEN unless merchant and customer id of the path, where it names them, are those that the credential opens. */
export function admit(
  { merchantId, clientSession }: Pick<Caller, 'merchantId' | 'clientSession'>,
  params: Record<string, string>,
): void {
  const isForeign =
    (params.merchantId !== undefined && params.merchantId !== merchantId) ||
    (params.customerId !== undefined && params.customerId !== clientSession?.customerId);
  if (isForeign) throw new ApiError('FORBIDDEN');
}
