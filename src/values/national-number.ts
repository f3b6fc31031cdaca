import { stdnum } from 'stdnum';

/**
 * The form in which national and organization numbers are compared: upper case, without blanks and dots; `-` and `/` go only
 * when the rest is all digits (a Finnish century sign counts). contracts.md 5.9.1. Never empty for a number with any sign in it.
 */
export function bareNumber(text: string): string {
  const bare = text.normalize('NFKC').toUpperCase().replace(/[\s.]/gu, '');
  const digits = bare.replace(/[-/\u2010-\u2015\u2212]/gu, '');
  return /^\d+$/.test(digits) ? digits : bare;
}

/** What is odd about a number that was stored all the same. `message` never repeats the number. */
export interface NumberWarning {
  code: 'NUMBER_DOUBTFUL';
  message: string;
}

type Kind = 'person' | 'organization';

/** Which of the library's validators knows the numbers of people, and of organizations, country by country. */
const validators: Record<Kind, Record<string, readonly string[]>> = {
  person: {
    AT: ['vnr'],
    BE: ['nn'],
    CH: ['ssn'],
    CZ: ['rc'],
    DE: ['idnr'],
    DK: ['cpr'],
    EE: ['ik'],
    ES: ['dni', 'nie'],
    FI: ['hetu'],
    FR: ['nir', 'nif'],
    GB: ['nino', 'utr'],
    IE: ['pps'],
    IS: ['kennitala'],
    IT: ['codicefiscale'],
    LT: ['asmens'],
    LV: ['pk'],
    NL: ['bsn'],
    NO: ['fodselsnummer'],
    PL: ['pesel'],
    PT: ['nif', 'cc'],
    SE: ['personnummer'],
    SK: ['rc'],
    US: ['ssn', 'itin'],
  },
  organization: {
    AT: ['uid', 'businessid'],
    BE: ['vat'],
    CH: ['uid', 'vat'],
    CZ: ['dic'],
    DE: ['vat', 'stnr', 'handelsregisternummer'],
    DK: ['cvr'],
    EE: ['registrikood', 'kmkr'],
    ES: ['cif', 'nif'],
    FI: ['ytunnus', 'alv'],
    FR: ['siren', 'siret', 'tva'],
    GB: ['crn', 'vat', 'utr'],
    IS: ['kennitala', 'vsk'],
    IT: ['iva'],
    LT: ['pvm'],
    LV: ['pvn'],
    NL: ['btw', 'rsin'],
    NO: ['orgnr', 'mva'],
    PL: ['nip', 'regon'],
    PT: ['nif'],
    SE: ['orgnr', 'vat', 'personnummer'],
    SK: ['dph'],
    TN: ['mf'],
    US: ['ein'],
  },
};
