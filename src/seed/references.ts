import type { Tx } from '../db/client.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import { countries } from './countries/index.ts';
import type { Country } from './country.ts';
import { personName, slug } from './people.ts';
import type { Plan } from './plan.ts';
import { insertRows, reserveIds } from './rows.ts';

/** Identities of what customers point at. */
export interface References {
  categories: ReadonlyMap<string, number>;
  segmentations: readonly number[];
  paymentTypes: ReadonlyMap<string, number>;
  /** By `regionKey`; empty where geography is off. */
  regions: ReadonlyMap<string, number>;
  users: readonly number[];
}

/** Reference, name, parent. The first is the root; `jewelry` stands second, as in the Valomnia document's answers. */
const tree: readonly (readonly [reference: string, name: string, parent: string | null])[] = [
  ['customers', 'All customers', null],
  ['jewelry', 'Jewelry and accessories', 'customers'],
  ['gold', 'Gold and silver', 'jewelry'],
  ['watches', 'Watches', 'jewelry'],
  ['home', 'Home and interior', 'customers'],
  ['furniture', 'Furniture', 'home'],
  ['lighting', 'Lighting', 'home'],
  ['kitchen', 'Kitchens', 'home'],
  ['food', 'Food and drink', 'customers'],
  ['grocery', 'Groceries', 'food'],
  ['bakery', 'Bakeries', 'food'],
  ['cafe', 'Cafés', 'food'],
  ['building', 'Building and crafts', 'customers'],
  ['carpentry', 'Carpentry', 'building'],
  ['electrical', 'Electrical', 'building'],
  ['plumbing', 'Plumbing', 'building'],
  ['paint', 'Paint', 'building'],
  ['health', 'Health', 'customers'],
  ['pharmacy', 'Pharmacies', 'health'],
  ['optics', 'Opticians', 'health'],
  ['leisure', 'Sport and leisure', 'customers'],
  ['cycling', 'Cycling', 'leisure'],
  ['outdoor', 'Outdoor', 'leisure'],
  ['skiing', 'Skiing', 'leisure'],
  ['services', 'Services', 'customers'],
  ['office', 'Offices and consulting', 'services'],
  ['private', 'Private persons', 'customers'],
  ['members', 'Club members', 'private'],
  ['online', 'Online shoppers', 'private'],
  ['staff', 'Staff purchases', 'private'],
];

const segments = [
  ['seg_a', 'Segmentation A', 'Buys every month.'],
  ['seg_b', 'Segmentation B', 'Buys every quarter.'],
  ['seg_c', 'Segmentation C', 'Buys once a year.'],
  ['seg_d', 'Segmentation D', 'Has not bought for a year.'],
] as const;

/** Cash and cheque are seventh and eighth, as in the Valomnia document's answers. */
const payments = [
  ['invoice', 'Invoice'],
  ['card', 'Card'],
  ['transfer', 'Bank transfer'],
  ['direct_debit', 'Direct debit'],
  ['wallet', 'Mobile wallet'],
  ['instalments', 'Instalments'],
  ['cash', 'cash'],
  ['cheque', 'cheque'],
] as const;

/** When the first records were made. */
export const opening = new Date('2015-12-01T08:00:00Z');
const lifecycle = { createdAt: opening, updatedAt: opening };

/** Lays in categories, segmentations, payment types, regions and staff. */
export async function seedReferences(tx: Tx, plan: Plan, organizationId: number): Promise<References> {
  const base = { organizationId, ...lifecycle };
  const categoryIds = await reserveIds(tx, categories, tree.length);
  const byCategory = named(
    tree.map(([reference]) => reference),
    categoryIds,
  );
  await insertRows(
    tx,
    categories,
    tree.map(([reference, name, parent]) => ({
      ...base,
      id: idOf(byCategory, reference),
      reference,
      name,
      parentId: parent === null ? null : idOf(byCategory, parent),
    })),
  );

  const segmentIds = await reserveIds(tx, segmentations, segments.length);
  const bySegment = named(
    segments.map(([reference]) => reference),
    segmentIds,
  );
  await insertRows(
    tx,
    segmentations,
    segments.map(([reference, name, description]) => ({
      ...base,
      id: idOf(bySegment, reference),
      reference,
      name,
      description,
    })),
  );

  const byPayment = named(
    payments.map(([reference]) => reference),
    await reserveIds(tx, paymentTypes, payments.length),
  );
  await insertRows(
    tx,
    paymentTypes,
    payments.map(([reference, name]) => ({ ...base, id: idOf(byPayment, reference), reference, name })),
  );

  return {
    categories: byCategory,
    segmentations: segmentIds,
    paymentTypes: byPayment,
    regions: plan.regionLevel === null ? new Map() : await seedRegions(tx, plan, organizationId),
    users: await seedStaff(tx, plan, organizationId),
  };
}

/** What finds a region: a country, an area of it, a city of that. */
export function regionKey(...path: readonly string[]): string {
  return path.map(slug).join('-');
}

async function seedRegions(tx: Tx, plan: Plan, organizationId: number): Promise<Map<string, number>> {
  const places = new Map<string, { name: string; parent: string | null; level: number }>();
  for (const [code] of plan.homes) {
    places.set(regionKey(code), { name: code, parent: null, level: 1 });
    for (const { area, city } of countries[code].towns) {
      places.set(regionKey(code, area), { name: area, parent: regionKey(code), level: 2 });
      places.set(regionKey(code, area, city), { name: city, parent: regionKey(code, area), level: 3 });
    }
  }
  const byKey = named([...places.keys()], await reserveIds(tx, regions, places.size));
  const title = new Intl.DisplayNames('en', { type: 'region' });
  await insertRows(
    tx,
    regions,
    [...places].map(([key, { name, parent, level }], position) => ({
      organizationId,
      ...lifecycle,
      id: idOf(byKey, key),
      reference: key,
      name: level === 1 ? (title.of(name) ?? name) : name,
      parentId: parent === null ? null : idOf(byKey, parent),
      level,
      position,
    })),
  );
  return byKey;
}

async function seedStaff(tx: Tx, plan: Plan, organizationId: number): Promise<number[]> {
  const home: Country = countries[plan.country];
  const ids = await reserveIds(tx, users, plan.staff);
  await insertRows(
    tx,
    users,
    ids.map((id, at) => {
      const { firstName, lastName } = personName(home);
      const isLast = at === ids.length - 1;
      return {
        organizationId,
        ...lifecycle,
        id,
        reference: `emp-${String(at + 1).padStart(3, '0')}`,
        firstName,
        lastName,
        email: `${slug(firstName)}.${slug(lastName)}@${plan.emailDomain}`,
        role: at === 0 ? ('ADMIN' as const) : isLast ? ('READER' as const) : ('EDITOR' as const),
      };
    }),
  );
  return ids;
}

function named(names: readonly string[], ids: readonly number[]): Map<string, number> {
  return new Map(names.map((name, at) => [name, ids[at] ?? 0]));
}

/** The identity of what a name stands for; throws an Error for a name that nothing has. */
export function idOf(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The demo data knows nothing named ${name}.`);
  return id;
}
