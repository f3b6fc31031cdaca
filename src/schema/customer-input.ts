import { z } from 'zod';
import type { CustomerChange } from '../domain/customer-change.ts';
import type { CustomerWrite } from '../domain/customer-write.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import { decodePicture } from '../pictures/decode.ts';
import { builder } from './builder.ts';
import { CustomerKind } from './customer-kind.ts';
import * as gate from './gate.ts';
import { CategoryBy, CustomerBy, identityOf, PaymentTypeBy, RegionBy, SegmentationBy, UserBy } from './identity.ts';
import type { By } from './node.ts';
import {
  AddressInput,
  CompanyNameInput,
  PaymentTermsInput,
  PersonNameInput,
  PhoneInput,
  PictureInput,
} from './parts.ts';

/** Payment types that a customer may have: no more are looked up. */
const mostTypes = 250;

const customerInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Customer${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({
        description:
          'Unique in the organization, at most 100 characters. Made by the server when a new customer has none.',
      }),
      customerNumber: t.field({ type: 'SafeInt', description: 'Unique integer number; the identity unless given.' }),
      kind: t.field({ type: CustomerKind, description: 'Person or company; guessed from the names unless given.' }),
      name: t.string({
        description: 'Display name. Made from person or company until it is set; null makes it follow them again.',
      }),
      person: t.field({ type: PersonNameInput, description: 'The person’s name.' }),
      company: t.field({ type: CompanyNameInput, description: 'The company’s name and number.' }),
      identity: t.string({ description: 'National identification number. Sealed at rest, answered masked.' }),
      email: t.string({ description: 'The primary email; the others stay.' }),
      emails: t.stringList({ description: 'All emails, the primary one first; replaces the list.' }),
      invoiceEmail: t.string({ description: 'Where invoices are sent.' }),
      phone: t.string({ description: 'The primary phone; the others stay.' }),
      mobile: t.string({ description: 'The phone of kind `mobile`; the others stay.' }),
      fax: t.string({ description: 'The phone of kind `fax`; the others stay.' }),
      phones: t.field({ type: [PhoneInput], description: 'All phones; replaces the list.' }),
      voicePhones: t.field({
        type: [PhoneInput],
        description: 'All phones but the fax numbers; replaces those, and the fax numbers stay.',
      }),
      keepPhonesAsTyped: t.boolean({
        description:
          'A phone given in E.164 that the customer has already stays as it was typed: for lists that only know E.164. Default false.',
      }),
      billingAddress: t.field({
        type: AddressInput,
        description: 'Billing (legal) address; only the given parts change.',
      }),
      shippingAddress: t.field({ type: AddressInput, description: 'Shipping address; only the given parts change.' }),
      shippingSameAsBilling: t.boolean({ description: 'Whether goods go to the billing address. Default true.' }),
      language: t.string({ description: 'Language tag, as `nb` or `fr-TN`.' }),
      currency: t.string({ description: 'One of the organization’s currencies; its first unless given.' }),
      creditLimit: t.field({ type: 'Decimal', description: 'Credit limit in the customer’s currency.' }),
      balance: t.field({ type: 'Decimal', description: 'Balance in the customer’s currency.' }),
      isCredit: t.boolean({ description: 'Whether the customer may buy on credit.' }),
      paymentTerms: t.field({ type: PaymentTermsInput, description: 'When invoices are due.' }),
      taxNumber: t.string({ description: 'Tax or VAT number.' }),
      risk: t.string({ description: 'Risk, in the organization’s own words.' }),
      riskColor: t.string({ description: 'Colour of the risk, `#RRGGBB`.' }),
      riskScore: t.field({ type: 'Decimal', description: 'Individual risk score.' }),
      existingCustomer: t.boolean({ description: 'Whether the person was a customer before.' }),
      isActive: t.boolean({ description: 'Whether the customer may buy. Default true.' }),
      onHold: t.boolean({ description: 'Whether selling is stopped for now. Default false.' }),
      onHoldReason: t.string({ description: 'Why it is stopped.' }),
      reference2: t.string({ description: 'A second reference, not unique.' }),
      barcode: t.string({ description: 'Barcode.' }),
      comment: t.string({ description: 'Anything to remember, at most 10,000 characters.' }),
      website: t.string({ description: 'Website.' }),
      productCodes: t.stringList({ description: 'Codes of the products that the customer has; replaces the list.' }),
      parent: t.field({ type: CustomerBy, description: 'The customer above this one; null takes it from there.' }),
      billWithParent: t.boolean({ description: 'Whether invoices go to the parent. Default false.' }),
      category: t.field({ type: CategoryBy, description: 'Category; the first root unless given.' }),
      segmentation: t.field({ type: SegmentationBy, description: 'Segmentation.' }),
      region: t.field({
        type: RegionBy,
        description: 'Region; ignored where the organization uses no geographical places.',
      }),
      createdBy: t.field({
        type: UserBy,
        description: 'The member of staff who made it; the caller, or the first, unless given.',
      }),
      paymentTypes: t.field({ type: [PaymentTypeBy], description: 'How the customer may pay; replaces the list.' }),
      logo: t.field({ type: PictureInput, description: 'Logo; null takes it away.' }),
    }),
  });

export const CustomerCreateInput = customerInput(
  'Create',
  'A new customer. Its name is `name`, or that of the person or company, or else its reference.',
);
export const CustomerUpdateInput = customerInput(
  'Update',
  'Changes to a customer. Absent: unchanged; null: cleared, or unchanged where a customer always has a value.',
);
export const CustomerUpsertInput = customerInput(
  'Upsert',
  'A customer as it should be. Absent: unchanged, or the default when it is made.',
);
export type CustomerInput = typeof CustomerCreateInput.$inferInput;

/** A person's and a company's name. */
export const personForm = z.object({
  firstName: gate.text(100).nullish(),
  middleName: gate.text(100).nullish(),
  lastName: gate.text(255).nullish(),
});
export const companyForm = z.object({
  name: gate.text(255).nullish(),
  department: gate.text(100).nullish(),
  organizationNumber: gate.written(50).nullish(),
});
/** A postal address in all its grains. */
export const addressForm = z.object({
  line1: gate.text(255).nullish(),
  line2: gate.text(255).nullish(),
  line3: gate.text(255).nullish(),
  careOf: gate.text(100).nullish(),
  street: gate.text(255).nullish(),
  streetNumber: z.number().int().nullish(),
  entrance: gate.text(20).nullish(),
  postalCode: gate.text(20).nullish(),
  city: gate.text(100).nullish(),
  country: gate.country.nullish(),
  latitude: gate.latitude.nullish(),
  longitude: gate.longitude.nullish(),
});

const phoneList = (country: string) =>
  gate
    .list(
      z
        .object({ number: gate.phone(country), kind: gate.text(30).nullish(), primary: z.boolean().nullish() })
        .transform(({ number, kind, primary }) => ({ ...number, kind: kindOf(kind), primary: primary === true })),
    )
    .nullish();

/** `mobile` and `fax` have fields of their own in every tongue, however they are written; other kinds stay as they are. */
const kindOf = (kind: string | null | undefined): string | null =>
  kind && /^(mobile|fax)$/i.test(kind) ? kind.toLowerCase() : (kind ?? null);

/** What a customer's values must look like, read in the organization's country. */
const customerForm = (country: string) =>
  z.object({
    reference: gate.requiredText(100).nullish(),
    customerNumber: z.number().int().positive().nullish(),
    kind: z.enum(['PERSON', 'COMPANY', 'UNDEFINED']).nullish(),
    name: gate.requiredText(255).nullish(),
    person: personForm.nullish(),
    company: companyForm.nullish(),
    identity: gate.written(50).nullish(),
    email: gate.email().nullish(),
    emails: gate.list(gate.email()).nullish(),
    invoiceEmail: gate.email().nullish(),
    phone: gate.phone(country).nullish(),
    mobile: gate.phone(country).nullish(),
    fax: gate.phone(country).nullish(),
    phones: phoneList(country),
    voicePhones: phoneList(country),
    keepPhonesAsTyped: z.boolean().nullish(),
    billingAddress: addressForm.nullish(),
    shippingAddress: addressForm.nullish(),
    shippingSameAsBilling: z.boolean().nullish(),
    language: gate.language.nullish(),
    currency: gate.currency.nullish(),
    creditLimit: z.string().nullish(),
    balance: z.string().nullish(),
    isCredit: z.boolean().nullish(),
    paymentTerms: z
      .object({
        days: z.number().int().min(0).max(999).nullish(),
        start: z.enum(['INVOICE_DATE', 'INVOICE_MONTH_END']).nullish(),
      })
      .nullish(),
    taxNumber: gate.text(100).nullish(),
    risk: gate.text(255).nullish(),
    riskColor: gate.color.nullish(),
    riskScore: z.string().nullish(),
    existingCustomer: z.boolean().nullish(),
    isActive: z.boolean().nullish(),
    onHold: z.boolean().nullish(),
    onHoldReason: gate.text(1000).nullish(),
    reference2: gate.text(255).nullish(),
    barcode: gate.text(255).nullish(),
    comment: gate.text(10_000).nullish(),
    website: gate.text(2048).nullish(),
    productCodes: gate.list(gate.requiredText(50)).nullish(),
    billWithParent: z.boolean().nullish(),
  });

/** One form for each country: making one costs far more than using it. */
const forms = new Map<string, ReturnType<typeof customerForm>>();
function formFor(country: string) {
  const form = forms.get(country) ?? customerForm(country);
  forms.set(country, form);
  return form;
}

/** The organization in which an input is read. */
interface Home {
  id: number;
  country: string;
}

/** An input as the write takes it: values checked, identities read, the picture decoded. Waits for nobody but the decoder. */
export async function readCustomerInput(
  input: CustomerInput,
  { id, country }: Home,
  at: (string | number)[] = ['input'],
): Promise<CustomerWrite> {
  const { parent, category, segmentation, region, createdBy, paymentTypes, logo, ...plain } = input;
  const { value, faults } = gate.pass(formFor(country), plain, at);
  const one = (name: string, by: By | null | undefined) => (by ? identityOf(name, by) : by);
  const change: CustomerChange = {
    ...value,
    parent: one('Customer', parent),
    category: one('Category', category),
    segmentation: one('Segmentation', segmentation),
    region: one('Region', region),
    createdBy: one('User', createdBy),
    paymentTypes: paymentTypes
      ? paymentTypes.slice(0, mostTypes).map((by) => identityOf('PaymentType', by))
      : paymentTypes === null
        ? []
        : undefined,
  };
  if ((paymentTypes?.length ?? 0) > mostTypes) faults.push(fault('LIST_TOO_LONG', [...at, 'paymentTypes']));
  return {
    change,
    faults,
    ...(logo !== undefined && { logo: logo && (await readPicture(logo, id, [...at, 'logo'], faults)) }),
  };
}

/** A picture input, decoded in the organization's turn; undefined and a fault when it cannot be. */
export async function readPicture(
  { fileName, data }: typeof PictureInput.$inferInput,
  organizationId: number,
  path: (string | number)[],
  faults: Fault[],
) {
  try {
    return { fileName, picture: await decodePicture(data, organizationId) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'INVALID_INPUT') throw error;
    faults.push(fault(error.code, path));
    return undefined;
  }
}
