/** Fields that a look-up may need: the product's field, and our argument. */
export const lookupKeys = [
  { key: 'fiscalNumber', argument: 'identity' },
  { key: 'phoneNumber', argument: 'phone' },
  { key: 'zip', argument: 'postalCode' },
] as const;

export type LookupKey = (typeof lookupKeys)[number]['key'];

/** What each country needs; elsewhere there is no look-up (contracts, 5.4). */
const byCountry: Readonly<Record<string, readonly LookupKey[]>> = {
  SE: ['fiscalNumber'],
  NO: ['phoneNumber', 'zip'],
  FI: ['fiscalNumber', 'zip'],
};

/** The fields that a look-up in this country needs, marked `usedForLookup`. `country` is alpha-2 in upper case. */
export function neededIn(country: string): readonly LookupKey[] {
  return Object.hasOwn(byCountry, country) ? (byCountry[country] ?? []) : [];
}
