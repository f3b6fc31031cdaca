import { eq, sql } from 'drizzle-orm';
import { createApiKey } from '../auth/api-key.ts';
import { scopes } from '../auth/caller.ts';
import { asAll, type Tx } from '../db/client.ts';
import { organizations } from '../db/tables/organizations.ts';
import { categories } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import { failure } from '../failure.ts';
import { parseCountry } from '../values/country.ts';
import { parseCurrency } from '../values/currency.ts';
import { type Command, columns, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';

/** What a new organization is. */
export interface NewOrganization {
  reference: string;
  name: string;
  country: string;
  /** The default one first. */
  currencies: string[];
}

/** Makes an organization with its root category, first user and first key; null when the reference is taken. */
export async function createOrganization(tx: Tx, made: NewOrganization): Promise<{ id: number; key: string } | null> {
  // One after the other: where organizations are sharded, no constraint can hold a reference unique.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('organization ' || ${made.reference}, 0))`);
  const isTaken = eq(organizations.reference, made.reference);
  const taken = await tx.select({ id: organizations.id }).from(organizations).where(isTaken).limit(1);
  if (taken.length > 0) return null;
  const [row] = await tx.insert(organizations).values(made).returning({ id: organizations.id });
  if (row === undefined) return null;
  await tx.execute(sql.raw(`set local clientele.organization_id = '${row.id}'`));
  const organizationId = row.id;
  await tx.insert(categories).values({ organizationId, reference: 'root', name: made.name });
  await tx.insert(users).values({ organizationId, reference: 'admin', lastName: 'Administrator', role: 'ADMIN' });
  const { key } = await createApiKey(tx, { organizationId, name: 'First key', scopes, expiresAt: null });
  return { id: organizationId, key };
}

/** `organizations create`: what a new tenant needs to begin. */
export const organizationsCreate: Command = {
  words: 'organizations create',
  summary: 'Make an organization with its root category, first user and first API key.',
  options: [
    { name: 'reference', value: '<text>', description: 'Short name, unique in this installation.', isRequired: true },
    { name: 'name', value: '<text>', description: 'Full name.', isRequired: true },
    { name: 'country', value: '<country>', description: 'Where it is: a code or a name.', isRequired: true },
    {
      name: 'currency',
      value: '<code>',
      description: 'Its currencies, the default first, with commas.',
      isRequired: true,
    },
  ],
  examples: ['organizations create --reference oasis --name "Oasis Trading" --country TN --currency TND,EUR'],
  run: async (given) => {
    const reference = given.required('reference');
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(reference)) {
      throw wrongUsage(
        '--reference: write at most 64 letters, digits, dots, dashes, beginning with a letter or digit.',
      );
    }
    const country = parseCountry(given.required('country'));
    if (country === null)
      throw wrongUsage(`--country ${given.required('country')}: no such country. Write a code such as FR.`);
    const currencies = given
      .required('currency')
      .split(',')
      .map((code) => ({ code, found: parseCurrency(code) }));
    const wrong = currencies.find(({ found }) => found === null);
    if (wrong !== undefined) throw wrongUsage(`--currency ${wrong.code}: no such currency. Write a code such as EUR.`);
    const made = {
      reference,
      name: given.required('name'),
      country,
      currencies: currencies.flatMap(({ found }) => (found === null ? [] : [found])),
    };
    const result = await withDatabase(({ db }) => asAll(db, (tx) => createOrganization(tx, made)));
    if (result === null) throw failure(`An organization “${reference}” exists.`, 'Choose another --reference.');
    return {
      json: { organization: { id: result.id, ...made }, apiKey: result.key, user: 'admin' },
      text: `Made “${made.name}” (${reference}) with a root category, a user “admin” and a key with every scope:\n\n${result.key}\n\nKeep it: it is not shown again.`,
    };
  },
};

/** `organizations list`. */
export const organizationsList: Command = {
  words: 'organizations list',
  summary: 'List the organizations.',
  options: [],
  run: async () => {
    const all = await withDatabase(({ db }) =>
      asAll(db, (tx) =>
        tx
          .select({
            ...{ id: organizations.id, reference: organizations.reference, name: organizations.name },
            ...{ country: organizations.country, currencies: organizations.currencies },
          })
          .from(organizations)
          .orderBy(organizations.reference, organizations.id),
      ),
    );
    const rows = all.map((one) => [one.reference, one.name, one.country, one.currencies.join(',')]);
    return {
      json: all,
      text: rows.length === 0 ? 'None yet.' : columns([['REFERENCE', 'NAME', 'COUNTRY', 'CURRENCIES'], ...rows]),
    };
  },
};
