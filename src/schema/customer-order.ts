import { type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { customers as c } from '../db/tables/customers.ts';
import { pictures } from '../db/tables/pictures.ts';
import { categories, segmentations } from '../db/tables/references.ts';
import { builder } from './builder.ts';
import type { sortKey } from './connection.ts';
import type { Key } from './keyset.ts';

const phone = (is: string) => sql`(jsonb_path_query_first(${c.phones}, ${is}::jsonpath) #>> '{}')`;
/** What a key compares; of another table's rows, those of the organization that is said. */
type Expression = Key['expression'] | ((organization: SQL) => SQL);
const computed = (expression: Expression, type: Key['type'] = 'text', nullable = true) => ({
  expression,
  type,
  nullable,
});
const col = (expression: Parameters<typeof sortKey>[1], type: Key['type'] = 'text') => ({
  expression,
  type,
  nullable: !expression.notNull,
});

/** The reference of what a customer points at. All of them are gathered once: to look for each customer's took a second per 200,000. */
const referenceIn = (table: typeof categories | typeof segmentations, column: AnyPgColumn) => (mine: SQL) =>
  sql`((select jsonb_object_agg(k.id, k.reference) from ${table} k where k.organization_id = ${mine}) ->> ${column}::text)`;

/** What customers can be sorted by: all that Valomnia's "sort" may name (contracts, 4.4), and the names. */
const fields = {
  ID: col(c.id, 'bigint'),
  REFERENCE: col(c.reference),
  CUSTOMER_NUMBER: col(c.customerNumber, 'bigint'),
  NAME: col(c.name),
  KIND: col(c.kind),
  LAST_NAME: col(c.lastName),
  FIRST_NAME: col(c.firstName),
  COMPANY_NAME: col(c.companyName),
  ORGANIZATION_NUMBER: col(c.organizationNumber),
  REFERENCE2: col(c.reference2),
  EMAIL: col(c.email),
  PHONE: computed(phone('$[*] ? (@.primary == true).number')),
  MOBILE: computed(phone('$[*] ? (@.kind == "mobile").number')),
  FAX: computed(phone('$[*] ? (@.kind == "fax").number')),
  COMMENT: col(c.comment),
  BARCODE: col(c.barcode),
  WEBSITE: col(c.website),
  TAX_NUMBER: col(c.taxNumber),
  BILLING_COUNTRY: col(c.billingCountry),
  BILLING_CITY: col(c.billingCity),
  BILLING_POSTAL_CODE: col(c.billingPostalCode),
  BILLING_LINE1: col(c.billingLine1),
  BILLING_LATITUDE: col(c.billingLatitude, 'double precision'),
  BILLING_LONGITUDE: col(c.billingLongitude, 'double precision'),
  SHIPPING_COUNTRY: col(c.shippingCountry),
  SHIPPING_CITY: col(c.shippingCity),
  SHIPPING_POSTAL_CODE: col(c.shippingPostalCode),
  SHIPPING_LINE1: col(c.shippingLine1),
  SHIPPING_LATITUDE: col(c.shippingLatitude, 'double precision'),
  SHIPPING_LONGITUDE: col(c.shippingLongitude, 'double precision'),
  SHIPPING_SAME_AS_BILLING: col(c.shippingSameAsBilling, 'boolean'),
  CURRENCY: col(c.currency),
  CREDIT_LIMIT: col(c.creditLimit, 'numeric'),
  BALANCE: col(c.balance, 'numeric'),
  IS_CREDIT: col(c.isCredit, 'boolean'),
  PAYMENT_TERMS_DAYS: col(c.paymentTermsDays, 'bigint'),
  // INVOICE_MONTH_END first, as the documented words for the two have it.
  PAYMENT_TERMS_START: computed(sql`(${c.paymentTermsStart} = 'INVOICE_DATE')`, 'boolean'),
  RISK: col(c.risk),
  RISK_COLOR: col(c.riskColor),
  RISK_SCORE: col(c.riskScore, 'numeric'),
  IS_ACTIVE: col(c.isActive, 'boolean'),
  ON_HOLD: col(c.onHold, 'boolean'),
  ON_HOLD_REASON: col(c.onHoldReason),
  IS_SUBCUSTOMER: computed(sql`(${c.parentId} is not null)`, 'boolean', false),
  BILL_WITH_PARENT: col(c.billWithParent, 'boolean'),
  CATEGORY_REFERENCE: computed(referenceIn(categories, c.categoryId)),
  SEGMENTATION_REFERENCE: computed(referenceIn(segmentations, c.segmentationId)),
  LOGO: computed(
    (mine) =>
      sql`(case when ${c.logoId} is not null then (select p.stamp || '_' || p.file_name from ${pictures} p where p.organization_id = ${mine} and p.id = ${c.logoId}) end)`,
  ),
  CREATED_AT: col(c.createdAt, 'timestamptz'),
  UPDATED_AT: col(c.updatedAt, 'timestamptz'),
} satisfies Record<string, Omit<Key, 'name' | 'descending' | 'expression'> & { expression: Expression }>;

type Field = keyof typeof fields;
const words = (name: string) => name.toLowerCase().replaceAll('_', ' ');

export const SortDirection = builder.enumType('SortDirection', {
  description: 'Which way a list is sorted.',
  values: {
    ASC: { description: 'Ascending; what has no value comes last.' },
    DESC: { description: 'Descending; what has no value comes first.' },
  } as const,
});

const remarks: Partial<Record<string, string>> = { PAYMENT_TERMS_START: ': INVOICE_MONTH_END first' };

const CustomerOrderField = builder.enumType('CustomerOrderField', {
  description: 'What customers can be sorted by.',
  values: Object.fromEntries(
    Object.keys(fields).map((name) => [name, { description: `By ${words(name)}${remarks[name] ?? ''}.` }]),
  ) as Record<Field, { description: string }>,
});

export const CustomerOrder = builder.inputType('CustomerOrder', {
  description: 'One sort key of a list of customers. Ties are broken by the next key, at last by the identity.',
  fields: (t) => ({
    field: t.field({ type: CustomerOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: SortDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
  }),
});

/** Sort keys of a list of customers; the identity alone is the list's own last key already. */
export function customerKeys(
  orderBy: readonly (typeof CustomerOrder.$inferInput)[] | null | undefined,
  organizationId: number,
): Key[] {
  return (orderBy ?? []).map(({ field, direction }) => {
    const { expression, ...key } = fields[field as Field];
    const compared = typeof expression === 'function' ? expression(sql`${organizationId}::bigint`) : expression;
    return { ...key, expression: compared, name: field, descending: direction === 'DESC' };
  });
}
