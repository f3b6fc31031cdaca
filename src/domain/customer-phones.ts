import type { Phone } from '../db/tables/customers.ts';
import type { ParsedPhone } from '../values/phone.ts';

type Opt<T> = T | null | undefined;

interface PhoneChange extends ParsedPhone {
  kind: string | null;
  primary: boolean;
}

/** What somebody wants changed of a customer's phones. Absent: unchanged. Null: cleared. */
export interface PhonesChange {
  phone?: Opt<ParsedPhone>;
  mobile?: Opt<ParsedPhone>;
  fax?: Opt<ParsedPhone>;
  phones?: Opt<PhoneChange[]>;
  voicePhones?: Opt<PhoneChange[]>;
  /** A number given in E.164 that is there already stays as it was typed. */
  keepPhonesAsTyped?: Opt<boolean>;
}

/** Whether a change speaks of phones. */
export const phonesTouched = (c: PhonesChange) =>
  c.phones !== undefined ||
  c.voicePhones !== undefined ||
  c.phone !== undefined ||
  c.mobile !== undefined ||
  c.fax !== undefined;

/**
 * The list of phones after a change (contracts, 7): `phones` replaces it, `voicePhones` all but the fax numbers, the others
 * each set one and keep the rest.
 */
export function phones(before: readonly Phone[], change: PhonesChange): Phone[] {
  const known = change.keepPhonesAsTyped ? before : [];
  let list = [...before];
  if (change.phones !== undefined) list = withPrimary(change.phones ?? [], known);
  if (change.voicePhones !== undefined) list = withFaxOf(list, withPrimary(change.voicePhones ?? [], known));
  if (change.phone !== undefined)
    list = setOne(list, (one) => one.primary, change.phone, { kind: null, primary: true }, known);
  for (const kind of ['mobile', 'fax'] as const) {
    const to = change[kind];
    if (to !== undefined) list = setOne(list, (one) => one.kind === kind, to, { kind, primary: false }, known);
  }
  return list;
}

/** How a phone that is given in E.164 was typed before: that of its kind, if there are several. */
function typed(known: readonly Phone[], { number, e164 }: ParsedPhone, kind: string | null): string {
  const same = number === e164 ? known.filter((phone) => phone.e164 === e164) : [];
  return (same.find((phone) => phone.kind === kind) ?? same[0])?.number ?? number;
}

/** The given phones, then the fax numbers that were there, unless fax numbers are given too. */
function withFaxOf(before: readonly Phone[], given: readonly Phone[]): Phone[] {
  if (given.some((phone) => phone.kind === 'fax')) return [...given];
  const hasPrimary = given.some((phone) => phone.primary);
  const kept = before.filter((phone) => phone.kind === 'fax');
  return [...given, ...kept.map((phone) => (hasPrimary ? { ...phone, primary: false } : phone))];
}

function setOne(
  list: Phone[],
  is: (phone: Phone) => boolean,
  to: ParsedPhone | null,
  fresh: Pick<Phone, 'kind' | 'primary'>,
  known: readonly Phone[],
): Phone[] {
  const at = list.findIndex(is);
  if (to === null) return list.filter((_, i) => i !== at);
  const one = { ...fresh, ...list[at], e164: to.e164, number: typed(known, to, list[at]?.kind ?? fresh.kind) };
  if (at < 0) return fresh.primary ? [one, ...list] : [...list, one];
  return list.map((phone, i) => (i === at ? one : phone));
}

/** At most one primary phone: the one marked, else the first that is no fax. */
function withPrimary(list: readonly PhoneChange[], known: readonly Phone[]): Phone[] {
  const marked = list.findIndex((phone) => phone.primary);
  const primary = marked >= 0 ? marked : list.findIndex((phone) => phone.kind !== 'fax');
  return list.map(({ kind, ...phone }, i) => ({
    number: typed(known, phone, kind),
    e164: phone.e164,
    kind,
    primary: i === primary,
  }));
}
