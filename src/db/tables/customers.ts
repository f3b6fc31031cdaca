import { sql } from 'drizzle-orm';
import {
  boolean,
  char,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { bytea, identity, lifecycle, organizationId, safeInt } from './columns.ts';
import { pictures } from './pictures.ts';
import { categories, paymentTypes, regions, segmentations } from './references.ts';
import { users } from './users.ts';

/** One phone of a customer: as typed, in E.164 where it can be parsed, its kind, and whether it is the primary one. */
export interface Phone {
  number: string;
  e164: string | null;
  kind: string | null;
  primary: boolean;
}

const address = <P extends 'billing' | 'shipping'>(p: P) => ({
  line1: text(`${p}_line1`),
  line2: text(`${p}_line2`),
  line3: text(`${p}_line3`),
  careOf: text(`${p}_care_of`),
  street: text(`${p}_street`),
  streetNumber: integer(`${p}_street_number`),
  entrance: text(`${p}_entrance`),
  postalCode: text(`${p}_postal_code`),
  city: text(`${p}_city`),
  country: text(`${p}_country`),
  latitude: doublePrecision(`${p}_latitude`),
  longitude: doublePrecision(`${p}_longitude`),
});
const billing = address('billing');
const shipping = address('shipping');

/** A person or company that buys. One row holds what any of the dialects can say of it. */
export const customers = pgTable(
  'customers',
  {
    organizationId: organizationId(),
    id: identity(),
    reference: text('reference').notNull(),
    customerNumber: safeInt('customer_number').notNull().default(sql`null`),
    kind: text('kind', { enum: ['PERSON', 'COMPANY', 'UNDEFINED'] })
      .notNull()
      .default('UNDEFINED'),
    name: text('name').notNull(),
    /** Whether somebody set the display name; else it follows the person's or company's name. */
    nameIsSet: boolean('name_is_set').notNull().default(false),
    firstName: text('first_name'),
    middleName: text('middle_name'),
    lastName: text('last_name'),
    companyName: text('company_name'),
    department: text('department'),
    organizationNumber: text('organization_number'),
    identitySealed: bytea('identity_sealed'),
    identityIndex: bytea('identity_index'),
    email: text('email'),
    otherEmails: text('other_emails').array().notNull().default(sql`'{}'::text[]`),
    phones: jsonb('phones').$type<Phone[]>().notNull().default(sql`'[]'::jsonb`),
    invoiceEmail: text('invoice_email'),
    billingLine1: billing.line1,
    billingLine2: billing.line2,
    billingLine3: billing.line3,
    billingCareOf: billing.careOf,
    billingStreet: billing.street,
    billingStreetNumber: billing.streetNumber,
    billingEntrance: billing.entrance,
    billingPostalCode: billing.postalCode,
    billingCity: billing.city,
    billingCountry: billing.country,
    billingLatitude: billing.latitude,
    billingLongitude: billing.longitude,
    shippingLine1: shipping.line1,
    shippingLine2: shipping.line2,
    shippingLine3: shipping.line3,
    shippingCareOf: shipping.careOf,
    shippingStreet: shipping.street,
    shippingStreetNumber: shipping.streetNumber,
    shippingEntrance: shipping.entrance,
    shippingPostalCode: shipping.postalCode,
    shippingCity: shipping.city,
    shippingCountry: shipping.country,
    shippingLatitude: shipping.latitude,
    shippingLongitude: shipping.longitude,
    shippingSameAsBilling: boolean('shipping_same_as_billing').notNull().default(true),
    language: text('language'),
    currency: char('currency', { length: 3 }).notNull(),
    creditLimit: numeric('credit_limit'),
    balance: numeric('balance'),
    isCredit: boolean('is_credit'),
    paymentTermsDays: integer('payment_terms_days'),
    paymentTermsStart: text('payment_terms_start', { enum: ['INVOICE_DATE', 'INVOICE_MONTH_END'] }),
    taxNumber: text('tax_number'),
    risk: text('risk'),
    riskColor: text('risk_color'),
    riskScore: numeric('risk_score'),
    existingCustomer: boolean('existing_customer'),
    isActive: boolean('is_active').notNull().default(true),
    onHold: boolean('on_hold').notNull().default(false),
    onHoldReason: text('on_hold_reason'),
    paymentId: text('payment_id').notNull().default(sql`null`),
    reference2: text('reference2'),
    barcode: text('barcode'),
    comment: text('comment'),
    website: text('website'),
    productCodes: text('product_codes').array().notNull().default(sql`'{}'::text[]`),
    billWithParent: boolean('bill_with_parent').notNull().default(false),
    parentId: safeInt('parent_id'),
    categoryId: safeInt('category_id').notNull(),
    segmentationId: safeInt('segmentation_id'),
    regionId: safeInt('region_id'),
    createdById: safeInt('created_by_id'),
    logoId: safeInt('logo_id'),
    ...lifecycle(),
  },
  (t) => [
    primaryKey({ name: 'customers_pkey', columns: [t.organizationId, t.id] }),
    unique('customers_reference_key').on(t.organizationId, t.reference),
    unique('customers_customer_number_key').on(t.organizationId, t.customerNumber),
    unique('customers_payment_id_key').on(t.organizationId, t.paymentId),
    index('customers_identity_idx').on(t.organizationId, t.identityIndex).where(sql`${t.identityIndex} is not null`),
    index('customers_name_idx').on(t.organizationId, t.name, t.id),
    index('customers_created_at_idx').on(t.organizationId, t.createdAt, t.id),
    index('customers_updated_at_idx').on(t.organizationId, t.updatedAt, t.id),
    index('customers_category_idx').on(t.organizationId, t.categoryId, t.id),
    index('customers_segmentation_idx').on(t.organizationId, t.segmentationId, t.id),
    index('customers_region_idx').on(t.organizationId, t.regionId, t.id),
    index('customers_created_by_idx').on(t.organizationId, t.createdById, t.id),
    index('customers_parent_idx').on(t.organizationId, t.parentId, t.id).where(sql`${t.parentId} is not null`),
    index('customers_inactive_idx').on(t.organizationId, t.id).where(sql`not ${t.isActive}`),
    index('customers_on_hold_idx').on(t.organizationId, t.id).where(sql`${t.onHold}`),
    foreignKey({
      name: 'customers_parent_fkey',
      columns: [t.organizationId, t.parentId],
      foreignColumns: [t.organizationId, t.id],
    }),
    foreignKey({
      name: 'customers_category_fkey',
      columns: [t.organizationId, t.categoryId],
      foreignColumns: [categories.organizationId, categories.id],
    }),
    foreignKey({
      name: 'customers_segmentation_fkey',
      columns: [t.organizationId, t.segmentationId],
      foreignColumns: [segmentations.organizationId, segmentations.id],
    }),
    foreignKey({
      name: 'customers_region_fkey',
      columns: [t.organizationId, t.regionId],
      foreignColumns: [regions.organizationId, regions.id],
    }),
    foreignKey({
      name: 'customers_created_by_fkey',
      columns: [t.organizationId, t.createdById],
      foreignColumns: [users.organizationId, users.id],
    }),
    foreignKey({
      name: 'customers_logo_fkey',
      columns: [t.organizationId, t.logoId],
      foreignColumns: [pictures.organizationId, pictures.id],
    }),
    check('customers_parent_check', sql`${t.parentId} <> ${t.id}`),
    check('customers_kind_check', sql`${t.kind} in ('PERSON', 'COMPANY', 'UNDEFINED')`),
    check('customers_payment_terms_check', sql`${t.paymentTermsStart} is null or ${t.paymentTermsDays} is not null`),
    check('customers_phones_check', sql`jsonb_typeof(${t.phones}) = 'array'`),
    check('customers_identity_check', sql`(${t.identitySealed} is null) = (${t.identityIndex} is null)`),
  ],
);

/** Which payment types a customer may use. */
export const customerPaymentTypes = pgTable(
  'customer_payment_types',
  {
    organizationId: organizationId(),
    customerId: safeInt('customer_id').notNull(),
    paymentTypeId: safeInt('payment_type_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'customer_payment_types_pkey', columns: [t.organizationId, t.customerId, t.paymentTypeId] }),
    index('customer_payment_types_payment_type_idx').on(t.organizationId, t.paymentTypeId, t.customerId),
    foreignKey({
      name: 'customer_payment_types_customer_fkey',
      columns: [t.organizationId, t.customerId],
      foreignColumns: [customers.organizationId, customers.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'customer_payment_types_payment_type_fkey',
      columns: [t.organizationId, t.paymentTypeId],
      foreignColumns: [paymentTypes.organizationId, paymentTypes.id],
    }),
  ],
);
