import { eq } from 'drizzle-orm';
import { createApiKey } from '../auth/api-key.ts';
import { type Scope, scopes } from '../auth/caller.ts';
import { findCredential, listCredentials, revokeCredential } from '../auth/credential.ts';
import { asAll, type Tx } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import { program } from '../env.ts';
import { failure } from '../failure.ts';
import { type Command, columns, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';

/** The number of the organization with this reference. Throws a failure that lists those there are. */
export async function organizationByReference(tx: Tx, reference: string): Promise<number> {
  const [found] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.reference, reference));
  if (found !== undefined) return found.id;
  const all = await tx
    .select({ reference: organizations.reference })
    .from(organizations)
    .orderBy(organizations.reference)
    .limit(20);
  throw failure(
    `There is no organization “${reference}”.`,
    all.length > 0
      ? `There are: ${all.map((one) => one.reference).join(', ')}.`
      : `There are none yet. Make one: ${program} organizations create --help`,
  );
}

const isScope = (text: string): text is Scope => scopes.some((scope) => scope === text);

/** Reads `customers:read,references:read`, or `all`. Throws a failure of usage. */
export function parseScopes(text: string): Scope[] {
  if (text === 'all') return [...scopes];
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const wrong = words.filter((word) => !isScope(word));
  if (wrong.length > 0 || words.length === 0) {
    throw wrongUsage(
      `--scopes: ${wrong.length > 0 ? `${wrong.join(', ')} is no scope` : 'name at least one'}. Scopes are: ${scopes.join(', ')}; or all.`,
    );
  }
  return words.filter(isScope);
}

const unitMs: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** Reads `90d`, `12h`, `4w`, `1y` or a day such as 2027-01-31 (its first moment, UTC). Throws a failure of usage. */
export function parseExpiry(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([hdwy])$/.exec(text) ?? [];
  const span = unit === undefined ? undefined : unitMs[unit];
  const date =
    span === undefined
      ? new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : Number.NaN)
      : new Date(now.getTime() + Number(count) * span);
  if (Number.isNaN(date.getTime()) || date <= now) {
    throw wrongUsage(
      `--expires ${text}: write a span such as 90d (h, d, w, y) or a day to come such as ${now.getUTCFullYear() + 1}-01-31.`,
    );
  }
  return date;
}

const organization = { name: 'organization', value: '<reference>', description: 'Whose key it is.', isRequired: true };

/** `keys create`: a new key, shown once. */
export const keysCreate: Command = {
  words: 'keys create',
  summary: 'Make an API key of an organization. It is shown once.',
  options: [
    organization,
    { name: 'name', value: '<text>', description: 'What the key is for.', isRequired: true, most: 100 },
    {
      name: 'scopes',
      value: '<list>',
      description: `What it may do, with commas: ${scopes.join(', ')}; or all.`,
      isRequired: true,
    },
    { name: 'expires', value: '<when>', description: 'When it ends: 90d, 12h, 4w, 1y or a day. Never, when absent.' },
  ],
  examples: [
    'keys create --organization oasis --name "price list" --scopes customers:read,references:read --expires 90d',
  ],
  run: async (given) => {
    const wanted = parseScopes(given.required('scopes'));
    const until = given.text('expires');
    const expiresAt = until === null ? null : parseExpiry(until, new Date());
    const name = given.required('name');
    const reference = given.required('organization');
    const { id, key } = await withDatabase(({ db }) =>
      asAll(db, async (tx) =>
        createApiKey(tx, {
          organizationId: await organizationByReference(tx, reference),
          name,
          scopes: wanted,
          expiresAt,
        }),
      ),
    );
    return {
      json: { id, key, organization: reference, name, scopes: wanted, expiresAt },
      text: `${key}\n\nKeep it: it is not shown again. Send it as  Authorization: Bearer <key>`,
    };
  },
};

const day = (date: Date | null, absent: string) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? absent;

/** `keys list`: the keys of an organization, without their secrets. */
export const keysList: Command = {
  words: 'keys list',
  summary: 'List the API keys of an organization.',
  options: [organization],
  run: async (given) => {
    const reference = given.required('organization');
    const keys = await withDatabase(({ db }) =>
      asAll(db, async (tx) => listCredentials(tx, await organizationByReference(tx, reference), 'API_KEY')),
    );
    const rows = keys.map((key) => [
      key.id,
      key.name,
      key.isRevoked ? 'revoked' : key.expiresAt !== null && key.expiresAt < new Date() ? 'expired' : 'valid',
      day(key.expiresAt, 'never'),
      day(key.lastUsedAt, 'never'),
      key.scopes.join(','),
    ]);
    return {
      json: keys.map(({ id, name, scopes: granted, isRevoked, createdAt, expiresAt, lastUsedAt }) => ({
        ...{ id, name, scopes: granted, isRevoked, createdAt, expiresAt, lastUsedAt },
      })),
      text: rows.length === 0 ? 'No keys.' : columns([['ID', 'NAME', 'STATE', 'ENDS', 'LAST USED', 'SCOPES'], ...rows]),
    };
  },
};

/** `keys revoke`: ends a key at once. */
export const keysRevoke: Command = {
  words: 'keys revoke',
  summary: 'End an API key at once.',
  options: [{ name: 'id', value: '<id>', description: 'The key’s id: the part after clk_.', isRequired: true }],
  run: async (given) => {
    const id = given.required('id').replace(/^clk_/, '').split('_')[0] ?? '';
    const ended = await withDatabase(async ({ db }) =>
      (await findCredential(db, id))?.kind === 'API_KEY' ? asAll(db, (tx) => revokeCredential(tx, id)) : null,
    );
    if (ended === null)
      throw failure(`There is no key ${id}.`, `List them: ${program} keys list --organization <reference>`);
    return { json: { id, isRevoked: true }, text: `The key ${id} (${ended.name}) is revoked.` };
  },
};
