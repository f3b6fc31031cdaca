import countries from 'i18n-iso-countries';

const byWord = new Map<string, string>();
for (const [alpha2, names] of Object.entries(countries.getNames('en', { select: 'all' }))) {
  for (const name of names) byWord.set(fold(name), alpha2);
}
for (const [alpha3, alpha2] of Object.entries(countries.getAlpha3Codes())) {
  byWord.set(fold(alpha3), alpha2);
  byWord.set(fold(alpha2), alpha2);
}
byWord.set('congo', 'CG'); // ISO 3166's own short name, which the list gives to both

/** The alpha-2 code of what names a country: alpha-2, alpha-3 or an English name, in any case; null for none. contracts.md 4.11.10. */
export function parseCountry(text: string): string | null {
  return text.length > 100 ? null : (byWord.get(fold(text)) ?? null);
}

/** The English name of an alpha-2 code, null for none. */
export function countryName(alpha2: string): string | null {
  return countries.getName(alpha2, 'en') ?? null;
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^\p{L}]/gu, '');
}
