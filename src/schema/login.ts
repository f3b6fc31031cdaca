import { logins } from '../db/tables/logins.ts';
import { globalId, Node } from './node.ts';
import { Customer, Login } from './nouns.ts';

Login.ref.implement({
  description: 'Somebody who signs in as a customer.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([logins.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Login', row.id),
    }),
    numericId: t.column(logins.id, { description: 'The integer identity.' }),
    uniqueId: t.column(logins.uniqueId, { description: 'Unique in the organization: Connect’s `uniqueId`.' }),
    customer: t.one(Customer as never, { from: logins.customerId, description: 'The customer.' }),
    createdAt: t.column(logins.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(logins.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(logins.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});
