import { users } from '../db/tables/users.ts';
import { builder } from './builder.ts';
import { UserBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { User } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';

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
