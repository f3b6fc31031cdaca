import { and, eq, inArray, or } from 'drizzle-orm';
import { asOrganization, type Db } from '../db/client.ts';
import { directoryEntries } from '../db/tables/directory.ts';
import { organizations } from '../db/tables/organizations.ts';
import { bareNumber } from '../values/national-number.ts';
import { phoneKey } from '../values/phone.ts';
import type { Vault } from '../vault.ts';
import { identityPlace } from './entry.ts';
import { type DirectoryPerson, type DirectoryQuestion, livesThere, mostAnswers } from './question.ts';

/** Read before the place is compared: households and companies share phones, though not so many. */
const mostRead = 50;

/** What an organization's own register answers, and which HTTP directory it asks besides. */
export interface OwnAnswer {
  persons: DirectoryPerson[];
  directoryUrl: string | null;
  /** The organization's, alpha-2. */
  country: string;
}

/** Asks the organization's own entries, by blind index and keys: one short transaction that reads. */
export async function askEntries(db: Db, vault: Vault, question: DirectoryQuestion): Promise<OwnAnswer> {
  const { organizationId, trace } = question;
  return asOrganization(db, { organizationId, trace }, 'read', async (tx) => {
    const [organization] = await tx
      .select({ country: organizations.country, directoryUrl: organizations.directoryUrl })
      .from(organizations)
      .where(eq(organizations.id, organizationId));
    if (!organization) return { persons: [], directoryUrl: null, country: '' };
    const rows = await tx
      .select()
      .from(directoryEntries)
      .where(matches(vault, question, organization.country))
      .orderBy(directoryEntries.id)
      .limit(mostRead);
    const persons = rows
      .map((row) => personOf(vault, row))
      .filter((person) => livesThere(question, person))
      .slice(0, mostAnswers);
    return { persons, ...organization };
  });
}

function matches(vault: Vault, question: DirectoryQuestion, home: string) {
  const { organizationId, identity, organizationNumber, phone, country } = question;
  const byNumber = or(
    identity ? inArray(directoryEntries.identityIndex, vault.indexes(organizationId, identity)) : undefined,
    organizationNumber ? eq(directoryEntries.organizationNumberKey, bareNumber(organizationNumber)) : undefined,
  );
  // Kept in the entry's country; asked for in the caller's, or in the organization's own.
  const keys = phone ? [...new Set([phoneKey(phone, country ?? home), phoneKey(phone, home)])] : [];
  return and(byNumber, phone ? inArray(directoryEntries.phoneKey, keys) : undefined);
}

function personOf(vault: Vault, row: typeof directoryEntries.$inferSelect): DirectoryPerson {
  const { organizationId, id, identitySealed, identityIndex, organizationNumberKey, phoneKey: key, ...shown } = row;
  const { reference, createdAt, updatedAt, version, ...person } = shown;
  const identity = identitySealed === null ? null : vault.open(identityPlace(organizationId, id), identitySealed);
  return { ...person, identity };
}
