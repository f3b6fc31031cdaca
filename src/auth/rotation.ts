import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import type { Vault } from '../vault.ts';
import { listCredentials, replaceSecret } from './credential.ts';
import { hashPassword, hashSecret, randomWord } from './secret.ts';
import { sealedAt } from './signature.ts';
import { stateSealedAt } from './state.ts';

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

interface SealedRow extends Record<string, unknown> {
  model: string;
  id: string;
  organizationId: number;
  sealed: string;
}

/**
 * Seals anew, under the newest key of the ring, up to `batch` secrets that an older key sealed: signing keys of merchants, and
 * everything that sign-ins keep. Inside `asAll`. Returns how many were looked at; 0 when no older key is needed any more.
 * Throws when a merchant's key cannot be opened: then the ring is the wrong one.
 */
export async function resealSecrets(tx: Tx, vault: Vault, batch = 500): Promise<number> {
  const hex = vault.head.toString('hex');
  const credentials = await tx.execute<SealedRow>(sql`
    select id, organization_id::float8 as "organizationId", encode(secret_sealed, 'hex') as sealed from credentials
    where secret_sealed is not null and encode(substr(secret_sealed, 1, ${vault.head.length}::int), 'hex') <> ${hex}
    order by id limit ${batch}::int for update`);
  for (const { id, organizationId, sealed } of credentials) {
    const place = sealedAt(Number(organizationId), id);
    const again = vault.sealSecret(place, vault.openSecret(place, Buffer.from(sealed, 'hex')));
    await tx.execute(
      sql`update credentials set secret_sealed = decode(${again.toString('hex')}::text, 'hex') where id = ${id}`,
    );
  }
  const states = await tx.execute<SealedRow>(sql`
    select model, id, payload->>'sealed' as sealed from oauth_state
    where payload ? 'sealed' and encode(substr(decode(payload->>'sealed', 'base64'), 1, ${vault.head.length}::int), 'hex') <> ${hex}
    order by model, id limit ${batch}::int for update`);
  for (const { model, id, sealed } of states) {
    const place = stateSealedAt(model, id);
    const plain = openedOrNull(vault, place, Buffer.from(sealed, 'base64'));
    if (plain === null) {
      // Of use to nobody who has this ring: whoever it belongs to signs in again.
      await tx.execute(sql`delete from oauth_state where model = ${model} and id = ${id}`);
      continue;
    }
    const again = vault.sealSecret(place, plain).toString('base64');
    await tx.execute(sql`update oauth_state set payload = jsonb_set(payload, '{sealed}', to_jsonb(${again}::text))
      where model = ${model} and id = ${id}`);
  }
  return credentials.length + states.length;
}

function openedOrNull(vault: Vault, place: Parameters<Vault['openSecret']>[0], sealed: Buffer): Buffer | null {
  try {
    return vault.openSecret(place, sealed);
  } catch {
    return null;
  }
}
