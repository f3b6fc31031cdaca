import { contacts } from '../db/tables/contacts.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { logins } from '../db/tables/logins.ts';
import { paymentTypes } from '../db/tables/references.ts';
import { identityPlace } from '../domain/sealed-identity.ts';
import { fault, refuse } from '../errors.ts';
import { mask } from '../vault.ts';
import { builder } from './builder.ts';
import { CustomerKind } from './customer-kind.ts';
import { globalId, Node } from './node.ts';
import {
  Category,
  Contact,
  Customer,
  type CustomerRow,
  Login,
  PaymentType,
  Region,
  Segmentation,
  User,
} from './nouns.ts';
import { Address, CompanyName, PaymentTerms, PersonName, PhoneType } from './parts.ts';
import { Picture } from './picture.ts';

const c = customers;

/** A sealed number and the row it is bound to. */
interface Sealed {
  organizationId: number;
  table: 'customers' | 'directory_entries';
  rowId: number;
  sealed: Buffer;
}

export const NationalIdentity = builder.objectRef<Sealed>('NationalIdentity').implement({
  description: 'A national identification number. It is stored sealed and answered masked.',
  fields: (t) => ({
    masked: t.string({
      description: 'Its last characters: enough to recognise, not enough to use.',
      resolve: (s, _args, { vault }) => mask(vault.open(identityPlace(s.organizationId, s.table, s.rowId), s.sealed)),
    }),
    value: t.string({
      nullable: true,
      description:
        'The number itself, for a stated purpose. Each reveal is kept in the customer’s history, with the purpose and without the number.',
      authScopes: { scope: 'identities:reveal' },
      args: { purpose: t.arg.string({ required: true, description: 'Why it is needed, in a few words for the log.' }) },
      resolve: (s, { purpose }, ctx) => {
        const { organizationId, credentialId } = ctx.caller;
        if (purpose.trim() === '') throw refuse([fault('VALUE_REQUIRED', ['purpose'])]);
        ctx.reveals.push({ table: s.table, rowId: s.rowId, purpose: [...purpose].slice(0, 200).join('') });
        // The purpose stands in the history alone: people write names into it.
        const { requestId } = ctx;
        ctx.log.info({ requestId, organizationId, credentialId, table: s.table, rowId: s.rowId }, 'identity revealed');
        return ctx.vault.open(identityPlace(organizationId, s.table, s.rowId), s.sealed);
      },
    }),
  }),
});

const address = (prefix: 'billing' | 'shipping') => ({
  line1: c[`${prefix}Line1`],
  line2: c[`${prefix}Line2`],
  line3: c[`${prefix}Line3`],
  careOf: c[`${prefix}CareOf`],
  street: c[`${prefix}Street`],
  streetNumber: c[`${prefix}StreetNumber`],
  entrance: c[`${prefix}Entrance`],
  postalCode: c[`${prefix}PostalCode`],
  city: c[`${prefix}City`],
  country: c[`${prefix}Country`],
  latitude: c[`${prefix}Latitude`],
  longitude: c[`${prefix}Longitude`],
});

const phoneOf = (row: CustomerRow, is: (phone: CustomerRow['phones'][number]) => boolean) =>
  row.phones.find(is)?.number ?? null;

Customer.ref.implement({
  description: 'A person or company that buys. What one dialect writes, all others and GraphQL read.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([c.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Customer', row.id),
    }),
    numericId: t.column(c.id, { description: 'The integer of `/api/v1.0/customers/{id}`.' }),
    reference: t.column(c.reference, { description: 'Unique in the organization: Riverty’s customerNumber.' }),
    customerNumber: t.column(c.customerNumber, { description: 'Unique integer number: Connect’s customerNumber.' }),
    version: t.column(c.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
    kind: t.column(c.kind, { type: CustomerKind, description: 'Person or company.' }),
    name: t.column(c.name, { description: 'Display name, as printed on an invoice.' }),
    person: t.part(
      PersonName as never,
      { firstName: c.firstName, middleName: c.middleName, lastName: c.lastName },
      { description: 'The person’s name.' },
    ),
    company: t.part(
      CompanyName as never,
      { name: c.companyName, department: c.department, organizationNumber: c.organizationNumber },
      { description: 'The company’s name and number.' },
    ),
    identity: t.computed([c.id, c.organizationId, c.identitySealed], {
      type: NationalIdentity,
      nullable: true,
      description: 'National identification number, masked.',
      compute: ({ id, organizationId, identitySealed }) =>
        identitySealed && { organizationId, table: 'customers', rowId: id, sealed: identitySealed },
    }),
    email: t.column(c.email, { description: 'Primary email.' }),
    emails: t.computed([c.email, c.otherEmails], {
      type: ['String'],
      description: 'All emails, the primary one first.',
      compute: ({ email, otherEmails }) => (email === null ? otherEmails : [email, ...otherEmails]),
    }),
    invoiceEmail: t.column(c.invoiceEmail, { description: 'Where invoices are sent.' }),
    phone: t.computed([c.phones], {
      type: 'String',
      nullable: true,
      description: 'Primary phone as typed.',
      compute: (row) => phoneOf(row, (phone) => phone.primary),
    }),
    mobile: t.computed([c.phones], {
      type: 'String',
      nullable: true,
      description: 'First phone of kind `mobile` as typed.',
      compute: (row) => phoneOf(row, (phone) => phone.kind === 'mobile'),
    }),
    fax: t.computed([c.phones], {
      type: 'String',
      nullable: true,
      description: 'First phone of kind `fax` as typed.',
      compute: (row) => phoneOf(row, (phone) => phone.kind === 'fax'),
    }),
    phones: t.computed([c.phones], { type: [PhoneType], description: 'All phones.', compute: (row) => row.phones }),
    billingAddress: t.part(Address as never, address('billing'), { description: 'Billing (legal) address.' }),
    shippingAddress: t.part(Address as never, address('shipping'), {
      description: 'Shipping address, when one was given.',
    }),
    shippingSameAsBilling: t.column(c.shippingSameAsBilling, {
      description: 'Whether goods go to the billing address.',
    }),
    language: t.column(c.language, { description: 'Language tag.' }),
    currency: t.column(c.currency, { description: 'ISO 4217 code.' }),
    creditLimit: t.column(c.creditLimit, { description: 'Credit limit in that currency.' }),
    balance: t.column(c.balance, { description: 'Balance in that currency.' }),
    isCredit: t.column(c.isCredit, { description: 'Whether the customer may buy on credit.' }),
    paymentTerms: t.part(
      PaymentTerms as never,
      { days: c.paymentTermsDays, start: c.paymentTermsStart },
      { description: 'When invoices are due.' },
    ),
    taxNumber: t.column(c.taxNumber, { description: 'Tax or VAT number.' }),
    risk: t.column(c.risk, { description: 'Risk, in the organization’s own words.', staff: true }),
    riskColor: t.column(c.riskColor, { description: 'Colour of the risk, `#RRGGBB`.', staff: true }),
    riskScore: t.column(c.riskScore, { description: 'Individual risk score.', staff: true }),
    existingCustomer: t.column(c.existingCustomer, { description: 'Whether the person was a customer before.' }),
    isActive: t.column(c.isActive, { description: 'Whether the customer may buy.' }),
    onHold: t.column(c.onHold, { description: 'Whether selling is stopped for now.' }),
    onHoldReason: t.column(c.onHoldReason, { description: 'Why it is stopped.', staff: true }),
    paymentId: t.column(c.paymentId, { description: 'Payment id of 21 digits, made with the customer and kept.' }),
    reference2: t.column(c.reference2, { description: 'A second reference, not unique.' }),
    barcode: t.column(c.barcode, { description: 'Barcode.' }),
    comment: t.column(c.comment, { description: 'Anything to remember.', staff: true }),
    website: t.column(c.website, { description: 'Website.' }),
    productCodes: t.column(c.productCodes, { description: 'Codes of the products that the customer has.' }),
    isSubcustomer: t.computed([c.parentId], {
      type: 'Boolean',
      description: 'Whether there is a parent.',
      compute: (row) => row.parentId !== null,
    }),
    billWithParent: t.column(c.billWithParent, { description: 'Whether invoices go to the parent.' }),
    parent: t.one(Customer as never, { from: c.parentId, nullable: true, description: 'The customer above this one.' }),
    category: t.one(Category as never, { from: c.categoryId, description: 'Category.' }),
    segmentation: t.one(Segmentation as never, {
      from: c.segmentationId,
      nullable: true,
      description: 'Segmentation.',
    }),
    region: t.one(Region as never, { from: c.regionId, nullable: true, description: 'Region.' }),
    createdBy: t.one(User as never, {
      from: c.createdById,
      nullable: true,
      description: 'The member of staff who made it.',
    }),
    logo: t.one(Picture as never, { from: c.logoId, nullable: true, description: 'Logo.' }),
    paymentTypes: t.many(
      PaymentType as never,
      { key: customerPaymentTypes.customerId, through: customerPaymentTypes.paymentTypeId, order: paymentTypes.id },
      { description: 'How the customer may pay.' },
    ),
    contacts: t.many(
      Contact as never,
      { key: contacts.customerId, order: contacts.id },
      { description: 'People to speak to.' },
    ),
    logins: t.many(
      Login as never,
      { key: logins.customerId, order: logins.id },
      { own: true, description: 'Who signs in as this customer.' },
    ),
    createdAt: t.column(c.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(c.updatedAt, { description: 'When it was last changed.' }),
  }),
});
