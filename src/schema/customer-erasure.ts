import { type Erasure, eraseCustomer } from '../domain/customer-erase.ts';
import { builder } from './builder.ts';
import { CustomerBy, identityOf } from './identity.ts';
import { mutation, type PayloadFields, write } from './mutation.ts';
import { globalId } from './node.ts';

mutation('customerErase', {
  description:
    'Forgets a customer for good: the record with its contacts, pictures and logins, the values in its history, and the answers kept for repeated requests that tell of it. That it was erased, when and by whom, stays. May be asked again, and for a customer that was deleted before, by its id. Refused while subcustomers point at it.',
  scope: 'customers:erase',
  args: builder.args((t) => ({
    by: t.field({
      type: CustomerBy,
      required: true,
      description: 'Which customer; one that is gone already by `id` or `numericId`.',
    }),
  })),
  payload: (t: PayloadFields<Erasure>) => ({
    erasedId: t.id({
      description: 'The global id of whom nothing is known any more.',
      resolve: ({ id }) => globalId('Customer', id),
    }),
    erasedAt: t.field({ type: 'DateTime', description: 'When it was erased first.', resolve: ({ at }) => at }),
    credentialId: t.exposeString('credentialId', {
      nullable: true,
      description: 'Who erased it first: the credential’s id. Null when it was done by whoever runs the installation.',
    }),
  }),
  resolve: ({ by }, ctx) =>
    write(ctx, (tx) => eraseCustomer(tx, ctx.vault, ctx.caller.organizationId, identityOf('Customer', by))),
});
