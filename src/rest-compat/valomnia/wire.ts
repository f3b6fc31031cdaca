import { z } from 'zod';
import type { ResultOf } from '../graphql.ts';
import type { Facts } from '../route.ts';
import type { customerFields } from './customer-fields.ts';
import { type Named, toLink, toPicture, toTime, toUserLink, wireLink, wireUserLink } from './link.ts';

const optional = z.string().nullable();
const number = z.number().nullable();

/** The customer as every service answers it (contracts, 4.3). */
export const wireCustomer = z
  .strictObject({
    id: z.number().int(),
    reference: z.string(),
    reference2: optional,
    name: z.string(),
    categoryReference: optional,
    customerCategory: wireLink.nullable(),
    isSubCustomer: z.boolean(),
    parentCustomer: wireLink.nullable(),
    billWithParent: z.boolean(),
    customerSegmentationReference: optional,
    customerSegmentation: wireLink.nullable(),
    pocTenus: z.null(),
    email: optional,
    logo: optional,
    phone: optional,
    mobile: optional,
    fax: optional,
    comment: optional,
    barcode: optional,
    isSameAddress: z.boolean(),
    billingCountry: optional,
    billingCity: optional,
    billingPostalCode: optional,
    billingAddress: optional,
    billingLat: number,
    billingLng: number,
    country: optional,
    city: optional,
    postalCode: optional,
    address: optional,
    latitude: number,
    longitude: number,
    isCredit: z.boolean().nullable(),
    creditLimit: number,
    balance: number,
    maxChequePeriod: z.null(),
    maxChequeValue: z.null(),
    appliedCashBackOutput: z.null(),
    returnDiscount: z.null(),
    invoicesPerRoute: z.null(),
    isActive: z.boolean(),
    onHold: z.boolean(),
    onHoldReason: optional,
    paymentTerm: z.null(),
    createdBy: wireUserLink.nullable(),
    dueDateConfigNumber: z.number().int().nullable(),
    dueDateConfigType: z.enum(['daysAfterInvoiceDate', 'daysAfterEndOfInvoiceMonth']).nullable(),
    paymentTypes: z.array(wireLink),
    website: optional,
    taxNumber: optional,
    companyRegistrationNumber: optional,
    contacts: z.array(
      z.strictObject({
        id: z.number().int(),
        firstName: z.string(),
        lastName: z.string(),
        href: z.string(),
      }),
    ),
    currency: z.string(),
    customerRisk: optional,
    customerRiskColor: optional,
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
    region: z.strictObject({ id: z.number().int(), name: z.string(), href: z.string() }).nullable().optional(),
  })
  .meta({ id: 'Customer' });

const termsStart = {
  INVOICE_DATE: 'daysAfterInvoiceDate',
  INVOICE_MONTH_END: 'daysAfterEndOfInvoiceMonth',
} as const;

/** One of ours in the documented words. */
export function toWire(customer: ResultOf<typeof customerFields>, facts: Facts): z.output<typeof wireCustomer> {
  const { billingAddress: billing, shippingAddress: shipping, category, segmentation, paymentTerms, region } = customer;
  const link = (collection: string, record: Named | null) => toLink(facts, collection, record);
  return {
    id: customer.numericId,
    reference: customer.reference,
    reference2: customer.reference2,
    name: customer.name,
    categoryReference: category.reference,
    customerCategory: link('customerCategories', category),
    isSubCustomer: customer.isSubcustomer,
    parentCustomer: link('customers', customer.parent),
    billWithParent: customer.billWithParent,
    customerSegmentationReference: segmentation?.reference ?? null,
    customerSegmentation: link('customerSegmentations', segmentation),
    pocTenus: null,
    email: customer.email,
    logo: toPicture(facts, customer.logo),
    phone: customer.phone,
    mobile: customer.mobile,
    fax: customer.fax,
    comment: customer.comment,
    barcode: customer.barcode,
    isSameAddress: customer.shippingSameAsBilling,
    billingCountry: billing?.country ?? null,
    billingCity: billing?.city ?? null,
    billingPostalCode: billing?.postalCode ?? null,
    billingAddress: billing?.line1 ?? null,
    billingLat: billing?.latitude ?? null,
    billingLng: billing?.longitude ?? null,
    country: shipping?.country ?? null,
    city: shipping?.city ?? null,
    postalCode: shipping?.postalCode ?? null,
    address: shipping?.line1 ?? null,
    latitude: shipping?.latitude ?? null,
    longitude: shipping?.longitude ?? null,
    isCredit: customer.isCredit,
    creditLimit: toNumber(customer.creditLimit),
    balance: toNumber(customer.balance),
    maxChequePeriod: null,
    maxChequeValue: null,
    appliedCashBackOutput: null,
    returnDiscount: null,
    invoicesPerRoute: null,
    isActive: customer.isActive,
    onHold: customer.onHold,
    onHoldReason: customer.onHoldReason,
    paymentTerm: null,
    createdBy: toUserLink(facts, customer.createdBy),
    dueDateConfigNumber: paymentTerms?.days ?? null,
    dueDateConfigType: paymentTerms?.start ? termsStart[paymentTerms.start] : null,
    paymentTypes: customer.paymentTypes.map((type) => ({
      id: type.numericId,
      reference: type.reference,
      name: type.name,
      href: `${facts.base}/paymentTypes/${type.numericId}`,
    })),
    website: customer.website,
    taxNumber: customer.taxNumber,
    companyRegistrationNumber: customer.company?.organizationNumber ?? null,
    contacts: customer.contacts.map(({ numericId, firstName, lastName }) => ({
      id: numericId,
      firstName,
      lastName,
      href: `${facts.base}/contacts/${numericId}`,
    })),
    currency: customer.currency,
    customerRisk: customer.risk,
    customerRiskColor: customer.riskColor,
    organization: facts.organization.reference,
    dateCreated: toTime(customer.createdAt),
    lastUpdated: toTime(customer.updatedAt),
    ...(facts.organization.regionLevel !== null && {
      region: region
        ? { id: region.numericId, name: region.name, href: `${facts.base}/regions/${region.numericId}` }
        : null,
    }),
  };
}

const toNumber = (decimal: string | null) => (decimal === null ? null : Number(decimal));
