import type { Identity } from '../domain/reference.ts';
import { type Fault, fault } from '../errors.ts';
import { builder } from './builder.ts';
import { type By, parseGlobalId } from './node.ts';

const keyWords =
  'The reference, or where no record has it the numericId in digits: for callers that know only one of them.';

/** `…By` of the resources that a reference identifies besides their ids. */
function byReference(name: string, what: string) {
  return builder.inputType(`${name}By`, {
    isOneOf: true,
    description: `Which ${what}: exactly one of its unique identities.`,
    fields: (t) => ({
      id: t.id({ description: 'The global id.' }),
      numericId: t.field({ type: 'SafeInt', description: 'The integer that the documented REST paths use.' }),
      reference: t.string({ description: 'The reference.' }),
      key: t.string({ description: keyWords }),
    }),
  });
}

export const CustomerBy = builder.inputType('CustomerBy', {
  isOneOf: true,
  description:
    'Which customer: exactly one of its unique identities. Emails, phones and national numbers are not unique: use `filter` or `customerLookup`.',
  fields: (t) => ({
    id: t.id({ description: 'The global id.' }),
    numericId: t.field({ type: 'SafeInt', description: 'The integer of `/api/v1.0/customers/{id}`.' }),
    reference: t.string({ description: 'The reference: Riverty’s customerNumber.' }),
    customerNumber: t.field({ type: 'SafeInt', description: 'The integer number: Connect’s customerNumber.' }),
    key: t.string({ description: keyWords }),
  }),
});
export const CategoryBy = byReference('Category', 'category');
export const SegmentationBy = byReference('Segmentation', 'segmentation');
export const PaymentTypeBy = byReference('PaymentType', 'payment type');
export const RegionBy = byReference('Region', 'region');
export const UserBy = byReference('User', 'member of staff');
export const ContactBy = byReference('Contact', 'contact');
export const DirectoryEntryBy = byReference('DirectoryEntry', 'directory entry');
export const LoginBy = builder.inputType('LoginBy', {
  isOneOf: true,
  description: 'Which login: exactly one of its unique identities.',
  fields: (t) => ({
    id: t.id({ description: 'The global id.' }),
    numericId: t.field({ type: 'SafeInt', description: 'The integer identity.' }),
    uniqueId: t.string({ description: 'The unique id: Connect’s `uniqueId`.' }),
  }),
});

/** An input's identity as the rooms below take it. An id of another type, or none at all, finds nothing. */
export function identityOf(name: string, by: By): Identity {
  if (typeof by.id === 'string') return { id: parseGlobalId(by.id, name)?.id ?? -1 };
  if (typeof by.numericId === 'number') return { id: by.numericId };
  const { id: _id, numericId: _numericId, ...rest } = by;
  const [entry] = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return entry ? (Object.fromEntries([entry]) as Identity) : { id: -1 };
}

/**
 * The faults of a new record that gets this identity, which must have the form that an input's own field has; what the input says
 * in its place is not asked for.
 */
export function identityFaults(identity: Identity, told: readonly Fault[]): Fault[] {
  const others = told.filter(({ path }) => !Object.hasOwn(identity, path[1] ?? ''));
  const own = Object.entries(identity).flatMap(([key, value]) => {
    const path = ['by', key];
    if (typeof value === 'string' && value.trim() === '') return [fault('VALUE_REQUIRED', path, 'must not be empty')];
    if (typeof value === 'string' && [...value].length > 100)
      return [fault('VALUE_TOO_LONG', path, 'is longer than 100 characters')];
    if (typeof value === 'number' && value < 1) return [fault('VALUE_INVALID', path, 'must be greater than 0')];
    return [];
  });
  return [...others, ...own];
}
