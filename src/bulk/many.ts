import { getTableColumns, inArray, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type Incoming, incoming } from '../db/copy.ts';
import { ownId } from '../db/own.ts';
import { insertFrom, recordset } from '../db/recordset.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { applyChange, type CustomerRow as Current, type PlainColumns } from '../domain/customer-change.ts';
import { defaultsFor } from '../domain/customer-defaults.ts';
import { type CustomerWriter, checkRules, generatedReference } from '../domain/customer-write.ts';
import type { Identity } from '../domain/reference.ts';
import { same, sameColumn } from '../domain/same.ts';
import { identityPlace } from '../domain/sealed-identity.ts';
import type { Fault } from '../errors.ts';
import type { Lookups } from './lookups.ts';
import { type Outcome, type Policy, writeOne } from './one.ts';
import type { CustomerRow } from './reading.ts';

/** How rows are written. */
export interface Writing {
  policy: Policy;
  key: 'reference' | 'customerNumber';
  lookups: Lookups;
}

type Insert = typeof customers.$inferInsert;

/** What a column holds that a row does not say: rows that come in together all name the same columns. */
const blank = {
  ...{ nameIsSet: false, otherEmails: [], phones: [], productCodes: [], version: 1 },
  ...{ shippingSameAsBilling: true, isActive: true, onHold: false, billWithParent: false },
};

interface Plan {
  /** `text` is the new customer as it goes in. */
  inserts: { row: CustomerRow; id: number; reference: string; text: string; paymentTypeIds: number[] }[];
  into: Incoming<typeof customers>;
  updates: { row: CustomerRow; current: Current; changed: PlainColumns }[];
  unchanged: { row: CustomerRow; current: Current }[];
  /** What takes a closer look, in the order of the file, by a writer who knows what is known of it. */
  others: { row: CustomerRow; isNew: boolean }[];
  knowing(row: CustomerRow): CustomerWriter;
}

/**
 * Writes rows together: those that are certain to be good by one statement each for new and for changed customers, the others after
 * them one by one. The same functions say what a row becomes in both.
 */
export async function writeMany(
  writer: CustomerWriter,
  writing: Writing,
  rows: readonly CustomerRow[],
): Promise<Outcome[]> {
  const plan = await planOf(writer, writing, rows);
  if (plan.inserts.length > 0) await insertAll(writer, plan);
  await updateAll(writer, plan.updates);
  const outcomes: Outcome[] = [
    ...plan.inserts.map(({ row, id, reference }) => done(row, 'CREATED', id, reference)),
    ...plan.updates.map(({ row, current, changed }) =>
      done(row, 'UPDATED', current.id, changed.reference ?? current.reference),
    ),
    ...plan.unchanged.map(({ row, current }) => done(row, 'UNCHANGED', current.id, current.reference)),
  ];
  for (const { row, isNew } of plan.others) outcomes.push(await writeOne(plan.knowing(row), writing, row, isNew));
  return outcomes.sort((a, b) => a.line - b.line);
}

const done = ({ line }: CustomerRow, outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED', id: number, reference: string) => ({
  ...{ line, outcome, id, reference },
});

async function planOf(writer: CustomerWriter, { policy, key, lookups }: Writing, rows: readonly CustomerRow[]) {
  const changes = rows.map(({ write }) => write.change);
  const numbers = changes.flatMap(({ customerNumber }) => customerNumber ?? []);
  const references = changes.flatMap(({ reference }) => reference ?? []);
  await lookups.learn(writer, changes);
  const found = await lockAll(writer, references, numbers);
  const ids = await takeIds(writer, rows.length);
  const [firstId = 0] = ids;
  const defaults = await defaultsFor(writer, {});
  const otherwise = { ...blank, ...defaults };
  const into = incoming(customers, otherwise, ['organizationId', 'createdAt', 'updatedAt']);
  const types = await typesOf(
    writer,
    found,
    changes.some(({ paymentTypes }) => paymentTypes !== undefined),
  );
  const byReference = new Map(found.map((row) => [row.reference, row]));
  const byNumber = new Map(found.map((row) => [row.customerNumber, row]));
  // No other row here makes it, nor takes it as the number of a new customer: that is the id.
  const [lone, loneNumbers] = [lonely(references), lonely(numbers)];
  const isFree = (identity: Identity) =>
    'reference' in identity
      ? lone.has(identity.reference) && !byReference.has(identity.reference)
      : 'customerNumber' in identity &&
        identity.customerNumber < firstId &&
        loneNumbers.has(identity.customerNumber) &&
        !byNumber.has(identity.customerNumber);
  const knowing: Plan['knowing'] = ({ write: { change } }) => ({
    ...writer,
    defaults,
    known(table, identity) {
      if (table !== customers) return lookups.known(table, identity);
      const isOwn =
        'reference' in identity
          ? identity.reference === change.reference
          : 'customerNumber' in identity && identity.customerNumber === change.customerNumber;
      return isOwn && isFree(identity) ? null : undefined;
    },
  });
  const plan: Plan = { inserts: [], into, updates: [], unchanged: [], others: [], knowing };
  const seen = new Set<string>();
  const isFirst = (word: string) => !seen.has(word) && seen.add(word) !== undefined;

  for (const row of rows) {
    const { change, faults, logo } = row.write;
    const { reference, customerNumber } = change;
    // A customer that stands twice in these rows, or whose two keys are those of two, is written in the order of the file.
    const firsts = [reference && isFirst(`r ${reference}`), customerNumber && isFirst(`n ${customerNumber}`)];
    const atReference = reference ? byReference.get(reference) : undefined;
    const atNumber = customerNumber ? byNumber.get(customerNumber) : undefined;
    const current = key === 'reference' ? atReference : atNumber;
    const isClear =
      faults.length === 0 &&
      logo === undefined &&
      change.parent === undefined &&
      !firsts.includes(false) &&
      (atReference === undefined || atReference === current) &&
      (atNumber === undefined || atNumber === current) &&
      (row.by !== null || policy === 'create') &&
      (current === undefined ? policy !== 'update' : policy !== 'create');
    const isNew = policy === 'create' || (row.by !== null && isFree(row.by));
    const pointed = isClear ? lookups.columnsOf(writer, change) : null;
    if (pointed === null) {
      plan.others.push({ row, isNew });
      continue;
    }
    const wrong: Fault[] = [];
    if (current === undefined) {
      const values = applyChange(null, reference ? change : { ...change, reference: generatedReference() });
      Object.assign(values, pointed.columns);
      checkRules(writer, values, null, wrong);
      if (wrong.length > 0 || !isWhole(values) || (values.categoryId ?? otherwise.categoryId) === undefined) {
        plan.others.push({ row, isNew });
        continue;
      }
      const id = ids.shift() ?? 0;
      Object.assign(values, { id }, sealed(writer, change.identity, id));
      const [text, paymentTypeIds] = [into.line(values), pointed.paymentTypeIds ?? []];
      plan.inserts.push({ row, id, reference: values.reference, text, paymentTypeIds });
      continue;
    }
    const next = { ...applyChange(current, change), ...pointed.columns };
    checkRules(writer, next, current, wrong);
    const before: Record<string, unknown> = current;
    const changed: PlainColumns = Object.fromEntries(
      Object.entries(next).filter(([name, value]) => !sameColumn(name, value, before[name])),
    );
    const pairs = [...(pointed.paymentTypeIds ?? [])].sort((a, b) => a - b);
    const hasOtherTypes = pointed.paymentTypeIds !== null && !same(pairs, types.get(current.id) ?? []);
    const changesKey = changed.reference !== undefined || changed.customerNumber !== undefined;
    if (wrong.length > 0 || hasOtherTypes || changesKey || changesIdentity(writer, current, change.identity)) {
      plan.others.push({ row, isNew });
    } else if (Object.keys(changed).length === 0) plan.unchanged.push({ row, current });
    else plan.updates.push({ row, current, changed });
  }
  return plan;
}

/** What stands there once. */
function lonely<T>(words: readonly T[]): Set<T> {
  const [seen, lone] = [new Set<T>(), new Set<T>()];
  for (const word of words) {
    if (seen.has(word)) lone.delete(word);
    else lone.add(word);
    seen.add(word);
  }
  return lone;
}

const isWhole = (values: PlainColumns): values is PlainColumns & { name: string; reference: string } =>
  values.name !== undefined && values.reference !== undefined;

function sealed({ vault, organization }: CustomerWriter, identity: string | null | undefined, id: number) {
  if (!identity) return null;
  return {
    identitySealed: vault.seal(identityPlace(organization.id, 'customers', id), identity),
    identityIndex: vault.index(organization.id, identity),
  };
}

function changesIdentity(
  { vault, organization }: CustomerWriter,
  current: Current,
  identity: string | null | undefined,
) {
  if (identity === undefined) return false;
  if (current.identitySealed === null) return Boolean(identity);
  return vault.open(identityPlace(organization.id, 'customers', current.id), current.identitySealed) !== identity;
}

/** The customers that have one of these keys, locked in one order against other writers. */
async function lockAll({ tx }: CustomerWriter, references: string[], numbers: number[]): Promise<Current[]> {
  const by = async (column: PgColumn, type: string, keys: readonly (string | number)[]) =>
    keys.length === 0
      ? []
      : tx
          .select()
          .from(customers)
          .where(
            sql`${column} = any(array(select jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb))::${sql.raw(type)}[])`,
          )
          .orderBy(customers.id)
          .for('no key update');
  const named = await by(customers.reference, 'text', references);
  const numbered = await by(customers.customerNumber, 'bigint', numbers);
  return [...new Map([...named, ...numbered].map((row) => [row.id, row])).values()];
}

async function takeIds({ tx }: CustomerWriter, count: number): Promise<number[]> {
  const rows = await tx.execute<{ id: string }>(
    sql`select nextval('customers_id_seq')::text as id from generate_series(1, ${count}::int)`,
  );
  return rows.map(({ id }) => Number(id));
}

async function typesOf({ tx }: CustomerWriter, found: readonly Current[], isWanted: boolean) {
  const types = new Map<number, number[]>();
  if (!isWanted || found.length === 0) return types;
  const rows = await tx
    .select()
    .from(customerPaymentTypes)
    .where(
      inArray(
        customerPaymentTypes.customerId,
        found.map(({ id }) => id),
      ),
    )
    .orderBy(customerPaymentTypes.customerId, customerPaymentTypes.paymentTypeId);
  for (const { customerId, paymentTypeId } of rows)
    types.set(customerId, [...(types.get(customerId) ?? []), paymentTypeId]);
  return types;
}

async function insertAll({ tx }: CustomerWriter, { inserts, into }: Plan): Promise<void> {
  await into.insert(
    tx,
    inserts.map(({ text }) => text),
  );
  const pairs = inserts.flatMap(({ id, paymentTypeIds }) =>
    paymentTypeIds.map((paymentTypeId) => ({ customerId: id, paymentTypeId })),
  );
  if (pairs.length === 0) return;
  const paired = recordset(customerPaymentTypes, pairs);
  await tx.execute(insertFrom(customerPaymentTypes, paired));
}

async function updateAll({ tx }: CustomerWriter, updates: Plan['updates']): Promise<void> {
  if (updates.length === 0) return;
  const touched = new Set(updates.flatMap(({ changed }) => Object.keys(changed)));
  const written = Object.entries(getTableColumns(customers)).filter(([name]) => touched.has(name));
  const after = updates.map(({ current, changed }) => {
    const row: Record<string, unknown> = { ...current, ...changed };
    return { id: current.id, ...Object.fromEntries(written.map(([name]) => [name, row[name]])) };
  });
  const { rows } = recordset(customers, after as Insert[]);
  const assignments = written.map(([, { name }]) => sql`${sql.identifier(name)} = r.${sql.identifier(name)}`);
  await tx.execute(
    sql`update ${customers} set ${sql.join(assignments, sql`, `)} from ${rows} r
      where ${customers.organizationId} = ${ownId} and ${customers.id} = r.id`,
  );
}
