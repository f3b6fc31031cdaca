import type { Phone } from '../db/tables/customers.ts';
import { builder } from './builder.ts';
import type { Row } from './loader.ts';

/** Objects made of columns of one row, shared by customers, contacts and directory entries. Their fields are named as the columns given to `part`. */
export const PersonName = builder.objectRef<Row>('PersonName').implement({
  description: 'A person’s name.',
  fields: (t) => ({
    firstName: t.expose('firstName' as never, { type: 'String', nullable: true, description: 'First name.' }),
    middleName: t.expose('middleName' as never, { type: 'String', nullable: true, description: 'Middle name.' }),
    lastName: t.expose('lastName' as never, { type: 'String', nullable: true, description: 'Last name.' }),
  }),
});

export const CompanyName = builder.objectRef<Row>('CompanyName').implement({
  description: 'A company’s name and number.',
  fields: (t) => ({
    name: t.expose('name' as never, { type: 'String', nullable: true, description: 'Registered name.' }),
    department: t.expose('department' as never, {
      type: 'String',
      nullable: true,
      description: 'Department of the company.',
    }),
    organizationNumber: t.expose('organizationNumber' as never, {
      type: 'String',
      nullable: true,
      description: 'Company registration number, as written.',
    }),
  }),
});

export const Address = builder.objectRef<Row>('Address').implement({
  description:
    'A postal address in every grain that a dialect asks for. Lines are kept as sent; street, number and entrance are kept as sent or parsed where that is certain.',
  fields: (t) => ({
    line1: t.expose('line1' as never, { type: 'String', nullable: true, description: 'Address line 1.' }),
    line2: t.expose('line2' as never, { type: 'String', nullable: true, description: 'Address line 2.' }),
    line3: t.expose('line3' as never, { type: 'String', nullable: true, description: 'Address line 3.' }),
    careOf: t.expose('careOf' as never, { type: 'String', nullable: true, description: 'Care of.' }),
    street: t.expose('street' as never, { type: 'String', nullable: true, description: 'Street without the number.' }),
    streetNumber: t.expose('streetNumber' as never, { type: 'Int', nullable: true, description: 'House number.' }),
    entrance: t.expose('entrance' as never, { type: 'String', nullable: true, description: 'Entrance letter.' }),
    postalCode: t.expose('postalCode' as never, {
      type: 'String',
      nullable: true,
      description: 'Postal code with its leading zeros.',
    }),
    city: t.expose('city' as never, { type: 'String', nullable: true, description: 'City or postal place.' }),
    country: t.expose('country' as never, { type: 'String', nullable: true, description: 'ISO 3166-1 alpha-2 code.' }),
    latitude: t.expose('latitude' as never, { type: 'Float', nullable: true, description: 'Degrees north.' }),
    longitude: t.expose('longitude' as never, { type: 'Float', nullable: true, description: 'Degrees east.' }),
  }),
});

export const PhoneType = builder.objectRef<Phone>('Phone').implement({
  description: 'One phone of a customer.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'As typed.' }),
    e164: t.exposeString('e164', { nullable: true, description: 'In E.164, when it can be read.' }),
    kind: t.exposeString('kind', {
      nullable: true,
      description: 'Free text; `mobile` and `fax` are the ones that have a field of their own.',
    }),
    primary: t.exposeBoolean('primary', { description: 'Whether it is the primary phone. There is at most one.' }),
  }),
});

export const PaymentTermsStart = builder.enumType('PaymentTermsStart', {
  description: 'From when the days of payment terms count.',
  values: {
    INVOICE_DATE: { description: 'From the date of the invoice.' },
    INVOICE_MONTH_END: { description: 'From the end of the invoice’s month.' },
  } as const,
});

export const PaymentTerms = builder.objectRef<Row>('PaymentTerms').implement({
  description: 'When an invoice is due.',
  fields: (t) => ({
    days: t.expose('days' as never, { type: 'Int', nullable: true, description: 'Number of days.' }),
    start: t.expose('start' as never, {
      type: PaymentTermsStart,
      nullable: true,
      description: 'From when they count.',
    }),
  }),
});

export const PersonNameInput = builder.inputType('PersonNameInput', {
  description: 'A person’s name. Absent: unchanged; null: cleared.',
  fields: (t) => ({
    firstName: t.string({ description: 'First name.' }),
    middleName: t.string({ description: 'Middle name.' }),
    lastName: t.string({ description: 'Last name.' }),
  }),
});
export const CompanyNameInput = builder.inputType('CompanyNameInput', {
  description: 'A company’s name and number. Absent: unchanged; null: cleared.',
  fields: (t) => ({
    name: t.string({ description: 'Registered name.' }),
    department: t.string({ description: 'Department.' }),
    organizationNumber: t.string({ description: 'Company registration number.' }),
  }),
});
export const PhoneInput = builder.inputType('PhoneInput', {
  description: 'One phone.',
  fields: (t) => ({
    number: t.string({
      required: true,
      description: 'In any format; without `+` it is read in the organization’s country.',
    }),
    kind: t.string({ description: 'Free text of at most 30 characters: `mobile`, `fax`, `personal`, `company`…' }),
    primary: t.boolean({
      description: 'Make it the primary phone. When none is, the first that is no fax becomes it.',
    }),
  }),
});
export const AddressInput = builder.inputType('AddressInput', {
  description:
    'Parts of an address. Absent: unchanged; null: cleared. Street, number and entrance are parsed from line 1 where that is certain and they are not given.',
  fields: (t) => ({
    line1: t.string({ description: 'Address line 1.' }),
    line2: t.string({ description: 'Address line 2.' }),
    line3: t.string({ description: 'Address line 3.' }),
    careOf: t.string({ description: 'Care of.' }),
    street: t.string({ description: 'Street without the number.' }),
    streetNumber: t.int({ description: 'House number.' }),
    entrance: t.string({ description: 'Entrance letter.' }),
    postalCode: t.string({ description: 'Postal code.' }),
    city: t.string({ description: 'City or postal place.' }),
    country: t.string({
      description: 'ISO 3166-1 code (two or three letters) or English name; stored as two letters.',
    }),
    latitude: t.float({ description: 'Degrees north, -90 to 90.' }),
    longitude: t.float({ description: 'Degrees east, -180 to 180.' }),
  }),
});
export const PaymentTermsInput = builder.inputType('PaymentTermsInput', {
  description: 'When an invoice is due. `start` needs `days`.',
  fields: (t) => ({
    days: t.int({ description: 'Number of days, 0 to 999.' }),
    start: t.field({ type: PaymentTermsStart, description: 'From when they count.' }),
  }),
});
export const PictureInput = builder.inputType('PictureInput', {
  description: 'A picture: JPEG, GIF, PNG or BMP by its content, at most 2 MB and 25 megapixels.',
  fields: (t) => ({
    fileName: t.string({ required: true, description: 'A name to show; it never becomes a path.' }),
    data: t.field({ type: 'Base64', required: true, description: 'The file.' }),
  }),
});
