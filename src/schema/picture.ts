import { pictures } from '../db/tables/pictures.ts';
import { builder, type Context } from './builder.ts';
import { type More, noun } from './source.ts';

/** A picture is reached through its owner, never by itself. */
export const Picture = noun('Picture', pictures, 'customers:read', { isNode: false });
type PictureRow = typeof pictures.$inferSelect;

const PictureSize = builder.enumType('PictureSize', {
  description: 'Which size of a picture.',
  values: {
    ORIGINAL: { description: 'As sent.' },
    SMALL: { description: 'Fits 100 × 100.' },
    MEDIUM: { description: 'Fits 300 × 300.' },
  } as const,
});
type Size = typeof PictureSize.$inferType;

/** Seconds for which a signed link is good. */
export const linkSeconds = 3600;
/** What a link's signature covers: the path, whose picture it is, and when the link ends (seconds since 1970). */
export const signedPath = (path: string, organizationId: number, expires: number) =>
  `${path}?organization=${organizationId}&expires=${expires}`;

/** `/{organization}-{ms}/photoCustomer/{ms}_{file name}` (Valomnia, "List": "To get resized images"). */
function pathOf(row: PictureRow, size: Size, organization: { reference: string; createdAt: Date }): string {
  const prefix = size === 'ORIGINAL' ? '' : `${size.toLowerCase()}_`;
  const folder = `${encodeURIComponent(organization.reference)}-${organization.createdAt.getTime()}`;
  return `/${folder}/photoCustomer/${prefix}${row.stamp}_${encodeURIComponent(row.fileName)}`;
}

function signedUrl(row: PictureRow, ctx: Context, more: More): string {
  const path = pathOf(row, sizeIn(more), more.organization);
  // One link an hour and picture, so that a browser may keep what it shows.
  const expires = (Math.floor(Date.now() / 1000 / linkSeconds) + 2) * linkSeconds;
  const signed = signedPath(path, row.organizationId, expires);
  return `${ctx.publicUrl}${signed}&signature=${ctx.vault.sign('picture', signed)}`;
}

const sizeArg = builder.args((t) => ({
  size: t.field({ type: PictureSize, required: true, defaultValue: 'ORIGINAL', description: 'Which size.' }),
}));
const sizeIn = ({ args }: More): Size => (args.size === 'SMALL' || args.size === 'MEDIUM' ? args.size : 'ORIGINAL');
/** All that a picture's address is made of. */
const named = [pictures.organizationId, pictures.stamp, pictures.fileName];

Picture.ref.implement({
  description: 'A picture, decoded and written anew when it was stored.',
  fields: (t) => ({
    url: t.computed(named, {
      type: 'String',
      description: 'A signed link that is good for one to two hours and needs no credential.',
      args: sizeArg,
      organization: true,
      compute: signedUrl,
    }),
    path: t.computed(named, {
      type: 'String',
      description: 'The documented path, which needs the organization’s credential.',
      args: sizeArg,
      organization: true,
      compute: (row, _ctx, more) => pathOf(row, sizeIn(more), more.organization),
    }),
    fileName: t.column(pictures.fileName, { description: 'The name it came with.' }),
    contentType: t.column(pictures.contentType, { description: 'Media type it is served with.' }),
    width: t.column(pictures.width, { description: 'Width of the original in pixels.' }),
    height: t.column(pictures.height, { description: 'Height of the original in pixels.' }),
  }),
});
