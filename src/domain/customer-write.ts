import { asc, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { ownId } from '../db/own.ts';
import type { References } from '../db/references.ts';
import { insertOne, updateOne } from '../db/rows.ts';
import { contacts } from '../db/tables/contacts.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import type { organizations } from '../db/tables/organizations.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import { ApiError, type Fault, fault, refuse } from '../errors.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import type { Vault } from '../vault.ts';
import { applyChange, type CustomerChange, type CustomerRow, type PlainColumns } from './customer-change.ts';
import { defaultsFor } from './customer-defaults.ts';
import { removePicture, storePicture } from './picture.ts';
import { type Identity, idOf, type Looking, resolveReference, whereIdentity } from './reference.ts';
import { same, sameColumn } from './same.ts';
import { sealIdentity } from './sealed-identity.ts';

/** What every write of a customer needs besides its transaction. */
export interface CustomerWriter extends Looking {
  /** What is remembered of the organization, and holds: then nothing is asked that it, or a key of the database, tells too. */
  references: References | null;
  /** What a new customer gets that says nothing, where that is known. */
  defaults?: PlainColumns;
  vault: Vault;
  organization: typeof organizations.$inferSelect;
  /** The member of staff behind the credential, who becomes the creator unless another is named. */
  userId: number | null;
  /** A customer's global id, for the conflicts that name one. */
  globalId: (id: number) => string;
}

/** A change, its logo already decoded, and what was wrong with its form. */
export interface CustomerWrite {
  change: CustomerChange;
  /** Null takes the logo away. */
  logo?: { fileName: string; picture: DecodedPicture } | null | undefined;
  faults: readonly Fault[];
}

interface Resolved {
  columns: PlainColumns;
  paymentTypeIds: number[] | null;
  faults: readonly Fault[];
}

/** A customer and what became of it. */
export interface Written {
  row: CustomerRow;
  outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED';
  /** What was asked for. */
  change: CustomerChange;
}

const input = (...path: (string | number)[]) => ['input', ...path];

/** A customer that may be made. */
interface NewCustomer {
  columns: PlainColumns & { name: string };
  paymentTypeIds: number[] | null;
  change: CustomerChange;
  logo: CustomerWrite['logo'];
}

/** Makes a customer. All faults of form, missing records and conflicts are told at once. */
export const createCustomer = async (writer: CustomerWriter, write: CustomerWrite): Promise<Written> =>
  makeCustomer(writer, await checkCustomer(writer, write));

/** What a new customer would be. Writes nothing; all faults of form, missing records and conflicts are told at once. */
export async function checkCustomer(writer: CustomerWriter, write: CustomerWrite): Promise<NewCustomer> {
  const change = { ...write.change, reference: write.change.reference ?? generatedReference() };
  const [resolved, defaults, taken] = await Promise.all([
    resolve(writer, change, null),
    writer.defaults ?? defaultsFor(writer, change),
    // Its keys refuse what is taken; who it was is told by whoever comes without references.
    writer.references ? [] : conflicts(writer, change, null),
  ]);
  const faults = [...write.faults, ...resolved.faults, ...taken];
  const columns = { ...defaults, ...applyChange(null, change), ...resolved.columns };
  const { name } = columns;
  if (name === undefined) faults.push(fault('VALUE_REQUIRED', input('name'), 'a name is required'));
  checkRules(writer, columns, null, faults);
  if (name === undefined || faults.length > 0) throw refuse(faults);
  return { columns: { ...columns, name }, paymentTypeIds: resolved.paymentTypeIds, change, logo: write.logo };
}

/** Makes a customer that was found good. */
export async function makeCustomer(writer: CustomerWriter, made: NewCustomer): Promise<Written> {
  const { tx } = writer;
  const { columns, paymentTypeIds, change, logo } = made;
  const identity = await seal(writer, change, null);
  const logoId = logo ? await storePicture(tx, logo.fileName, logo.picture) : null;
  const row = await insertOne(tx, customers, { ...columns, ...identity, logoId });
  if (paymentTypeIds?.length) await pair(tx, row.id, paymentTypeIds);
  return { row, outcome: 'CREATED', change };
}

/**
 * Changes the customer as long as it is what `current` says, which the caller holds locked or has just read. A change that changes nothing
 * raises no version.
 */
export async function changeCustomer(
  writer: CustomerWriter,
  current: CustomerRow,
  write: CustomerWrite,
): Promise<Written> {
  const { tx } = writer;
  const [resolved, pairs, taken] = await Promise.all([
    resolve(writer, write.change, current),
    write.change.paymentTypes === undefined ? null : paired(tx, current.id),
    writer.references ? [] : conflicts(writer, write.change, current),
  ]);
  const faults = [...write.faults, ...resolved.faults, ...taken];
  const columns = { ...applyChange(current, write.change), ...resolved.columns };
  checkRules(writer, columns, current, faults);
  if (faults.length > 0) throw refuse(faults);

  const next: PlainColumns = { ...columns, ...(await seal(writer, write.change, current)) };
  if (write.logo) next.logoId = await storePicture(tx, write.logo.fileName, write.logo.picture);
  if (write.logo === null) next.logoId = null;
  const changed = Object.fromEntries(
    Object.entries(next).filter(([key, value]) => !sameColumn(key, value, (current as Record<string, unknown>)[key])),
  );
  const ids = resolved.paymentTypeIds;
  const pairsChanged = ids !== null && pairs !== null && !same([...ids].sort(byValue), pairs);
  if (Object.keys(changed).length === 0 && !pairsChanged)
    return { row: current, outcome: 'UNCHANGED', change: write.change };

  if (pairsChanged) {
    await tx.delete(customerPaymentTypes).where(eq(customerPaymentTypes.customerId, current.id));
    if (ids.length > 0) await pair(tx, current.id, ids);
  }
  // A change of pairs alone is a change of the customer too: the trigger raises its version.
  const set = Object.keys(changed).length > 0 ? changed : { name: current.name };
  const row = await updateOne(tx, customers, { id: current.id, version: current.version }, set);
  if (!row) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
  if (next.logoId !== undefined && current.logoId !== null && current.logoId !== next.logoId)
    await removePicture(tx, current.logoId);
  return { row, outcome: 'UPDATED', change: write.change };
}

/** Deletes a customer with what is its own; CUSTOMER_IN_USE while subcustomers point at it. */
export async function deleteCustomer(tx: Tx, current: CustomerRow): Promise<void> {
  const photos = await tx.select({ id: contacts.photoId }).from(contacts).where(eq(contacts.customerId, current.id));
  await tx.delete(customers).where(eq(customers.id, current.id));
  for (const { id } of photos) if (id !== null) await removePicture(tx, id);
  if (current.logoId !== null) await removePicture(tx, current.logoId);
}

/** `c-` and a UUID: a reference that nobody gave (contracts, 2.4). */
export function generatedReference(): string {
  return `c-${crypto.randomUUID()}`;
}

const byValue = (a: number, b: number) => a - b;

async function resolve(writer: CustomerWriter, change: CustomerChange, current: CustomerRow | null): Promise<Resolved> {
  // They are told in this order, whichever answer comes first.
  const told: Fault[][] = [];
  const place = () => {
    const faults: Fault[] = [];
    told.push(faults);
    return faults;
  };
  const one = async (
    table: Parameters<typeof resolveReference>[1],
    identity: Identity | null | undefined,
    code: Fault['code'],
    key: string,
  ) => (identity ? resolveReference(writer, table, identity, code, input(key), place()) : identity);
  const [categoryId, segmentationId, regionId, createdById, parentId, types] = await Promise.all([
    one(categories, change.category, 'CATEGORY_NOT_FOUND', 'category'),
    one(segmentations, change.segmentation, 'SEGMENTATION_NOT_FOUND', 'segmentation'),
    resolveRegion(writer, change.region, place()),
    one(users, change.createdBy, 'USER_NOT_FOUND', 'createdBy'),
    one(customers, change.parent, 'PARENT_NOT_FOUND', 'parent'),
    change.paymentTypes
      ? Promise.all(
          change.paymentTypes.map((by, i) =>
            resolveReference(writer, paymentTypes, by, 'PAYMENT_TYPE_NOT_FOUND', input('paymentTypes', i), place()),
          ),
        )
      : change.paymentTypes,
  ]);
  if (current && typeof parentId === 'number') await checkParent(writer.tx, current.id, parentId, place());
  return {
    columns: {
      ...(typeof categoryId === 'number' && { categoryId }),
      ...(segmentationId !== undefined && { segmentationId }),
      ...(regionId !== undefined && { regionId }),
      ...(createdById !== undefined && { createdById }),
      ...(parentId !== undefined && { parentId }),
    },
    paymentTypeIds: types === undefined ? null : [...new Set((types ?? []).filter((id) => id !== null))],
    faults: told.flat(),
  };
}

/** Without geographical places a region is ignored; above the organization's level it is refused (contracts, 4.6). */
async function resolveRegion(
  { tx, organization }: CustomerWriter,
  identity: Identity | null | undefined,
  faults: Fault[],
) {
  if (!identity || organization.regionLevel === null) return identity === null ? null : undefined;
  const [region] = await tx.select().from(regions).where(whereIdentity(regions, identity)).limit(1);
  if (!region) faults.push(fault('REGION_NOT_FOUND', input('region')));
  else if (region.level < organization.regionLevel) faults.push(fault('REGION_LEVEL', input('region')));
  return region?.id;
}

/** Neither the customer itself nor any customer below it may become its parent. */
async function checkParent(tx: Tx, id: number, parentId: number, faults: Fault[]): Promise<void> {
  if (id === parentId) {
    faults.push(fault('PARENT_IS_SELF', input('parent')));
    return;
  }
  // Two parents set at once could close a loop that neither saw: such changes go one after the other.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('customer tree ' || current_setting('clientele.organization_id'), 0))`,
  );
  const [loop] = await tx.execute(sql`
    with recursive above(id) as (
      select parent_id from ${customers} where organization_id = ${ownId} and id = ${parentId}
      union select c.parent_id from ${customers} c join above on c.id = above.id
        where c.organization_id = ${ownId} and above.id is not null)
    select 1 from above where id = ${id}`);
  if (loop) faults.push(fault('PARENT_LOOP', input('parent')));
}

async function conflicts(
  writer: CustomerWriter,
  change: CustomerChange,
  current: CustomerRow | null,
): Promise<Fault[]> {
  const taken = async (identity: Identity, code: Fault['code'], key: string): Promise<Fault[]> => {
    const id = await idOf(writer, customers, identity);
    if (id === null || id === current?.id) return [];
    return [{ ...fault(code, input(key)), existingId: writer.globalId(id) }];
  };
  const told = await Promise.all([
    change.reference && change.reference !== current?.reference
      ? taken({ reference: change.reference }, 'REFERENCE_TAKEN', 'reference')
      : [],
    change.customerNumber && change.customerNumber !== current?.customerNumber
      ? taken({ customerNumber: change.customerNumber }, 'CUSTOMER_NUMBER_TAKEN', 'customerNumber')
      : [],
  ]);
  return told.flat();
}

/** Adds the faults of rules that several columns, or the organization, must keep. */
export function checkRules(
  { organization }: CustomerWriter,
  columns: PlainColumns,
  current: CustomerRow | null,
  faults: Fault[],
): void {
  const { currency } = columns;
  if (currency && currency !== current?.currency && !organization.currencies.includes(currency)) {
    faults.push(fault('CURRENCY_NOT_CONFIGURED', input('currency')));
  }
  const days = columns.paymentTermsDays === undefined ? current?.paymentTermsDays : columns.paymentTermsDays;
  const start = columns.paymentTermsStart === undefined ? current?.paymentTermsStart : columns.paymentTermsStart;
  if (start && (days === null || days === undefined))
    faults.push(fault('VALUE_REQUIRED', input('paymentTerms', 'days')));
}

const seal = ({ tx, vault, organization }: CustomerWriter, change: CustomerChange, current: CustomerRow | null) =>
  sealIdentity({ tx, vault, organizationId: organization.id, table: 'customers', current }, change.identity);

async function paired(tx: Tx, customerId: number): Promise<number[]> {
  const rows = await tx
    .select({ id: customerPaymentTypes.paymentTypeId })
    .from(customerPaymentTypes)
    .where(eq(customerPaymentTypes.customerId, customerId))
    .orderBy(asc(customerPaymentTypes.paymentTypeId));
  return rows.map(({ id }) => id);
}

async function pair(tx: Tx, customerId: number, ids: readonly number[]): Promise<void> {
  await tx.insert(customerPaymentTypes).values(ids.map((paymentTypeId) => ({ customerId, paymentTypeId })));
}
