/** A street line in its parts. `entrance` is the letter after the number. */
export interface Street {
  street: string;
  number: number;
  entrance: string | null;
}

/** Words that make a number something other than a house number, so that nothing is certain. */
const otherNumbers = new Set(
  `apartment apt appartement app appt avenue ave bâtiment bat block boks bldg box bp building cedex etage étage etasje etg flat floor
  gate highway hwy interstate km leilighet leil level lgh lot no nr número numero pb plot postboks postbox postfach pobox po porte
  road rd room route rte stairs suite ste trappa unit wohnung`.split(/\s+/u),
);
/** Of those, the ones that are a street's own word where others follow or go before: `Bedford Avenue 5`, `12 Park Road`. */
const streetWords = new Set('avenue ave gate road rd route rte'.split(' '));
/** Roads that are themselves numbered: `County Road 5`. */
const numberedRoads = new Set('road rd route rte'.split(' '));
/** What a street is called whose number stands before it, in French and English. */
const typeFirst =
  /^(?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|all[ée]e|impasse|quai|cours|route|passage|square|faubourg)\s+\p{L}/iu;
const typeLast =
  /\s(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.?|close|court|ct\.?|way|place|pl\.?|square|sq\.?|terrace|crescent|gardens|grove|hill|mews|row|boulevard|blvd\.?|parkway|pkwy\.?|walk|green)$/iu;
/** The only digits that a street's own name may have: `5th`, `17.` */
const ordinal = /(?<![\p{L}\p{N}])\d+(?:st|nd|rd|th|e|er|ème|\.)(?![\p{L}\p{N}])/giu;

/**
 * The parts of an address line where they are certain, else null: `Grubbegata 6A`, `Gustav Adolfs torg 22`, and with the number first
 * `12 Rue de la Paix`, `221B Baker Street`. Boxes, flats, ranges and second numbers are not certain. contracts.md 7.
 */
export function parseStreet(line1: string): Street | null {
  const line = line1.trim().replace(/\s+/gu, ' ');
  if (line.length > 100 || /[,;/#()]/u.test(line)) return null;
  const last = /^(\P{N}.*\S) ([1-9]\d{0,3}) ?(\p{L})?$/u.exec(line);
  if (last) return certain(last[1], last[2], last[3], false);
  const first = /^([1-9]\d{0,4})(\p{L})? (.+)$/u.exec(line);
  return first ? certain(first[3], first[1], first[2], true) : null;
}

function certain(
  street: string | undefined,
  digits: string | undefined,
  entrance: string | undefined,
  isFirst: boolean,
) {
  if (!street || /\p{N}/u.test(street.replace(ordinal, '')) || !/\p{L}\p{L}/u.test(street)) return null;
  if (isFirst && ((!typeFirst.test(street) && !typeLast.test(street)) || /^\p{L} /u.test(street))) return null;
  const words = street
    .toLowerCase()
    .split(/[\s.]+/u)
    .filter((word) => word !== '');
  const isOther = words.some((word) => otherNumbers.has(word) && !(streetWords.has(word) && words.length > 1));
  const isNumberedRoad = !isFirst && numberedRoads.has(words.at(-1) ?? '');
  return isOther || isNumberedRoad ? null : { street, number: Number(digits), entrance: entrance ?? null };
}

/** One line of what was sent in parts: `Grubbegata 6A`. Null when there is no street. */
export function streetLine(parts: {
  street?: string | null;
  streetNumber?: number | null;
  entrance?: string | null;
}): string | null {
  const street = parts.street?.trim();
  if (!street) return null;
  const entrance = parts.entrance?.trim() ?? '';
  if (parts.streetNumber === null || parts.streetNumber === undefined)
    return entrance ? `${street} ${entrance}` : street;
  return `${street} ${parts.streetNumber}${/^\p{L}$/u.test(entrance) || !entrance ? entrance : ` ${entrance}`}`;
}

/** The forms in which a postal code may be stored: `179` of Norway, or of no country, is `0179` as well. contracts.md 3.9.2. */
export function postalCodeForms(code: string | number, country?: string | null): string[] {
  const text = String(code).trim();
  const isShort = /^\d{1,3}$/.test(text) && (country === 'NO' || !country);
  return isShort ? [text, text.padStart(4, '0')] : [text];
}
