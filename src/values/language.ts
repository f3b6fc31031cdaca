/** A BCP 47 language tag in its canonical form (`en_gb` is `en-GB`), or null when it is none. */
export function parseLanguage(text: string): string | null {
  const tag = text.trim().replaceAll('_', '-');
  if (tag === '' || tag.length > 35) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** The language alone, without script and region: `nb-NO` is `nb`. Takes a canonical tag. */
export function languageCode(tag: string): string {
  return tag.split('-', 1)[0] ?? tag;
}
