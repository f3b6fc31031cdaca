import { sql } from 'drizzle-orm';
import { directoryEntries as d } from '../db/tables/directory.ts';
import { builder } from './builder.ts';
import { NationalIdentity } from './customer.ts';
import { DirectoryEntryBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { DirectoryEntry } from './nouns.ts';
import { Address, CompanyName, PersonName } from './parts.ts';
import { referenceQueries } from './reference-list.ts';

export const DirectoryEntryKind = builder.enumType('DirectoryEntryKind', {
  description: 'What a directory entry is about.',
  values: { PERSON: { description: 'A person.' }, COMPANY: { description: 'A company.' } } as const,
});

DirectoryEntry.ref.implement({
  description: 'A person or company of the register that look-ups consult.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([d.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('DirectoryEntry', row.id),
    }),
    numericId: t.column(d.id, { description: 'The integer identity.' }),
    reference: t.column(d.reference, { description: 'Unique in the organization.' }),
    kind: t.column(d.kind, { type: DirectoryEntryKind, description: 'Person or company.' }),
    person: t.part(
      PersonName as never,
      { firstName: d.firstName, middleName: d.middleName, lastName: d.lastName },
      { description: 'The person’s name.' },
    ),
    company: t.part(
      CompanyName as never,
      { name: d.companyName, organizationNumber: d.organizationNumber },
      { description: 'The company’s name and number.' },
    ),
    identity: t.computed([d.id, d.organizationId, d.identitySealed], {
      type: NationalIdentity,
      nullable: true,
      description: 'National identification number, masked.',
      compute: ({ id, organizationId, identitySealed }) =>
        identitySealed && { organizationId, table: 'directory_entries', rowId: id, sealed: identitySealed },
    }),
    phone: t.column(d.phone, { description: 'Phone as typed.' }),
    email: t.column(d.email, { description: 'Email.' }),
    address: t.part(
      Address as never,
      {
        line1: d.line1,
        line2: d.line2,
        line3: d.line3,
        street: d.street,
        streetNumber: d.streetNumber,
        entrance: d.entrance,
        postalCode: d.postalCode,
        city: d.city,
        country: d.country,
      },
      { description: 'Address.' },
    ),
    language: t.column(d.language, { description: 'Language tag.' }),
    createdAt: t.column(d.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(d.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(d.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(
  DirectoryEntry as never,
  'directoryEntry',
  'directoryEntries',
  DirectoryEntryBy,
  { ...d, name: sql`coalesce(${d.companyName}, ${d.lastName})` },
  { one: 'The directory entry', many: 'Directory entries' },
);
