import type { Faker } from '@faker-js/faker';

/** A town with its postal code, region and place on the map. */
export interface Town {
  city: string;
  postalCode: string;
  /** The greater region (county, department) it lies in. */
  area: string;
  latitude: number;
  longitude: number;
}

/** What a company of this trade has in its name, and the reference of the category that it falls in. */
export type Trade = readonly [word: string, category: string];

/** All that makes a customer of a country believable, and certainly nobody's. */
export interface Country {
  code: string;
  language: string;
  currency: string;
  faker: Faker;
  towns: readonly Town[];
  streets: readonly string[];
  /** Whether the house number stands before the street. */
  isNumberFirst: boolean;
  /** Phone numbers that are never given to anybody; `#` is any digit. */
  phones: readonly string[];
  /** What replaces the country code when the number is written for people of that country. */
  trunk: string;
  trades: readonly Trade[];
  legalForms: readonly string[];
  /** Names to use instead of the library's, where it knows none of that country. */
  names?: { first: readonly string[]; last: readonly string[] };
  /** A national number in its country's form that was never given to anybody; null where none is certain. */
  nationalNumber: ((faker: Faker) => string) | null;
  /** The same for the number of a company. */
  organizationNumber: ((faker: Faker) => string) | null;
}

/** Reads `0179 Oslo|Oslo|59.91|10.75`, one town a line: postal code and city (divided by the last blank before a letter), area, degrees. */
export function towns(text: string): Town[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [place = '', area = '', latitude = '', longitude = ''] = line.trim().split('|');
      const [, postalCode = '', city = ''] = /^([\d ]*\d) (.+)$/.exec(place) ?? [];
      return { city, postalCode, area, latitude: Number(latitude), longitude: Number(longitude) };
    });
}

/** Reads `Ur:watches, Smykker:jewelry`. */
export function trades(text: string): Trade[] {
  return text.split(',').map((part) => {
    const [word = '', category = ''] = part.trim().split(':');
    return [word, category] as const;
  });
}

/** Reads `Storgata, Kirkegata`. */
export function words(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}
