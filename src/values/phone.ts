import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** A phone number as typed, and in E.164 where it can be read for certain. */
export interface ParsedPhone {
  number: string;
  e164: string | null;
}

/** Longer than any phone number that somebody writes with blanks, brackets and an extension. */
const longest = 60;

/**
 * Reads a phone number. Without `+` it is read in `country` (alpha-2), the organization's. A possible length is enough: the
 * documented `+4712345678` is nobody's number. With an extension, which E.164 cannot say, `e164` is null.
 */
export function parsePhone(text: string, country?: string | null): ParsedPhone {
  const number = text.trim();
  if (number === '' || number.length > longest) return { number, e164: null };
  const parsed = parsePhoneNumberFromString(bare(number), {
    extract: false,
    ...(country && isSupportedCountry(country) ? { defaultCountry: country } : {}),
  });
  return { number, e164: parsed?.isPossible() && !parsed.ext && isE164(parsed.number) ? parsed.number : null };
}

/** Without what comes along when a number is copied: `tel:`, marks of writing direction, brackets around the country's code. */
function bare(number: string): string {
  return number
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/^tel:/i, '')
    .replace(/^\((\+\d{1,3})\)/, '$1 ');
}

/** Whether a text is in E.164 as it stands: `+`, then at most fifteen digits, the first no zero. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{1,14}$/.test(text);
}

/** What two phone numbers are compared by: E.164, else the letters and digits alone, which no E.164 number equals. */
export function phoneKey(text: string, country?: string | null): string {
  return parsePhone(text, country).e164 ?? text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}
