import { z } from 'zod';
import { paymentTypes } from '../db/tables/references.ts';
import { builder } from './builder.ts';
import * as gate from './gate.ts';
import { PaymentTypeBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { PaymentType } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

PaymentType.ref.implement({
  description: 'A way in which a customer may pay.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([paymentTypes.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('PaymentType', row.id),
    }),
    numericId: t.column(paymentTypes.id, { description: 'The integer of `/api/v1.0/paymentTypes/{id}`.' }),
    reference: t.column(paymentTypes.reference, { description: 'Unique in the organization.' }),
    name: t.column(paymentTypes.name, { description: 'Name.' }),
    isActive: t.column(paymentTypes.isActive, { description: 'Whether it may be chosen.' }),
    createdAt: t.column(paymentTypes.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(paymentTypes.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(paymentTypes.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(PaymentType as never, 'paymentType', 'paymentTypes', PaymentTypeBy, paymentTypes, {
  one: 'The payment type',
  many: 'Payment types',
});

const paymentTypeInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`PaymentType${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({ description: 'Unique in the organization, at most 100 characters.' }),
      name: t.string({ description: 'Name, at most 255 characters.' }),
      isActive: t.boolean({ description: 'Whether it may be chosen. Default true.' }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  name: gate.requiredText(255).nullish(),
  isActive: gate.kept(z.boolean()),
});

referenceMutations({
  noun: PaymentType as never,
  field: 'paymentType',
  words: { a: 'a payment type', the: 'The payment type' },
  by: PaymentTypeBy as never,
  inputs: {
    create: paymentTypeInput('Create', 'A new payment type: reference and name are needed.'),
    update: paymentTypeInput('Update', 'Changes to a payment type. Absent: unchanged.'),
    upsert: paymentTypeInput('Upsert', 'A payment type as it should be.'),
  },
  scopes: { write: 'references:write' },
  codes: { missing: 'PAYMENT_TYPE_NOT_FOUND' },
  required: { reference: 'reference', name: 'name' },
  read: async (input) => {
    const { value, faults } = gate.pass(form, input);
    return { columns: value, faults };
  },
});
