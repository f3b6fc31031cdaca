import type { customers } from '../db/tables/customers.ts';
import type { DirectoryRow } from '../directory/entry.ts';
import type { References } from './references.ts';
import { idOf } from './references.ts';

type Written = Omit<typeof customers.$inferInsert, 'organizationId' | 'id' | 'customerNumber' | 'paymentId'>;

/** Where the Valomnia document's example customer stands: `NC-3`. */
export const valomniaAt = 3;
/** Where the Connect document's example customer stands. */
export const connectAt = 4;
/** The number that the Connect document's answers name. */
export const connectCustomerNumber = 563457;

/** The customer of the Valomnia document's answers, field by field ("Show"). */
export function valomniaCustomer(references: References): Written {
  const made = new Date('2015-12-17T23:00:00Z');
  return {
    reference: 'NC-3',
    name: "Marie's Jewelry",
    nameIsSet: true,
    kind: 'UNDEFINED',
    currency: 'EUR',
    billingCountry: 'FR',
    billingCity: 'Nice',
    billWithParent: true,
    creditLimit: '5000',
    paymentTermsDays: 7,
    paymentTermsStart: 'INVOICE_DATE',
    categoryId: idOf(references.categories, 'jewelry'),
    segmentationId: references.segmentations[0] ?? null,
    createdById: references.users[1] ?? null,
    createdAt: made,
    updatedAt: made,
  };
}

/** The customer of the Connect document's answers and of its search request. */
export function connectCustomer(references: References): Written {
  const made = new Date('2015-12-19T09:30:00Z');
  return {
    reference: 'NC-4',
    name: 'Ola Nordmann',
    kind: 'PERSON',
    firstName: 'Ola',
    middleName: 'Fjordstrand',
    lastName: 'Nordmann',
    companyName: 'Company International Ltd',
    department: 'Support',
    email: 'ola.nordmann@hotmail.no',
    otherEmails: ['ola.nordmann@company.com'],
    invoiceEmail: 'ola.nordmann@hotmail.no',
    phones: [{ number: '+4712345678', e164: '+4712345678', kind: 'personal', primary: true }],
    billingLine1: 'Grubbegata 6A',
    billingStreet: 'Grubbegata',
    billingStreetNumber: 6,
    billingEntrance: 'A',
    billingPostalCode: '0179',
    billingCity: 'Oslo',
    billingCountry: 'NO',
    language: 'nb',
    currency: 'NOK',
    productCodes: ['CO27409'],
    categoryId: idOf(references.categories, 'online'),
    createdById: references.users[1] ?? null,
    createdAt: made,
    updatedAt: made,
  };
}

/** Who signs in as the Connect document's customer. */
export const connectLogin = {
  uniqueId: 'abc123ee63461dd',
  credentials: [
    {
      credential: 'ola.nordmann@hotmail.no',
      credentialType: 'A_EMAIL_ADDRESS',
      verificationLevel: 'Externally_verified',
    },
    { credential: '+4712345678', credentialType: 'B_SMS_PHONE', verificationLevel: 'Not verified' },
  ],
};

/** The persons that the Riverty and Worldline documents look up. Gustav's number is the request's, of twelve digits. */
export const documentedEntries: readonly DirectoryRow[] = [
  {
    reference: 'tom-customer',
    kind: 'PERSON',
    firstName: 'Tom',
    lastName: 'Customer',
    identity: '02016126007',
    phone: '+4712345678',
    email: 'tom.customer@mail.com',
    line1: 'Customer Street 1',
    postalCode: '0002',
    city: 'CSTM',
    country: 'NO',
  },
  {
    reference: 'gustav-adolfs',
    kind: 'PERSON',
    firstName: 'Gustav',
    lastName: 'Adolfs',
    identity: '012345678901',
    phone: '0123456789',
    email: 'gustav.adolfs@stockholm.se',
    line1: 'Gustav Adolfs torg 22',
    postalCode: '111 52',
    city: 'Stockholm',
    country: 'SE',
  },
];
