import { z } from 'zod';
import type { ResultOf } from '../graphql.ts';
import type { Facts } from '../route.ts';
import {
  createRecord,
  deleteRecord,
  type fields,
  listRecords,
  showRecord,
  updateRecord,
  upsertRecord,
} from './contact-operations.ts';
import { toLink, toPicture, toTime, wireLink } from './link.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { boolean, type Ids, identity, kept, picture, present, readId, required, type Told, text } from './params.ts';
import { commonFilters, lists, removals, saves, shows } from './resource.ts';

const optional = z.string().nullable();

const wire = z
  .strictObject({
    id: z.number().int(),
    reference: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    fonction: optional,
    isDecisionMaker: z.boolean(),
    email: optional,
    phone: optional,
    phone2: optional,
    mobile: optional,
    fax: optional,
    address: optional,
    postalCode: optional,
    city: optional,
    country: optional,
    photo: optional,
    customerReference: z.string(),
    customer: wireLink,
    user: z.strictObject({ id: z.number().int(), reference: z.string(), href: z.string() }).nullable(),
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'Contact' });

function toWire(contact: ResultOf<typeof fields>, facts: Facts): z.output<typeof wire> {
  const { customer, user } = contact;
  return {
    id: contact.numericId,
    reference: contact.reference,
    firstName: contact.firstName,
    lastName: contact.lastName,
    fonction: contact.jobTitle,
    isDecisionMaker: contact.isDecisionMaker,
    email: contact.email,
    phone: contact.phone,
    phone2: contact.phone2,
    mobile: contact.mobile,
    fax: contact.fax,
    address: contact.line1,
    postalCode: contact.postalCode,
    city: contact.city,
    country: contact.country,
    photo: toPicture(facts, contact.photo),
    customerReference: customer.reference,
    customer: toLink(facts, 'customers', customer),
    user: user && { id: user.numericId, reference: user.reference, href: `${facts.base}/users/${user.numericId}` },
    organization: facts.organization.reference,
    dateCreated: toTime(contact.createdAt),
    lastUpdated: toTime(contact.updatedAt),
  };
}

const parameters = {
  fonction: text,
  isDecisionMaker: boolean,
  email: text,
  phone: text,
  phone2: text,
  mobile: text,
  fax: text,
  address: text,
  postalCode: text,
  city: text,
  country: text,
  userId: text,
  imageFile: picture,
  useExternalId: boolean,
};
const createBody = checked(
  z.object({ reference: text, firstName: required, lastName: required, customerId: required, ...parameters }),
  'numeric',
);
const partial = { reference: kept, firstName: kept, lastName: kept, customerId: kept, ...parameters };
const updateBody = checked(z.object(partial), 'numeric');
const upsertBody = checked(z.object(partial), 'reference');

function checked<Shape extends z.ZodRawShape>(shape: z.ZodObject<Shape>, ids: Ids) {
  return shape.check(({ value, issues }) => {
    const body: Partial<Record<string, unknown>> = value;
    if (ids === 'reference' || body.useExternalId === true) return;
    for (const name of ['customerId', 'userId']) {
      const input = body[name];
      if (typeof input !== 'string' || readId(input) !== undefined) continue;
      issues.push({ code: 'custom', input, path: [name], message: 'type' satisfies Told, continue: true });
    }
  });
}

function toInput(body: z.output<typeof createBody> | z.output<typeof updateBody>, _facts: Facts, ids: Ids) {
  return present({
    reference: body.reference ?? undefined,
    firstName: body.firstName,
    lastName: body.lastName,
    customer: identity(body.customerId, ids, body.useExternalId) ?? undefined,
    jobTitle: body.fonction,
    isDecisionMaker: body.isDecisionMaker ?? undefined,
    email: body.email,
    phone: body.phone,
    phone2: body.phone2,
    mobile: body.mobile,
    fax: body.fax,
    line1: body.address,
    postalCode: body.postalCode,
    city: body.city,
    country: body.country,
    user: identity(body.userId, ids, body.useExternalId),
    photo: body.imageFile ?? undefined,
  });
}

const sorts = { ...referenceSorts, lastName: 'NAME' } as const;

const words = { path: '/contacts', what: 'contact', wire, toWire } as const;

/** Contacts: save is documented, the rest is by analogy (contracts, 4.12). */
export const contacts = [
  ...lists({
    ...words,
    query: listQuery(sorts, { reference: wildcard, name: wildcard }),
    sorts: sorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'CONTACT_NOT_FOUND' }),
  ...saves({
    ...words,
    create: { body: createBody, operation: createRecord },
    update: { body: updateBody, operation: updateRecord },
    upsert: { body: upsertBody, operation: upsertRecord },
    toInput,
  }),
  ...removals({ ...words, operation: deleteRecord }),
];
