import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { contacts } from '../db/tables/contacts.ts';
import { customers } from '../db/tables/customers.ts';
import { users } from '../db/tables/users.ts';
import { storePicture } from '../domain/picture.ts';
import { resolveReference, whereIdentity } from '../domain/reference.ts';
import type { Fault } from '../errors.ts';
import { builder, type Tx } from './builder.ts';
import { readPicture } from './customer-input.ts';
import * as gate from './gate.ts';
import { ContactBy, CustomerBy, identityOf, UserBy } from './identity.ts';
import type { Row } from './loader.ts';
import { type By, globalId, Node } from './node.ts';
import { Contact, Customer, User } from './nouns.ts';
import { PictureInput } from './parts.ts';
import { Picture } from './picture.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

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
  {
    args: (arg) => ({ customer: arg({ type: CustomerBy, description: 'Only those of this customer.' }) }),
    where: ({ customer }, organizationId) =>
      customer
        ? sql`${contacts.customerId} = (select ${customers.id} from ${customers} where ${customers.organizationId} = ${organizationId}::bigint and ${whereIdentity(customers, identityOf('Customer', customer as By), organizationId)})`
        : undefined,
  },
);

const contactInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Contact${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({
        description: 'Unique in the organization; made by the server when a new contact has none.',
      }),
      customer: t.field({ type: CustomerBy, description: 'The customer.' }),
      firstName: t.string({ description: 'First name, at most 100 characters.' }),
      lastName: t.string({ description: 'Last name, at most 255 characters.' }),
      jobTitle: t.string({ description: 'What the person does there.' }),
      isDecisionMaker: t.boolean({ description: 'Whether the person decides. Default false.' }),
      email: t.string({ description: 'Email.' }),
      phone: t.string({ description: 'Phone, kept as typed.' }),
      phone2: t.string({ description: 'Second phone, kept as typed.' }),
      mobile: t.string({ description: 'Mobile phone, kept as typed.' }),
      fax: t.string({ description: 'Fax, kept as typed.' }),
      line1: t.string({ description: 'Address line.' }),
      postalCode: t.string({ description: 'Postal code.' }),
      city: t.string({ description: 'City or postal place.' }),
      country: t.string({ description: 'ISO 3166-1 code or English name; stored as two letters.' }),
      user: t.field({ type: UserBy, description: 'The member of staff who looks after the person.' }),
      photo: t.field({ type: PictureInput, description: 'Photo; null takes it away.' }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  firstName: gate.requiredText(100).nullish(),
  lastName: gate.requiredText(255).nullish(),
  jobTitle: gate.text(255).nullish(),
  isDecisionMaker: gate.kept(z.boolean()),
  email: gate.email().nullish(),
  phone: gate.text(40).nullish(),
  phone2: gate.text(40).nullish(),
  mobile: gate.text(40).nullish(),
  fax: gate.text(40).nullish(),
  line1: gate.text(255).nullish(),
  postalCode: gate.text(20).nullish(),
  city: gate.text(100).nullish(),
  country: gate.country.nullish(),
});

referenceMutations({
  noun: Contact as never,
  field: 'contact',
  words: { a: 'a contact', the: 'The contact' },
  by: ContactBy as never,
  inputs: {
    create: contactInput('Create', 'A new contact: customer, first and last name are needed.'),
    update: contactInput('Update', 'Changes to a contact. Absent: unchanged; null: cleared.'),
    upsert: contactInput('Upsert', 'A contact as it should be.'),
  },
  scopes: { write: 'customers:write' },
  codes: { missing: 'CONTACT_NOT_FOUND' },
  required: { reference: 'reference', customerId: 'customer', firstName: 'firstName', lastName: 'lastName' },
  picture: 'photoId',
  defaults: async () => ({ reference: `ct-${crypto.randomUUID()}` }),
  read: async ({ customer, user, photo, ...plain }, { caller }) => {
    const { value, faults } = gate.pass(form, plain);
    const decoded = photo ? await readPicture(photo, caller.organizationId, ['input', 'photo'], faults) : photo;
    return {
      columns: value,
      faults,
      resolve: async (tx: Tx, _current: Row | null, found: Fault[]) => {
        const at = (key: string) => ['input', key];
        const [customerId, userId] = await Promise.all([
          customer
            ? resolveReference(
                { tx },
                customers,
                identityOf('Customer', customer),
                'CUSTOMER_NOT_FOUND',
                at('customer'),
                found,
              )
            : customer,
          user ? resolveReference({ tx }, users, identityOf('User', user), 'USER_NOT_FOUND', at('user'), found) : user,
        ]);
        const photoId = decoded ? await storePicture(tx, decoded.fileName, decoded.picture) : decoded;
        return {
          ...(customerId !== undefined && { customerId }),
          ...(userId !== undefined && { userId }),
          ...(photoId !== undefined && { photoId }),
        };
      },
    };
  },
});
