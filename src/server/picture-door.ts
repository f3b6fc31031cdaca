import { and, eq } from 'drizzle-orm';
import { asOrganization, type Db } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import { pictures } from '../db/tables/pictures.ts';
import { signedPath } from '../schema/picture.ts';
import { badText } from '../values/text.ts';
import type { Vault } from '../vault.ts';

/** A picture's documented path (Valomnia, "To get resized images"): organization, its creation in ms, size, ms and name. */
const documented = /^\/([^/]+)-(\d{1,16})\/photoCustomer\/(small_|medium_)?(\d{1,16})_([^/]+)$/;

/**
 * The bytes of a picture by its path; null when there is none for this caller. Without a caller the link's own signature
 * must vouch for it: it covers path, organization and end.
 */
export async function readPicture(
  db: Db,
  vault: Vault,
  url: URL,
  organizationId: number | null,
): Promise<{ contentType: string; bytes: Uint8Array } | null> {
  const match = documented.exec(url.pathname);
  const organization = organizationId ?? signedOrganization(vault, url);
  if (!match || organization === null) return null;
  const [, folder = '', created, size, stamp, name = ''] = match;
  const reference = decoded(folder);
  const fileName = decoded(name);
  if (reference === null || fileName === null || badText(fileName) !== null) return null;
  return asOrganization(db, { organizationId: organization }, 'read', async (tx) => {
    const bytes = size === 'small_' ? pictures.small : size === 'medium_' ? pictures.medium : pictures.original;
    const [own] = await tx.select().from(organizations).limit(1);
    if (own?.reference !== reference || String(own.createdAt.getTime()) !== created) return null;
    const [row] = await tx
      .select({ contentType: pictures.contentType, bytes })
      .from(pictures)
      .where(and(eq(pictures.stamp, Number(stamp)), eq(pictures.fileName, fileName)));
    return row ?? null;
  });
}

function signedOrganization(vault: Vault, url: URL): number | null {
  const expires = Number(url.searchParams.get('expires'));
  const organization = Number(url.searchParams.get('organization'));
  const signature = url.searchParams.get('signature') ?? '';
  if (!Number.isSafeInteger(expires) || !Number.isSafeInteger(organization) || expires * 1000 < Date.now()) return null;
  return vault.verify('picture', signedPath(url.pathname, organization, expires), signature) ? organization : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
