import type { directoryEntries } from '../db/tables/directory.ts';
import { parseStreet, streetLine } from '../values/address.ts';
import { bareNumber } from '../values/national-number.ts';
import { phoneKey } from '../values/phone.ts';
import type { Vault } from '../vault.ts';

/** A person or company of the register in plain words: what is imported, and what an HTTP directory answers. */
export interface DirectoryRow {
  reference: string;
  kind: 'PERSON' | 'COMPANY';
  firstName?: string | null;
  middleName?: string | null;
  lastName?: string | null;
  companyName?: string | null;
  organizationNumber?: string | null;
  /** The national number, plain. */
  identity?: string | null;
  phone?: string | null;
  email?: string | null;
  line1?: string | null;
  line2?: string | null;
  line3?: string | null;
  street?: string | null;
  streetNumber?: number | null;
  entrance?: string | null;
  postalCode?: string | null;
  city?: string | null;
  country?: string | null;
  language?: string | null;
}

/** Whose register it is. `country` is where phones without `+` are read when the row names none. */
export interface DirectoryOwner {
  organizationId: number;
  country: string;
}

/** Where a row's national number is sealed. */
export function identityPlace(organizationId: number, id: number) {
  return { organizationId, table: 'directory_entries', column: 'identity_sealed', rowId: id };
}

/** The table's row: the number sealed, the keys that look-ups compare, line 1 and its parts each from the other. */
export function entryValues(vault: Vault, owner: DirectoryOwner, id: number, row: DirectoryRow) {
  const { organizationId } = owner;
  const { identity, organizationNumber = null, phone = null, country = null } = row;
  const line1 = row.line1 ?? streetLine(row);
  const parsed = row.street || !line1 ? null : parseStreet(line1);
  return {
    organizationId,
    id,
    reference: row.reference,
    kind: row.kind,
    firstName: row.firstName ?? null,
    middleName: row.middleName ?? null,
    lastName: row.lastName ?? null,
    companyName: row.companyName ?? null,
    organizationNumber,
    organizationNumberKey: organizationNumber && bareNumber(organizationNumber),
    identitySealed: identity ? vault.seal(identityPlace(organizationId, id), identity) : null,
    identityIndex: identity ? vault.index(organizationId, identity) : null,
    phone,
    phoneKey: phone && phoneKey(phone, country ?? owner.country),
    email: row.email ?? null,
    line1,
    line2: row.line2 ?? null,
    line3: row.line3 ?? null,
    street: row.street ?? parsed?.street ?? null,
    streetNumber: row.streetNumber ?? parsed?.number ?? null,
    entrance: row.entrance ?? parsed?.entrance ?? null,
    postalCode: row.postalCode ?? null,
    city: row.city ?? null,
    country,
    language: row.language ?? null,
  } satisfies typeof directoryEntries.$inferInsert;
}
