import { and, type SQL, sql } from 'drizzle-orm';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { customerKeys } from '../db/tables/search.ts';
import { users } from '../db/tables/users.ts';
import { type IdentityTable, idOfKey, whereIdentity } from '../domain/reference.ts';
import { parseCountry } from '../values/country.ts';
import { emailForms } from '../values/email.ts';
import { isNumber } from '../values/national-number.ts';
import { phoneKey } from '../values/phone.ts';
import type { Vault } from '../vault.ts';
import { builder } from './builder.ts';
import { CustomerKind } from './customer-kind.ts';
import {
  boundedList,
  combined,
  DateTimeFilter,
  DecimalFilter,
  dateTimeWhere,
  decimalWhere,
  IntFilter,
  intWhere,
  isOne,
  lowerTexts,
  TextFilter,
  textWhere,
} from './filter.ts';
import { CategoryBy, CustomerBy, identityOf, PaymentTypeBy, RegionBy, SegmentationBy, UserBy } from './identity.ts';
import type { By } from './node.ts';
import { foundBy } from './search.ts';

const CategoryFilter = builder.inputType('CategoryFilter', {
  description: 'Which category; all that are given must hold.',
  fields: (t) => ({
    by: t.field({ type: CategoryBy, description: 'This category.' }),
    in: t.field({ type: [CategoryBy], description: 'One of these categories.' }),
    reference: t.field({ type: TextFilter, description: 'Its reference.' }),
    name: t.field({ type: TextFilter, description: 'Its name.' }),
    subtree: t.boolean({ description: 'Also every category below those found.' }),
  }),
});

const filterRef = builder.inputRef<CustomerFilterShape>('CustomerFilter');

export const CustomerFilter = filterRef.implement({
  description: 'Which customers; all that are given must hold.',
  fields: (t) => ({
    and: t.field({ type: [filterRef], description: 'All of these.' }),
    or: t.field({ type: [filterRef], description: 'At least one of these.' }),
    not: t.field({ type: filterRef, description: 'Not this.' }),
    reference: t.field({ type: TextFilter, description: 'Reference.' }),
    reference2: t.field({ type: TextFilter, description: 'Second reference.' }),
    name: t.field({ type: TextFilter, description: 'Display name.' }),
    kind: t.field({ type: CustomerKind, description: 'Person or company.' }),
    customerNumber: t.field({ type: IntFilter, description: 'Customer number.' }),
    numericId: t.field({ type: IntFilter, description: 'Integer identity.' }),
    firstName: t.field({ type: TextFilter, description: 'First name.' }),
    middleName: t.field({ type: TextFilter, description: 'Middle name.' }),
    lastName: t.field({ type: TextFilter, description: 'Last name.' }),
    companyName: t.field({ type: TextFilter, description: 'Company name.' }),
    department: t.field({ type: TextFilter, description: 'Department.' }),
    organizationNumber: t.string({ description: 'Company registration number, however it is written.' }),
    identity: t.string({ description: 'National identification number, however it is written: equality alone.' }),
    email: t.string({ description: 'Any of the customer’s emails, in any case.' }),
    phone: t.string({ description: 'Any of the customer’s phones, in any format.' }),
    careOf: t.field({ type: TextFilter, description: 'Billing address: care of.' }),
    street: t.field({ type: TextFilter, description: 'Billing address: street.' }),
    streetNumber: t.field({ type: IntFilter, description: 'Billing address: number.' }),
    entrance: t.field({ type: TextFilter, description: 'Billing address: entrance.' }),
    line1: t.field({ type: TextFilter, description: 'Billing address: line 1.' }),
    postalCode: t.field({ type: TextFilter, description: 'Billing address: postal code.' }),
    city: t.field({ type: TextFilter, description: 'Billing address: city.' }),
    country: t.string({ description: 'Billing address: country, as code or name.' }),
    productCode: t.string({ description: 'A product that the customer has.' }),
    language: t.field({ type: TextFilter, description: 'Language tag.' }),
    currency: t.string({ description: 'ISO 4217 code.' }),
    isActive: t.boolean({ description: 'Whether the customer may buy.' }),
    onHold: t.boolean({ description: 'Whether selling is stopped.' }),
    isSubcustomer: t.boolean({ description: 'Whether there is a parent.' }),
    category: t.field({ type: CategoryFilter, description: 'Category.' }),
    segmentation: t.field({ type: SegmentationBy, description: 'Segmentation.' }),
    paymentType: t.field({ type: PaymentTypeBy, description: 'A payment type that the customer may use.' }),
    region: t.field({ type: RegionBy, description: 'Region.' }),
    createdBy: t.field({ type: UserBy, description: 'The member of staff who made it.' }),
    parent: t.field({ type: CustomerBy, description: 'The customer above.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When it was made.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'When it was last changed.' }),
    creditLimit: t.field({ type: DecimalFilter, description: 'Credit limit.' }),
    riskScore: t.field({ type: DecimalFilter, description: 'Individual risk score.' }),
  }),
});

type Text = typeof TextFilter.$inferInput;
type Opt<T> = T | null | undefined;
type Texts =
  | 'reference'
  | 'reference2'
  | 'name'
  | 'firstName'
  | 'middleName'
  | 'lastName'
  | 'companyName'
  | 'department'
  | 'careOf'
  | 'street'
  | 'entrance'
  | 'line1'
  | 'postalCode'
  | 'city'
  | 'language';
type Plain = 'organizationNumber' | 'identity' | 'email' | 'phone' | 'country' | 'productCode' | 'currency';

/** The filter's shape, written out because it holds itself. */
export interface CustomerFilterShape
  extends Partial<Record<Texts, Opt<Text>>>,
    Partial<Record<Plain, Opt<string>>>,
    Partial<Record<'isActive' | 'onHold' | 'isSubcustomer', Opt<boolean>>>,
    Partial<Record<'customerNumber' | 'numericId' | 'streetNumber', Opt<typeof IntFilter.$inferInput>>>,
    Partial<Record<'createdAt' | 'updatedAt', Opt<typeof DateTimeFilter.$inferInput>>>,
    Partial<Record<'creditLimit' | 'riskScore', Opt<typeof DecimalFilter.$inferInput>>> {
  and?: Opt<CustomerFilterShape[]>;
  or?: Opt<CustomerFilterShape[]>;
  not?: Opt<CustomerFilterShape>;
  kind?: Opt<'PERSON' | 'COMPANY' | 'UNDEFINED'>;
  category?: Opt<typeof CategoryFilter.$inferInput>;
  segmentation?: Opt<typeof SegmentationBy.$inferInput>;
  paymentType?: Opt<typeof PaymentTypeBy.$inferInput>;
  region?: Opt<typeof RegionBy.$inferInput>;
  createdBy?: Opt<typeof UserBy.$inferInput>;
  parent?: Opt<typeof CustomerBy.$inferInput>;
}

/** What a filter needs of its caller: national numbers are found by blind index, phones in the organization's country. */
export interface FilterSetting {
  vault: Vault;
  organizationId: number;
  country: string;
}

const given = <T>(value: Opt<T>): value is T => value !== null && value !== undefined;

/** A pattern on name or reference by the search functions, which may use the index that row security keeps from us. */
const patternOn = (field: 'name' | 'reference') => (pattern: string, ignoreCase: boolean) =>
  foundBy(customers.id, sql`select clientele_customers_like(${field}, ${pattern}, ${ignoreCase}) as id`);

/** Said of every table beside the customers': row security would do, but a shard is found by what is said. */
const ownIn = (table: IdentityTable | typeof customerKeys | typeof customerPaymentTypes, organizationId: number) =>
  sql`${table.organizationId} = ${organizationId}::bigint`;

const keyed = (organizationId: number, kind: (typeof customerKeys.$inferSelect)['kind'], value: SQL) =>
  sql`${customers.id} = any(array(select ${customerKeys.customerId} from ${customerKeys} where ${ownIn(customerKeys, organizationId)} and ${customerKeys.kind} = ${kind} and ${customerKeys.value} = ${value}))`;

/** The id of the record with an identity. */
const idOf = (organizationId: number, name: string, table: IdentityTable, by: By) =>
  sql`(select ${table.id} from ${table} where ${ownIn(table, organizationId)} and ${whereIdentity(table, identityOf(name, by), organizationId)})`;

/** A filter as a condition on `customers`; undefined when it asks for nothing. */
export function customerWhere(filter: CustomerFilterShape, setting: FilterSetting): SQL | undefined {
  const f = filter;
  const c = customers;
  const { organizationId } = setting;
  const own = and(
    textWhere(c.reference, f.reference, patternOn('reference')),
    textWhere(c.reference2, f.reference2),
    textWhere(c.name, f.name, patternOn('name')),
    given(f.kind) ? sql`${c.kind} = ${f.kind}` : undefined,
    intWhere(c.customerNumber, f.customerNumber),
    intWhere(c.id, f.numericId),
    textWhere(c.firstName, f.firstName),
    textWhere(c.middleName, f.middleName),
    nameWhere(organizationId, 'LAST_NAME', c.lastName, f.lastName),
    nameWhere(organizationId, 'COMPANY_NAME', c.companyName, f.companyName),
    textWhere(c.department, f.department),
    given(f.organizationNumber)
      ? keyed(organizationId, 'ORGANIZATION_NUMBER', sql`clientele_bare(${f.organizationNumber})`)
      : undefined,
    given(f.identity) ? identityWhere(f.identity, setting) : undefined,
    given(f.email) ? keyed(organizationId, 'EMAIL', sql`any(${lowerTexts(emailForms(f.email))})`) : undefined,
    given(f.phone) ? keyed(organizationId, 'PHONE', sql`${phoneKey(f.phone, setting.country)}`) : undefined,
    textWhere(c.billingCareOf, f.careOf),
    textWhere(c.billingStreet, f.street),
    intWhere(c.billingStreetNumber, f.streetNumber),
    textWhere(c.billingEntrance, f.entrance),
    textWhere(c.billingLine1, f.line1),
    textWhere(c.billingPostalCode, f.postalCode),
    textWhere(c.billingCity, f.city),
    given(f.country) ? sql`${c.billingCountry} = ${parseCountry(f.country) ?? f.country}` : undefined,
    given(f.productCode) ? sql`${f.productCode} = any(${c.productCodes})` : undefined,
    textWhere(c.language, f.language),
    given(f.currency) ? sql`${c.currency} = ${f.currency.toUpperCase()}` : undefined,
    given(f.isActive) ? sql`${c.isActive} = ${f.isActive}` : undefined,
    given(f.onHold) ? sql`${c.onHold} = ${f.onHold}` : undefined,
    given(f.isSubcustomer)
      ? f.isSubcustomer
        ? sql`${c.parentId} is not null`
        : sql`${c.parentId} is null`
      : undefined,
    given(f.category) ? categoryWhere(f.category, organizationId) : undefined,
    given(f.segmentation)
      ? sql`${c.segmentationId} = ${idOf(organizationId, 'Segmentation', segmentations, f.segmentation)}`
      : undefined,
    given(f.paymentType) ? paymentTypeWhere(f.paymentType, organizationId) : undefined,
    given(f.region) ? sql`${c.regionId} = ${idOf(organizationId, 'Region', regions, f.region)}` : undefined,
    given(f.createdBy) ? sql`${c.createdById} = ${idOf(organizationId, 'User', users, f.createdBy)}` : undefined,
    given(f.parent)
      ? sql`${c.parentId} = any(array(select p.id from ${customers} p where p.organization_id = ${organizationId}::bigint and ${aliased(f.parent, organizationId)}))`
      : undefined,
    dateTimeWhere(c.createdAt, f.createdAt),
    dateTimeWhere(c.updatedAt, f.updatedAt),
    decimalWhere(c.creditLimit, f.creditLimit),
    decimalWhere(c.riskScore, f.riskScore),
  );
  return combined(filter, own, (inner) => customerWhere(inner, setting));
}

/** Equality of a last or company name goes by its key, which is indexed; anything else by the column. */
function nameWhere(
  organizationId: number,
  kind: 'LAST_NAME' | 'COMPANY_NAME',
  column: Parameters<typeof textWhere>[0],
  filter: Opt<Text>,
): SQL | undefined {
  const byKey = given(filter?.equals) ? keyed(organizationId, kind, sql`lower(${filter.equals})`) : undefined;
  return and(byKey, textWhere(column, filter));
}

function identityWhere(identity: string, { vault, organizationId }: FilterSetting): SQL {
  if (!isNumber(identity)) return sql`false`;
  const indexes = vault.indexes(organizationId, identity).map((index) => sql`decode(${index.toString('hex')}, 'hex')`);
  return sql`${customers.identityIndex} = any(array[${sql.join(indexes, sql`, `)}])`;
}

function categoryWhere(filter: typeof CategoryFilter.$inferInput, organizationId: number): SQL {
  const { by, in: list, reference, name, subtree } = filter;
  const one = (identity: By) => whereIdentity(categories, identityOf('Category', identity), organizationId);
  const each = list && boundedList(list).map(one);
  const any = each ? (each.length > 0 ? sql`(${sql.join(each, sql` or `)})` : sql`false`) : undefined;
  const where = and(
    ownIn(categories, organizationId),
    by ? one(by) : undefined,
    any,
    textWhere(categories.reference, reference),
    textWhere(categories.name, name),
  );
  const found = sql`select ${categories.id} from ${categories} where ${where}`;
  // Of one category the index has the customers in the list's order, however many there are.
  if (!subtree && (by || isOne(reference))) return sql`${customers.categoryId} = (${found})`;
  return subtree
    ? sql`${customers.categoryId} = any(array(with recursive below(id) as (${found} union select k.id from ${categories} k join below on k.organization_id = ${organizationId}::bigint and k.parent_id = below.id) select id from below))`
    : sql`${customers.categoryId} = any(array(${found}))`;
}

function paymentTypeWhere(by: By, organizationId: number): SQL {
  return sql`${customers.id} = any(array(select ${customerPaymentTypes.customerId} from ${customerPaymentTypes}
    where ${ownIn(customerPaymentTypes, organizationId)} and ${customerPaymentTypes.paymentTypeId} = ${idOf(organizationId, 'PaymentType', paymentTypes, by)}))`;
}

/** The identity of a parent, on the alias under which the table stands beside itself. */
function aliased(by: By, organizationId: number): SQL {
  const [[key, value] = ['id', -1]] = Object.entries(identityOf('Customer', by));
  const columns: Record<string, SQL> = {
    id: sql`p.id`,
    reference: sql`p.reference`,
    customerNumber: sql`p.customer_number`,
  };
  if (key === 'key') return sql`p.id = ${idOfKey(customers, String(value), organizationId)}`;
  return sql`${columns[key] ?? sql`p.id`} = ${value}`;
}
