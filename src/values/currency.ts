const known = new Set(Intl.supportedValuesOf('currency'));

/** The ISO 4217 code of a currency, in upper case, from its code in any case; null when there is no such currency. */
export function parseCurrency(text: string): string | null {
  const code = text.trim().toUpperCase();
  return code.length === 3 && known.has(code) ? code : null;
}
