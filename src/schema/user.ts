import { z } from 'zod';
import { users } from '../db/tables/users.ts';
import { ApiError, fault } from '../errors.ts';
import { builder } from './builder.ts';
import * as gate from './gate.ts';
import { UserBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { User } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

const UserRole = builder.enumType('UserRole', {
  description: 'What a member of staff may do when signed in.',
  values: {
    ADMIN: { description: 'Everything.' },
    EDITOR: { description: 'Read and change customers and references.' },
    READER: { description: 'Read.' },
  } as const,
});

User.ref.implement({
  description: 'A member of the organization’s staff.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([users.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('User', row.id),
    }),
    numericId: t.column(users.id, { description: 'The integer of `/api/v1.0/users/{id}`.' }),
    reference: t.column(users.reference, { description: 'Unique in the organization.' }),
    firstName: t.column(users.firstName, { description: 'First name.' }),
    lastName: t.column(users.lastName, { description: 'Last name.' }),
    email: t.column(users.email, { description: 'Email.' }),
    role: t.column(users.role, { type: UserRole, description: 'What the user may do when signed in.' }),
    isActive: t.column(users.isActive, { description: 'Whether the user may sign in.' }),
    createdAt: t.column(users.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(users.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(users.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(
  User as never,
  'user',
  'users',
  UserBy,
  { ...users, name: users.lastName },
  { one: 'The member of staff', many: 'Members of staff' },
);

const userInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`User${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({ description: 'Unique in the organization, at most 100 characters.' }),
      firstName: t.string({ description: 'First name, at most 100 characters.' }),
      lastName: t.string({ description: 'Last name, at most 255 characters.' }),
      email: t.string({ description: 'Email.' }),
      role: t.field({
        type: UserRole,
        description: 'What the user may do when signed in. Default EDITOR. Needs the scope `credentials:write` too.',
      }),
      isActive: t.boolean({
        description: 'Whether the user may sign in. Default true. Needs the scope `credentials:write` too.',
      }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  firstName: gate.text(100).nullish(),
  lastName: gate.requiredText(255).nullish(),
  email: gate.email().nullish(),
  role: gate.kept(z.enum(['ADMIN', 'EDITOR', 'READER'])),
  isActive: gate.kept(z.boolean()),
});

referenceMutations({
  noun: User as never,
  field: 'user',
  words: { a: 'a member of staff', the: 'The member of staff' },
  by: UserBy as never,
  inputs: {
    create: userInput('Create', 'A new member of staff: reference and last name are needed.'),
    update: userInput('Update', 'Changes to a member of staff. Absent: unchanged; null: cleared.'),
    upsert: userInput('Upsert', 'A member of staff as it should be.'),
  },
  scopes: { write: 'references:write' },
  codes: { missing: 'USER_NOT_FOUND' },
  required: { reference: 'reference', lastName: 'lastName' },
  read: async (input, ctx) => {
    const { value, faults } = gate.pass(form, input);
    // A role is what a login may do: who may not give rights away may not raise his own by it.
    const rights = (['role', 'isActive'] as const).filter((key) => value[key] !== undefined);
    if (rights.length > 0 && !ctx.caller.scopes.has('credentials:write'))
      throw new ApiError(
        'FORBIDDEN',
        rights.map((key) => fault('FORBIDDEN', ['input', key])),
      );
    return { columns: value, faults };
  },
});
