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
} from './category-operations.ts';
import { toLink, toPicture, toTime, wireLink } from './link.ts';
import { listQuery, referenceSorts, wildcard } from './list.ts';
import { boolean, type Ids, identity, kept, picture, present, readId, required, type Told, text } from './params.ts';
import { commonFilters, lists, removals, saves, shows } from './resource.ts';

const wire = z
  .strictObject({
    id: z.number().int(),
    name: z.string(),
    isRoot: z.boolean(),
    parentId: z.number().int().nullable(),
    parentCategory: wireLink.nullable(),
    reference: z.string(),
    description: z.string().nullable(),
    image: z.string().nullable(),
    organization: z.string(),
    dateCreated: z.string(),
    lastUpdated: z.string(),
  })
  .meta({ id: 'CustomerCategory' });

function toWire(category: ResultOf<typeof fields>, facts: Facts): z.output<typeof wire> {
  return {
    id: category.numericId,
    name: category.name,
    isRoot: category.isRoot,
    parentId: category.parent?.numericId ?? null,
    parentCategory: toLink(facts, 'customerCategories', category.parent),
    reference: category.reference,
    description: category.description,
    image: toPicture(facts, category.picture),
    organization: facts.organization.reference,
    dateCreated: toTime(category.createdAt),
    lastUpdated: toTime(category.updatedAt),
  };
}

const parameters = { isRoot: boolean, parentId: text, description: text, image: picture, useExternalId: boolean };
const createBody = checked(z.object({ reference: required, name: required, ...parameters }), 'create');
const updateBody = checked(z.object({ reference: kept, name: kept, ...parameters }), 'update');
const upsertBody = checked(z.object({ reference: kept, name: kept, ...parameters }), 'upsert');

/** `parentId` is required unless root; an update leaves the parent alone when neither is said. */
function checked<Shape extends z.ZodRawShape>(shape: z.ZodObject<Shape>, verb: 'create' | 'update' | 'upsert') {
  return shape.check(({ value, issues }) => {
    const body: Partial<Record<keyof typeof parameters, unknown>> = value;
    const tell = (message: Told) =>
      issues.push({ code: 'custom', input: body.parentId, path: ['parentId'], message, continue: true });
    const empty = body.parentId === undefined || body.parentId === null;
    if (empty && (body.isRoot === false || (verb === 'create' && (body.isRoot ?? null) === null))) tell('missing');
    const numeric = verb !== 'upsert' && body.useExternalId !== true;
    if (numeric && typeof body.parentId === 'string' && readId(body.parentId) === undefined) tell('type');
  });
}

function toInput(body: z.output<typeof updateBody>, _facts: Facts, ids: Ids) {
  return present({
    reference: body.reference,
    name: body.name,
    description: body.description,
    parent: body.isRoot ? null : (identity(body.parentId, ids, body.useExternalId) ?? undefined),
    picture: body.image ?? undefined,
  });
}

const words = { path: '/customerCategories', what: 'customer category', wire, toWire } as const;

/** Customer categories (contracts, 4.12). */
export const customerCategories = [
  ...lists({
    ...words,
    query: listQuery(referenceSorts, { reference: wildcard, name: wildcard }),
    sorts: referenceSorts,
    operation: listRecords,
    filter: commonFilters,
  }),
  ...shows({ ...words, operation: showRecord, missing: 'CATEGORY_NOT_FOUND' }),
  ...saves({
    ...words,
    create: { body: createBody, operation: createRecord },
    update: { body: updateBody, operation: updateRecord },
    upsert: { body: upsertBody, operation: upsertRecord },
    toInput,
  }),
  ...removals({ ...words, operation: deleteRecord }),
];
