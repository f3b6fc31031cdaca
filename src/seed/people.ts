import type { Phone } from '../db/tables/customers.ts';
import { streetLine } from '../values/address.ts';
import type { Country, Town } from './country.ts';

/** An address in every dialect's grain. */
export interface SeedAddress {
  line1: string;
  street: string;
  streetNumber: number;
  entrance: string | null;
  postalCode: string;
  city: string;
  country: string;
  latitude: number;
  longitude: number;
}

/** A name of that country. */
export function personName({ faker, names }: Country): {
  firstName: string;
  middleName: string | null;
  lastName: string;
} {
  const first = () => (names ? faker.helpers.arrayElement(names.first) : faker.person.firstName());
  return {
    firstName: first(),
    middleName: chance(faker, 12) ? first() : null,
    lastName: names ? faker.helpers.arrayElement(names.last) : faker.person.lastName(),
  };
}

/** Whether something happens that happens so many times in a hundred. */
export function chance(faker: Country['faker'], percent: number): boolean {
  return faker.number.int({ min: 1, max: 100 }) <= percent;
}

/** A company's name, the name of its host, and the category of its trade. */
export function companyName(country: Country, town: Town): { name: string; host: string; category: string } {
  const { faker, names, legalForms, language } = country;
  const [word, category] = faker.helpers.arrayElement(country.trades);
  const owner = names ? faker.helpers.arrayElement(names.last) : faker.person.lastName();
  const stem = chance(faker, 80) ? owner : town.city;
  const name = language === 'fr' ? `${word} ${stem}` : `${stem} ${word}`;
  return { name: `${name} ${faker.helpers.arrayElement(legalForms)}`, host: slug(name), category };
}

/** An address in a town; two of one street differ by number and a few steps on the map. */
export function address({ code, faker, streets, isNumberFirst }: Country, town: Town): SeedAddress {
  const street = faker.helpers.arrayElement(streets);
  const streetNumber = faker.number.int({ min: 1, max: 120 });
  const entrance = !isNumberFirst && chance(faker, 20) ? faker.helpers.arrayElement(['A', 'B', 'C', 'D']) : null;
  const line1 = isNumberFirst ? `${streetNumber} ${street}` : streetLine({ street, streetNumber, entrance });
  const near = (degrees: number) =>
    Math.round((degrees + faker.number.int({ min: -90, max: 90 }) / 10_000) * 1e6) / 1e6;
  return {
    line1: line1 ?? street,
    street,
    streetNumber,
    entrance,
    postalCode: town.postalCode,
    city: town.city,
    country: code,
    latitude: near(town.latitude),
    longitude: near(town.longitude),
  };
}

/** A phone that is nobody's, written as people of that country write it at home, or as strangers do. */
export function phone(country: Country, kind: string | null, isHome: boolean, primary = true): Phone {
  const { faker, phones, trunk } = country;
  const abroad = faker.helpers.arrayElement(phones).replace(/#/g, () => String(faker.number.int(9)));
  const number = isHome ? abroad.replace(/^\+\d+ /, trunk) : abroad;
  return { number, e164: abroad.replaceAll(' ', ''), kind, primary };
}

const letters: Readonly<Record<string, string>> = { æ: 'ae', ø: 'o', å: 'a', ß: 'ss', œ: 'oe', ł: 'l', đ: 'd' };

/** A text in the letters of host names: `Café Østby` is `cafe-ostby`. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[æøåßœłđ]/g, (letter) => letters[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
