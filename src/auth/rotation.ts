import type { Tx } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import { listCredentials, replaceSecret } from './credential.ts';
import { hashPassword, hashSecret, randomWord } from './secret.ts';
import { sealedAt } from './signature.ts';

/**
 * Gives a credential a new secret and returns it, as its holder writes it (an API key whole). The old one ends at once: to change
 * without a gap, make a second credential and revoke the first. Null when there is none, it is revoked, or it has no secret.
 */
export async function rotateSecret(
  tx: Tx,
  vault: Vault,
  { organizationId, id }: { organizationId: number; id: string },
): Promise<string | null> {
  const found = (await listCredentials(tx, organizationId)).find((one) => one.id === id && !one.isRevoked);
  const secret = randomWord(43);
  switch (found?.kind) {
    case 'API_KEY':
      await replaceSecret(tx, id, { hash: hashSecret(secret) });
      return `clk_${id}_${secret}`;
    case 'OAUTH_CLIENT':
      if (found.settings.isPublic === true) return null;
      await replaceSecret(tx, id, { hash: hashSecret(secret) });
      return secret;
    case 'SIGNING_KEY':
      await replaceSecret(tx, id, { sealed: vault.seal(sealedAt(organizationId, id), secret) });
      return secret;
    case 'STAFF_LOGIN':
    case 'CUSTOMER_LOGIN': {
      const password = randomWord(20);
      await replaceSecret(tx, id, { hash: await hashPassword(password) });
      return password;
    }
    case undefined:
      return null;
  }
}
