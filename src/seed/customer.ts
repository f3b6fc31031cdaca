import { countries } from './countries/index.ts';
import type { Country, Town } from './country.ts';
import type { CustomerRow, Making } from './making.ts';
import { company, person } from './party.ts';
import { address, chance, personName, type SeedAddress } from './people.ts';
import type { Plan } from './plan.ts';
import { idOf, regionKey } from './references.ts';

const hour = 3_600_000;
const opened = Date.parse('2015-12-15T08:00:00Z');
const closed = Date.parse('2026-06-30T16:00:00Z');
const productCodes = Array.from({ length: 24 }, (_, at) => `CO${27400 + at * 7}`);
const risks = [
  ['Low', '#2E7D32', 30],
  ['Medium', '#F9A825', 60],
  ['High', '#C62828', 90],
] as const;
const comments = [
  'Prefers delivery before noon.',
  'Call before delivery.',
  'Asks for paper invoices.',
  'Moved to a new warehouse.',
  'Closed on Mondays.',
  'Wants one invoice a month.',
];

/** What every customer has; a row says what is different. */
export const blank = {
  nameIsSet: false,
  otherEmails: [],
  phones: [],
  isActive: true,
  onHold: false,
  productCodes: [],
  billWithParent: false,
  shippingSameAsBilling: true,
  version: 1,
};

/** The customer at place `at` (from 1) of `plan.customers`, made later than the one before it. */
export function makeCustomer(making: Making, id: number, at: number): CustomerRow {
  const { plan, references } = making;
  const country = home(plan, at);
  const { faker } = country;
  const town = faker.helpers.arrayElement(country.towns);
  const isPerson = chance(faker, 60);
  const party = isPerson ? person(making, country, id) : company(making, country, town);
  const places = addresses(country, town);
  return {
    ...blank,
    ...party,
    organizationId: making.organizationId,
    id,
    reference: `${plan.prefix}-${at}`,
    customerNumber: id,
    paymentId: `29${faker.string.numeric({ length: 13, allowLeadingZeros: true })}${String(at).padStart(6, '0')}`,
    ...places,
    ...money(plan, country, isPerson),
    ...standing(faker, isPerson),
    ...extras(faker),
    language: country.language,
    segmentationId: chance(faker, 80) ? faker.helpers.arrayElement(references.segmentations) : null,
    regionId: plan.regionLevel ? idOf(references.regions, regionKey(country.code, town.area, town.city)) : null,
    createdById: faker.helpers.arrayElement(references.users),
    ...times(plan, faker, at),
  };
}

function home({ homes, seed }: Plan, at: number): Country {
  // Spread by multiplication, not by chance: a few customers show every country.
  let place = (at * 61 + seed) % 100;
  for (const [code, share] of homes) {
    place -= share;
    if (place < 0) return countries[code];
  }
  throw new Error('The shares of a plan are a hundred together.');
}

function addresses(country: Country, town: Town) {
  const { faker, towns } = country;
  const isSame = chance(faker, 72);
  const { firstName, lastName } = personName(country);
  return {
    ...billing(address(country, town)),
    billingCareOf: chance(faker, 2) ? `${firstName} ${lastName}` : null,
    ...(isSame ? {} : shipping(address(country, faker.helpers.arrayElement(towns)))),
    shippingSameAsBilling: isSame,
  };
}

function billing(a: SeedAddress) {
  return {
    billingLine1: a.line1,
    billingStreet: a.street,
    billingStreetNumber: a.streetNumber,
    billingEntrance: a.entrance,
    billingPostalCode: a.postalCode,
    billingCity: a.city,
    billingCountry: a.country,
    billingLatitude: a.latitude,
    billingLongitude: a.longitude,
  };
}

function shipping(a: SeedAddress) {
  return {
    shippingLine1: a.line1,
    shippingStreet: a.street,
    shippingStreetNumber: a.streetNumber,
    shippingEntrance: a.entrance,
    shippingPostalCode: a.postalCode,
    shippingCity: a.city,
    shippingCountry: a.country,
    shippingLatitude: a.latitude,
    shippingLongitude: a.longitude,
  };
}

function money({ currencies }: Plan, { faker, currency }: Country, isPerson: boolean) {
  const isCredit = isPerson ? null : chance(faker, 70);
  const days = isCredit ? faker.helpers.arrayElement([7, 14, 14, 30, 30, 45, 60]) : null;
  return {
    currency: currencies.includes(currency) ? currency : (currencies[0] ?? 'EUR'),
    isCredit,
    creditLimit: isCredit ? String(faker.number.int({ min: 2, max: 120 }) * 1000) : null,
    balance: isCredit ? (faker.number.int({ min: 0, max: 900_000 }) / 100).toFixed(2) : null,
    paymentTermsDays: days,
    paymentTermsStart:
      days === null ? null : faker.helpers.arrayElement(['INVOICE_DATE', 'INVOICE_DATE', 'INVOICE_MONTH_END'] as const),
  };
}

function standing(faker: Country['faker'], isPerson: boolean) {
  const [risk, riskColor, upTo] = faker.helpers.arrayElement([
    risks[0],
    risks[0],
    risks[0],
    risks[1],
    risks[1],
    risks[2],
  ]);
  const onHold = chance(faker, 2);
  return {
    ...(chance(faker, 45) && { risk, riskColor }),
    riskScore: isPerson && chance(faker, 50) ? (upTo - faker.number.int({ min: 0, max: 299 }) / 10).toFixed(1) : null,
    existingCustomer: isPerson ? chance(faker, 55) : null,
    isActive: !chance(faker, 4),
    onHold,
    onHoldReason: onHold
      ? faker.helpers.arrayElement(['Invoice overdue', 'Awaiting signed agreement', 'Address returned'])
      : null,
  };
}

function extras(faker: Country['faker']) {
  return {
    reference2: chance(faker, 20) ? `ERP-${faker.string.numeric(6)}` : null,
    barcode: chance(faker, 15) ? `29${faker.string.numeric({ length: 11, allowLeadingZeros: true })}` : null,
    comment: chance(faker, 8) ? faker.helpers.arrayElement(comments) : null,
    productCodes: chance(faker, 40) ? faker.helpers.arrayElements(productCodes, { min: 1, max: 3 }) : [],
  };
}

function times({ customers }: Plan, faker: Country['faker'], at: number) {
  const step = (closed - opened) / customers;
  const made = opened + Math.floor(step * (at - 1)) + faker.number.int({ min: 0, max: 7 }) * hour;
  if (chance(faker, 55)) return { createdAt: new Date(made), updatedAt: new Date(made) };
  const changed = Math.min(made + faker.number.int({ min: 1, max: 20_000 }) * hour, closed + 24 * hour);
  return { createdAt: new Date(made), updatedAt: new Date(changed), version: faker.number.int({ min: 2, max: 6 }) };
}
