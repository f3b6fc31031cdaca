import { z } from 'zod';
import { segmentations } from '../db/tables/references.ts';
import { builder } from './builder.ts';
import * as gate from './gate.ts';
import { SegmentationBy } from './identity.ts';
import { globalId, Node } from './node.ts';
import { Segmentation } from './nouns.ts';
import { referenceQueries } from './reference-list.ts';
import { referenceMutations } from './reference-mutation.ts';

Segmentation.ref.implement({
  description: 'A group of customers for selling and reporting.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([segmentations.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Segmentation', row.id),
    }),
    numericId: t.column(segmentations.id, { description: 'The integer of `/api/v1.0/customerSegmentations/{id}`.' }),
    reference: t.column(segmentations.reference, { description: 'Unique in the organization.' }),
    name: t.column(segmentations.name, { description: 'Name.' }),
    description: t.column(segmentations.description, { description: 'Who belongs here.' }),
    createdAt: t.column(segmentations.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(segmentations.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(segmentations.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

referenceQueries(Segmentation as never, 'segmentation', 'segmentations', SegmentationBy, segmentations, {
  one: 'The segmentation',
  many: 'Segmentations',
});

const segmentationInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Segmentation${verb}Input`, {
    description,
    fields: (t) => ({
      reference: t.string({ description: 'Unique in the organization, at most 100 characters.' }),
      name: t.string({ description: 'Name, at most 255 characters.' }),
      description: t.string({ description: 'Who belongs here, at most 10,000 characters.' }),
    }),
  });

const form = z.object({
  reference: gate.requiredText(100).nullish(),
  name: gate.requiredText(255).nullish(),
  description: gate.text(10_000).nullish(),
});

referenceMutations({
  noun: Segmentation as never,
  field: 'segmentation',
  words: { a: 'a segmentation', the: 'The segmentation' },
  by: SegmentationBy as never,
  inputs: {
    create: segmentationInput('Create', 'A new segmentation: reference and name are needed.'),
    update: segmentationInput('Update', 'Changes to a segmentation. Absent: unchanged; null: cleared.'),
    upsert: segmentationInput('Upsert', 'A segmentation as it should be.'),
  },
  scopes: { write: 'references:write' },
  codes: { missing: 'SEGMENTATION_NOT_FOUND' },
  required: { reference: 'reference', name: 'name' },
  read: async (input) => {
    const { value, faults } = gate.pass(form, input);
    return { columns: value, faults };
  },
});
