import type { Phone } from '../db/tables/customers.ts';
import type { Country, Town } from './country.ts';
import type { CustomerRow, Making } from './making.ts';
import { chance, companyName, personName, phone, slug } from './people.ts';
import { idOf } from './references.ts';

/** A person of that country, with the number sealed for the row `id`. */
export function person(making: Making, country: Country, id: number) {
  const { faker, nationalNumber } = country;
  const { firstName, middleName, lastName } = personName(country);
  const identity = nationalNumber && chance(faker, 70) ? nationalNumber(faker) : null;
  const { organizationId, vault } = making;
  const place = { organizationId, table: 'customers', column: 'identity_sealed', rowId: id };
  return {
    kind: 'PERSON' as const,
    name: [firstName, middleName, lastName].filter((part) => part !== null).join(' '),
    firstName,
    middleName,
    lastName,
    identitySealed: identity === null ? null : vault.seal(place, identity),
    identityIndex: identity === null ? null : vault.index(organizationId, identity),
    email: own(
      making,
      `${slug(firstName)}.${slug(lastName)}`,
      `example.${faker.helpers.arrayElement(['com', 'net', 'org'])}`,
    ),
    phones: phones(making, country, 'mobile', 'personal'),
    categoryId: idOf(
      making.references.categories,
      faker.helpers.arrayElement(['members', 'online', 'online', 'staff']),
    ),
  };
}

/** A company in that town, or a branch of one that is there. */
export function company(making: Making, country: Country, town: Town) {
  const { faker, organizationNumber } = country;
  const { categories } = making.references;
  const parent = chance(faker, 14) ? lastCompany(making, country) : undefined;
  const made = companyName(country, town);
  const name = parent ? `${parent.name.split(', ')[0]}, ${town.city}` : made.name;
  const host = parent?.email?.split('@')[1] ?? `${made.host}.example`;
  const number = organizationNumber && chance(faker, 90) ? organizationNumber(faker) : null;
  return {
    kind: chance(faker, 94) ? ('COMPANY' as const) : ('UNDEFINED' as const),
    name,
    companyName: name,
    department: chance(faker, 10) ? faker.helpers.arrayElement(['Purchasing', 'Support', 'Finance']) : null,
    organizationNumber: number,
    taxNumber: number && country.code === 'NO' ? `${number}MVA` : null,
    email: own(making, parent ? `post.${slug(town.city)}` : 'post', host),
    invoiceEmail: chance(faker, 35) ? `invoice@${host}` : null,
    otherEmails: chance(faker, 15) ? [`orders@${host}`] : [],
    website: chance(faker, 45) ? `https://${host}` : null,
    phones: phones(making, country, 'company', 'mobile'),
    categoryId: parent?.categoryId ?? idOf(categories, made.category),
    parentId: parent?.id ?? null,
    billWithParent: parent !== undefined && chance(faker, 60),
  };
}

/** A company to be a branch of: one that is none itself, or in one case of five whatever came last. */
function lastCompany({ companies }: Making, { code, faker }: Country): CustomerRow | undefined {
  const isDeep = chance(faker, 20);
  return companies.findLast((one) => one.billingCountry === code && (isDeep || !one.parentId));
}

/** An address of the ends that belong to nobody: `example.com` and the like, and everything below `.example`. */
function own({ emails }: Making, name: string, domain: string): string {
  for (let at = 1; ; at++) {
    const email = `${name}${at === 1 ? '' : at}@${domain}`;
    if (emails.has(email)) continue;
    emails.add(email);
    return email;
  }
}

function phones({ plan }: Making, country: Country, first: string, second: string): Phone[] {
  const { faker, code } = country;
  const isHome = code === plan.country && chance(faker, 30);
  const made = [phone(country, first, isHome)];
  if (chance(faker, 20)) made.push(phone(country, second, false, false));
  if (first === 'company' && chance(faker, 8)) made.push(phone(country, 'fax', false, false));
  return made;
}
