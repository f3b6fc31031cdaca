import { validateEntity, validatePerson } from 'stdnum';

/**
 * The form in which national and organization numbers are compared: upper case, without blanks and dots; `-` and `/` go only
 * when the rest is all digits (`YYYYMMDD-NNNN` is `YYYYMMDDNNNN`, but a Finnish century sign counts). contracts.md 5.9.1.
 */
export function bareNumber(text: string): string {
  // Longer than any number: a long text takes a long time to be normalized.
  const bare = text
    .slice(0, 200)
    .normalize('NFKC')
    .toUpperCase()
    .normalize('NFKC')
    .replace(/\p{Pd}|\u2212/gu, '-')
    .replace(/[\s.]/gu, '');
  const digits = bare.replace(/[-/]/g, '');
  return /^\d+$/.test(digits) ? digits : bare;
}

/** Whether a number has anything by which it could be found: a digit or a letter. */
export const isNumber = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Longer than any number of any country: the library is not asked about more. */
const longest = 40;

/**
 * What is odd about a person's national number in that country (alpha-2), in words that do not repeat it; null when nothing is, or
 * when that country's numbers are not known here. A warning, never a refusal: both documented sample numbers would be refused.
 */
export function checkNationalNumber(text: string, country: string): string | null {
  return check(text, country, validatePerson, 'a national number');
}

/** The same for the number of an organization: register, tax or VAT number. */
export function checkOrganizationNumber(text: string, country: string): string | null {
  return check(text, country, validateEntity, 'an organization number');
}

function check(text: string, country: string, validate: typeof validatePerson, noun: string): string | null {
  const doubt = `This does not look like ${noun} of ${country}.`;
  const bare = bareNumber(text);
  if (bare === '' || bare.length > longest) return doubt;
  // The library reads `YYYYMMDD-NNNN` of Sweden, but not without its dash.
  const forms = new Set([bare, text.trim(), bare.replace(/^(\d{8})(\d{4})$/, '$1-$2')]);
  try {
    const answers = [...forms].map((form) => validate(country, form));
    return answers.some(({ checked, isValid }) => !checked || isValid) ? null : doubt;
  } catch {
    return doubt; // some of the library's validators throw on letters where they count on digits
  }
}
