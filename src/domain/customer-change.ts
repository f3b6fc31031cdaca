import type { customers } from '../db/tables/customers.ts';
import { parseStreet, streetLine } from '../values/address.ts';
import { type PhonesChange, phones, phonesTouched } from './customer-phones.ts';
import type { Identity } from './reference.ts';

export type CustomerRow = typeof customers.$inferSelect;

type Opt<T> = T | null | undefined;

export interface AddressChange {
  line1?: Opt<string>;
  line2?: Opt<string>;
  line3?: Opt<string>;
  careOf?: Opt<string>;
  street?: Opt<string>;
  streetNumber?: Opt<number>;
  entrance?: Opt<string>;
  postalCode?: Opt<string>;
  city?: Opt<string>;
  country?: Opt<string>;
  latitude?: Opt<number>;
  longitude?: Opt<number>;
}

/** What somebody wants changed, already in the form it is stored in. Absent: unchanged. Null: cleared. */
export interface CustomerChange extends PhonesChange {
  reference?: Opt<string>;
  customerNumber?: Opt<number>;
  kind?: Opt<CustomerRow['kind']>;
  name?: Opt<string>;
  person?: Opt<{ firstName?: Opt<string>; middleName?: Opt<string>; lastName?: Opt<string> }>;
  company?: Opt<{ name?: Opt<string>; department?: Opt<string>; organizationNumber?: Opt<string> }>;
  identity?: Opt<string>;
  email?: Opt<string>;
  emails?: Opt<string[]>;
  invoiceEmail?: Opt<string>;
  billingAddress?: Opt<AddressChange>;
  shippingAddress?: Opt<AddressChange>;
  shippingSameAsBilling?: Opt<boolean>;
  language?: Opt<string>;
  currency?: Opt<string>;
  creditLimit?: Opt<string>;
  balance?: Opt<string>;
  isCredit?: Opt<boolean>;
  paymentTerms?: Opt<{ days?: Opt<number>; start?: Opt<'INVOICE_DATE' | 'INVOICE_MONTH_END'> }>;
  taxNumber?: Opt<string>;
  risk?: Opt<string>;
  riskColor?: Opt<string>;
  riskScore?: Opt<string>;
  existingCustomer?: Opt<boolean>;
  isActive?: Opt<boolean>;
  onHold?: Opt<boolean>;
  onHoldReason?: Opt<string>;
  reference2?: Opt<string>;
  barcode?: Opt<string>;
  comment?: Opt<string>;
  website?: Opt<string>;
  productCodes?: Opt<string[]>;
  billWithParent?: Opt<boolean>;
  parent?: Opt<Identity>;
  category?: Opt<Identity>;
  segmentation?: Opt<Identity>;
  region?: Opt<Identity>;
  createdBy?: Opt<Identity>;
  paymentTypes?: Opt<Identity[]>;
}

/** The columns that a change writes by itself: no look-up, no secret, no picture. */
export type PlainColumns = Partial<Omit<typeof customers.$inferInsert, 'organizationId' | 'id' | 'version'>>;

const set = <T>(value: T | undefined): value is T => value !== undefined;

/** What the columns become. `current` is null for a customer that is not there yet. */
export function applyChange(current: CustomerRow | null, change: CustomerChange): PlainColumns {
  const columns = copied(change);
  Object.assign(columns, names(change), emails(current, change));
  for (const of of ['billing', 'shipping'] as const) {
    const given = change[`${of}Address`];
    if (set(given)) Object.assign(columns, prefixed(of, address(given, part(current, of))));
  }
  if (phonesTouched(change)) columns.phones = phones(current?.phones ?? [], change);
  if (set(change.paymentTerms)) {
    const terms = change.paymentTerms;
    if (terms === null || set(terms.days)) columns.paymentTermsDays = terms?.days ?? null;
    if (terms === null || set(terms.start)) columns.paymentTermsStart = terms?.start ?? null;
  }
  return Object.assign(columns, naming(current, columns, change));
}

const optional = [
  'invoiceEmail',
  'language',
  'creditLimit',
  'balance',
  'isCredit',
  'taxNumber',
  'risk',
  'riskColor',
  'riskScore',
  'existingCustomer',
  'onHoldReason',
  'reference2',
  'barcode',
  'comment',
  'website',
] as const;
const required = [
  'reference',
  'customerNumber',
  'currency',
  'isActive',
  'onHold',
  'shippingSameAsBilling',
  'billWithParent',
  'productCodes',
] as const;

/** Texts and numbers that stand in a column of the same name; null leaves the ones that must have a value as they are. */
function copied(change: CustomerChange): PlainColumns {
  const columns: Record<string, unknown> = {};
  for (const key of optional) if (set(change[key])) columns[key] = change[key];
  for (const key of required) if (set(change[key]) && change[key] !== null) columns[key] = change[key];
  if (change.productCodes === null) columns.productCodes = [];
  return columns;
}

function names({ person, company }: CustomerChange): PlainColumns {
  const columns: PlainColumns = {};
  if (person === null) Object.assign(columns, { firstName: null, middleName: null, lastName: null });
  if (company === null) Object.assign(columns, { companyName: null, department: null, organizationNumber: null });
  if (set(person?.firstName)) columns.firstName = person.firstName;
  if (set(person?.middleName)) columns.middleName = person.middleName;
  if (set(person?.lastName)) columns.lastName = person.lastName;
  if (set(company?.name)) columns.companyName = company.name;
  if (set(company?.department)) columns.department = company.department;
  if (set(company?.organizationNumber)) columns.organizationNumber = company.organizationNumber;
  return columns;
}

/** Kind and display name: as said, else made from person and company until somebody sets the name (contracts, 7). */
function naming(current: CustomerRow | null, columns: PlainColumns, change: CustomerChange): PlainColumns {
  const after = current === null ? columns : { ...current, ...columns };
  const person = [after.firstName, after.middleName, after.lastName].filter(Boolean).join(' ');
  const company = after.companyName ?? '';
  const touched = set(change.person) || set(change.company);
  const kind =
    change.kind ??
    (!current || (touched && current.kind === 'UNDEFINED') ? guessKind(person, company, after.lastName) : undefined);
  const result: PlainColumns = kind ? { kind } : {};
  if (set(change.name) && change.name !== null) return { ...result, name: change.name, nameIsSet: true };
  const derived =
    (after.kind === 'COMPANY' || kind === 'COMPANY' ? company || person : person || company) || after.reference;
  if (change.name === null && derived) return { ...result, name: derived, nameIsSet: false };
  if (derived && (!current || (!current.nameIsSet && (touched || set(change.kind)))))
    return { ...result, name: derived, nameIsSet: false };
  return result;
}

const guessKind = (person: string, company: string, lastName: string | null | undefined): CustomerRow['kind'] =>
  company && !lastName ? 'COMPANY' : person ? 'PERSON' : 'UNDEFINED';

function emails(current: CustomerRow | null, change: CustomerChange): PlainColumns {
  const columns: PlainColumns = {};
  let primary = current?.email ?? null;
  let others = current?.otherEmails ?? [];
  if (!set(change.emails) && !set(change.email)) return columns;
  if (set(change.emails)) [primary = null, ...others] = change.emails ?? [];
  if (set(change.email)) {
    primary = change.email;
    others = others.filter((other) => other.toLowerCase() !== primary?.toLowerCase());
  }
  return { email: primary, otherEmails: others };
}

const addressKeys = [
  'line1',
  'line2',
  'line3',
  'careOf',
  'street',
  'streetNumber',
  'entrance',
  'postalCode',
  'city',
  'country',
  'latitude',
  'longitude',
] as const;
export type AddressColumns = { [K in (typeof addressKeys)[number]]?: string | number | null };

const upper = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);
const named = (prefix: string) => addressKeys.map((key) => [key, prefix + upper(key)] as const);
const addressColumns = { billing: named('billing'), shipping: named('shipping') };

/** The parts of an address under the names of their columns. */
function prefixed(prefix: keyof typeof addressColumns, parts: AddressColumns): PlainColumns {
  const columns: Record<string, unknown> = {};
  for (const [key, column] of addressColumns[prefix]) if (parts[key] !== undefined) columns[column] = parts[key];
  return columns;
}

function part(row: Readonly<Record<string, unknown>> | null, prefix: keyof typeof addressColumns): AddressColumns {
  const parts: Record<string, unknown> = {};
  for (const [key, column] of addressColumns[prefix]) parts[key] = row?.[column] ?? null;
  return parts;
}

/**
 * One address in several grains (contracts, 7): a line written alone renews street, number and entrance where it can be
 * parsed with certainty, else empties them; street parts written alone take the place of a line that no longer fits.
 */
export function address(change: AddressChange | null, before: AddressColumns): AddressColumns {
  if (change === null) return Object.fromEntries(addressKeys.map((key) => [key, null]));
  const given: AddressColumns = {};
  for (const key of addressKeys) if (set(change[key])) given[key] = change[key];
  const grain = ['street', 'streetNumber', 'entrance'] as const;
  const parts = grain.some((key) => key in given);
  if ('line1' in given && !parts) {
    if (given.line1 === before.line1) return given;
    const parsed = typeof given.line1 === 'string' ? parseStreet(given.line1) : null;
    return {
      ...given,
      street: parsed?.street ?? null,
      streetNumber: parsed?.number ?? null,
      entrance: parsed?.entrance ?? null,
    };
  }
  if (parts && !('line1' in given)) {
    const after = { ...before, ...given };
    const changed = grain.some((key) => (after[key] ?? null) !== (before[key] ?? null));
    return changed ? { ...given, line1: streetLine(after as Parameters<typeof streetLine>[0]) || null } : given;
  }
  return given;
}
