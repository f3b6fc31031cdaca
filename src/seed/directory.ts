import type { Tx } from '../db/client.ts';
import type { DirectoryRow } from '../directory/entry.ts';
import { importDirectory } from '../directory/import.ts';
import type { Vault } from '../vault.ts';
import { countries } from './countries/index.ts';
import { documentedEntries } from './documented.ts';
import { address, chance, companyName, personName, phone, slug } from './people.ts';
import type { Plan } from './plan.ts';

/** Lays in the register that look-ups consult: the documents' persons, and others who are no customers yet. */
export async function seedDirectory(tx: Tx, plan: Plan, organizationId: number, vault: Vault): Promise<void> {
  const made = Array.from({ length: plan.directoryEntries }, (_, at) => entry(plan, at + 1));
  await importDirectory(tx, { organizationId, country: plan.country, vault }, [...documentedEntries, ...made]);
}

function entry(plan: Plan, at: number): DirectoryRow {
  const homes = plan.homes.map(([value, weight]) => ({ value, weight }));
  const country = countries[countries[plan.country].faker.helpers.weightedArrayElement(homes)];
  const { faker, language, nationalNumber, organizationNumber } = country;
  const town = faker.helpers.arrayElement(country.towns);
  const { line1, street, streetNumber, entrance, postalCode, city } = address(country, town);
  const shared = {
    reference: `register-${String(at).padStart(4, '0')}`,
    phone: phone(country, null, false).number,
    line1,
    street,
    streetNumber,
    entrance,
    postalCode,
    city,
    country: country.code,
    language,
  };
  if (chance(faker, 65)) {
    const name = personName(country);
    const email = `${slug(name.firstName)}.${slug(name.lastName)}.${at}@example.org`;
    return { ...shared, kind: 'PERSON', ...name, email, identity: nationalNumber?.(faker) ?? null };
  }
  const { name, host } = companyName(country, town);
  return {
    ...shared,
    kind: 'COMPANY',
    companyName: name,
    email: `post@${host}.example`,
    organizationNumber: organizationNumber?.(faker) ?? null,
  };
}
