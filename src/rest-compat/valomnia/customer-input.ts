import { z } from 'zod';
import type { VariablesOf } from '../graphql.ts';
import type { Facts } from '../route.ts';
import type { updateCustomer } from './customer-operations.ts';
import {
  boolean,
  decimal,
  double,
  type Ids,
  id,
  identity,
  integer,
  kept,
  type Present,
  picture,
  present,
  readId,
  recordId,
  required,
  type Told,
  text,
} from './params.ts';
import { paymentTypeIds } from './payment-type-ids.ts';

const parameters = {
  reference2: text,
  barcode: text,
  isActive: boolean,
  categoryId: text,
  isSubCustomer: boolean,
  parentCustomer: recordId,
  billWithParent: boolean,
  customerSegmentationId: text,
  userId: text,
  isSameAddress: boolean,
  billingCountry: text,
  billingCity: text,
  billingPostalCode: text,
  billingAddress: text,
  billingLat: double,
  billingLng: double,
  country: text,
  city: text,
  postalCode: text,
  address: text,
  latitude: double,
  longitude: double,
  email: text,
  phone: text,
  mobile: text,
  fax: text,
  comment: text,
  website: text,
  creditLimit: decimal,
  dueDateConfigNumber: integer,
  dueDateConfigType: text,
  taxNumber: text,
  companyRegistrationNumber: text,
  currency: text,
  imageFile: picture,
  paymentTypes: paymentTypeIds,
  regionId: id,
  customerRisk: text,
  customerRiskColor: text,
  onHold: boolean,
  onHoldReason: text,
  useExternalId: boolean,
};

/** Create: `reference` and `name` are required (contracts, 4.6). */
export const createBody = checked(z.object({ reference: required, name: required, ...parameters }), 'numeric').meta({
  id: 'NewCustomer',
});
/** Update by id: everything is optional (contracts, 4.7). */
export const updateBody = checked(z.object({ reference: kept, name: kept, ...parameters }), 'numeric').meta({
  id: 'CustomerChange',
});
/** Upsert by reference; `name` is required when it creates, which the operation tells (contracts, 4.8). */
export const upsertBody = checked(z.object({ reference: kept, name: kept, ...parameters }), 'reference').meta({
  id: 'CustomerUpsert',
});

export type CustomerBody = z.output<typeof updateBody>;
type Input = VariablesOf<typeof updateCustomer>['input'];

const startOf = {
  1: 'INVOICE_DATE',
  2: 'INVOICE_MONTH_END',
  daysAfterInvoiceDate: 'INVOICE_DATE',
  daysAfterEndOfInvoiceMonth: 'INVOICE_MONTH_END',
} as const;

/** Rules over several parameters; they are told even when others are wrong, as a missing one comes first. */
function checked<Shape extends z.ZodRawShape>(shape: z.ZodObject<Shape>, ids: Ids) {
  return shape.check((context) => {
    const body: Partial<Record<keyof typeof parameters, unknown>> = context.value;
    const tell = (name: keyof typeof parameters, told: Told) =>
      context.issues.push({ code: 'custom', input: body[name], path: [name], message: told, continue: true });
    const empty = (name: keyof typeof parameters) => body[name] === undefined || body[name] === null;
    if (body.isSubCustomer === true && empty('parentCustomer')) tell('parentCustomer', 'missing');
    if (!empty('dueDateConfigType')) {
      if (empty('dueDateConfigNumber')) tell('dueDateConfigNumber', 'missing');
      if (!Object.hasOwn(startOf, String(body.dueDateConfigType))) tell('dueDateConfigType', 'rule');
    }
    if (ids === 'reference' || body.useExternalId === true) return;
    const wrong = (value: unknown) => typeof value === 'string' && readId(value) === undefined;
    for (const name of ['categoryId', 'parentCustomer', 'customerSegmentationId', 'userId'] as const) {
      if (wrong(body[name])) tell(name, 'type');
    }
    if (Array.isArray(body.paymentTypes) && body.paymentTypes.some(wrong)) tell('paymentTypes', 'type');
  });
}

/** What the body says, in our words: absent stays absent, empty is null where a customer can be without. */
export function toInput(body: CustomerBody, facts: Facts, ids: Ids): Input {
  const by = (value: string | null | undefined) => identity(value, ids, body.useExternalId);
  return present({
    reference: body.reference,
    name: body.name,
    reference2: body.reference2,
    barcode: body.barcode,
    isActive: body.isActive ?? undefined,
    category: by(body.categoryId) ?? undefined,
    parent: body.isSubCustomer === false ? null : by(body.parentCustomer),
    billWithParent: body.billWithParent ?? undefined,
    segmentation: by(body.customerSegmentationId),
    createdBy: by(body.userId),
    shippingSameAsBilling: body.isSameAddress ?? undefined,
    billingAddress: toAddress({
      country: body.billingCountry,
      city: body.billingCity,
      postalCode: body.billingPostalCode,
      line1: body.billingAddress,
      latitude: body.billingLat,
      longitude: body.billingLng,
    }),
    shippingAddress: toAddress({
      country: body.country,
      city: body.city,
      postalCode: body.postalCode,
      line1: body.address,
      latitude: body.latitude,
      longitude: body.longitude,
    }),
    email: body.email,
    phone: body.phone,
    mobile: body.mobile,
    fax: body.fax,
    comment: body.comment,
    website: body.website,
    creditLimit: body.creditLimit,
    paymentTerms: toTerms(body),
    taxNumber: body.taxNumber,
    company:
      body.companyRegistrationNumber === undefined ? undefined : { organizationNumber: body.companyRegistrationNumber },
    currency: body.currency ?? undefined,
    logo: body.imageFile ?? undefined,
    paymentTypes: body.paymentTypes?.map((value) => by(value)).filter((value) => value !== null && value !== undefined),
    // Regions mean nothing to an organization without geographical locations (contracts, 4.6).
    region: facts.organization.regionLevel === null ? undefined : toRegion(body.regionId),
    risk: body.customerRisk,
    riskColor: body.customerRiskColor,
    onHold: body.onHold ?? undefined,
    onHoldReason: body.onHoldReason,
  });
}

function toRegion(value: number | null | undefined) {
  return value === null || value === undefined ? value : { numericId: value };
}

function toAddress<Words extends object>(words: Words): Present<Words> | undefined {
  const said = present(words);
  return Object.keys(said).length > 0 ? said : undefined;
}

function toTerms({ dueDateConfigNumber: days, dueDateConfigType: type }: CustomerBody) {
  if (days === null) return null;
  if (days === undefined && type === undefined) return undefined;
  return present({ days, start: type === null || type === undefined ? type : startOf[type as keyof typeof startOf] });
}
