import { contacts } from '../db/tables/contacts.ts';
import { ContactBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { Contact, Customer, User } from './nouns.ts';
import { Picture } from './picture.ts';
import { referenceQueries } from './reference-list.ts';

Contact.ref.implement({
  description: 'A person to speak to at a customer.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([contacts.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Contact', row.id),
    }),
    numericId: t.column(contacts.id, { description: 'The integer of `/api/v1.0/contacts/{id}`.' }),
    reference: t.column(contacts.reference, { description: 'Unique in the organization.' }),
    firstName: t.column(contacts.firstName, { description: 'First name.' }),
    lastName: t.column(contacts.lastName, { description: 'Last name.' }),
    jobTitle: t.column(contacts.jobTitle, { description: 'What the person does there.' }),
    isDecisionMaker: t.column(contacts.isDecisionMaker, { description: 'Whether the person decides.' }),
    email: t.column(contacts.email, { description: 'Email.' }),
    phone: t.column(contacts.phone, { description: 'Phone as typed.' }),
    phone2: t.column(contacts.phone2, { description: 'Second phone as typed.' }),
    mobile: t.column(contacts.mobile, { description: 'Mobile phone as typed.' }),
    fax: t.column(contacts.fax, { description: 'Fax as typed.' }),
    line1: t.column(contacts.line1, { description: 'Address line.' }),
    postalCode: t.column(contacts.postalCode, { description: 'Postal code with its leading zeros.' }),
    city: t.column(contacts.city, { description: 'City or postal place.' }),
    country: t.column(contacts.country, { description: 'ISO 3166-1 alpha-2 code.' }),
    customer: t.one(Customer as never, { from: contacts.customerId, description: 'The customer.' }),
    user: t.one(User as never, {
      from: contacts.userId,
      nullable: true,
      description: 'The member of staff who looks after the person.',
    }),
    photo: t.one(Picture as never, { from: contacts.photoId, nullable: true, description: 'Photo.' }),
    createdAt: t.column(contacts.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(contacts.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(contacts.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(
  Contact as never,
  'contact',
  'contacts',
  ContactBy,
  { ...contacts, name: contacts.lastName },
  { one: 'The contact', many: 'Contacts' },
);
