import { desc, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { pictures } from '../db/tables/pictures.ts';
import { ApiError } from '../errors.ts';
import type { DecodedPicture } from '../pictures/decode.ts';

/** Stores a decoded picture in the writer's own transaction, so that a failed write leaves none behind; answers its identity. */
export async function storePicture(tx: Tx, fileName: string, picture: DecodedPicture): Promise<number> {
  const { contentType, width, height, original, small, medium } = picture;
  const [last] = await tx.select({ stamp: pictures.stamp }).from(pictures).orderBy(desc(pictures.stamp)).limit(1);
  const [row] = await tx
    .insert(pictures)
    .values({
      // The milliseconds of its documented path are its key: two of one moment go one after the other.
      stamp: sql`greatest((extract(epoch from clock_timestamp()) * 1000)::bigint, ${last?.stamp ?? 0}::bigint + 1)`,
      fileName: baseName(fileName),
      contentType,
      width,
      height,
      original,
      small,
      medium,
    })
    .returning({ id: pictures.id });
  if (!row) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
  return row.id;
}

/** Takes a picture away that nothing shows any more. */
export async function removePicture(tx: Tx, id: number): Promise<void> {
  await tx.delete(pictures).where(eq(pictures.id, id));
}

/** A name to show in a link, never a path: the last part, without what a URL or a header could trip over. */
function baseName(fileName: string): string {
  const last = fileName.split(/[\\/]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  return last.replace(/[\u0000-\u001f\u007f"<>|?*:]/g, '').slice(-100) || 'picture';
}
