import type { Writable } from 'node:stream';
import { and, asc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { coerceInputValue, isInputObjectType } from 'graphql';
import type { Db, Tx } from '../db/client.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { organizations } from '../db/tables/organizations.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import { failure } from '../failure.ts';
import { type CustomerFilterShape, customerWhere } from '../schema/customer-filter.ts';
import { schema } from '../schema/index.ts';
import { badText } from '../values/text.ts';
import type { Vault } from '../vault.ts';
import { between, type Column, columns, listed } from './columns.ts';
import { csvLines } from './report.ts';
import type { FileFormat } from './source.ts';
import { inBulk } from './transaction.ts';

const rowsAtOnce = 1000;

/** What to export, and how. */
export interface ExportOptions {
  organizationId: number;
  format: FileFormat;
  /** A `CustomerFilter` as JSON says it; null for all. */
  filter: unknown;
  /** Columns of CSV, all when null. */
  only: readonly string[] | null;
  output: Writable;
  progress?(rows: number): void;
}

/** The columns of an export: all that an import reads, but the national number, which stays sealed. */
export const exported: readonly Column[] = columns.filter(({ name }) => name !== 'identity' && name !== 'phones');

/**
 * Writes customers as an import reads them, oldest first, a thousand at a time: in constant memory, no customer twice and none left
 * out while others write. Resolves to how many. Throws failures.
 */
export async function exportCustomers(db: Db, vault: Vault, options: ExportOptions): Promise<number> {
  const { organizationId, format, only, output } = options;
  const wanted = columnsOf(only);
  const filter = filterOf(options.filter);
  const actor = { organizationId, requestId: 'export' };
  const where = await inBulk(db, actor, async (tx) => {
    const [organization] = await tx.select({ country: organizations.country }).from(organizations).limit(1);
    return customerWhere(filter, { vault, organizationId, country: organization?.country ?? '' });
  });
  // Told by the write that failed; without a listener the program would end.
  output.on('error', () => {});
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => output.write(text, (error) => (error ? reject(error) : resolve())));
  if (format === 'csv') await write(csvLines([wanted.map(({ name }) => name)]));
  let count = 0;
  for (let after = 0; ; ) {
    const page = await inBulk(db, actor, (tx) => pageOf(tx, where, after));
    const inputs = page.map(inputOf);
    await write(
      format === 'csv'
        ? csvLines(inputs.map((input) => wanted.map((column) => cellOf(input, column))))
        : inputs.map((input) => `${JSON.stringify(input)}\n`).join(''),
    );
    count += page.length;
    options.progress?.(count);
    after = page.at(-1)?.row.id ?? 0;
    if (page.length < rowsAtOnce) return count;
  }
}

function columnsOf(only: readonly string[] | null): readonly Column[] {
  if (only === null) return exported;
  return only.map((name) => {
    const found = exported.find((column) => column.name === name);
    if (found !== undefined) return found;
    throw failure(
      `--columns: there is no column “${name}”.`,
      `There are: ${exported.map((one) => one.name).join(', ')}.`,
      2,
    );
  });
}

/** A filter as GraphQL takes it. Throws a failure of usage that names what is wrong. */
function filterOf(json: unknown): CustomerFilterShape {
  if (json === null) return {};
  const type = schema.getType('CustomerFilter');
  if (!isInputObjectType(type)) throw new Error('CustomerFilter is no input.');
  const wrong: string[] = [];
  const found: unknown = coerceInputValue(json, type, (path, _value, error) => {
    const unknown = /^Field "([^"]*)" is not defined/.exec(error.message)?.[1];
    wrong.push(
      unknown === undefined
        ? `${path.join('.')} does not have the right form`
        : `there is no ${[...path, unknown].join('.')}`,
    );
  });
  if (badText(JSON.stringify(json)) !== null) wrong.push('it holds characters that no text has');
  if (wrong.length > 0) {
    throw failure(`--filter: ${wrong.join('; ')}.`, 'Write it as CustomerFilter of the GraphQL schema, in JSON.', 2);
  }
  return { ...(found as CustomerFilterShape) };
}

const parent = alias(customers, 'p');
const creator = alias(users, 'u');

function pageOf(tx: Tx, where: SQL | undefined, after: number) {
  const types = sql<string[]>`(select coalesce(json_agg(t.reference order by t.id), '[]') from ${customerPaymentTypes} c
    join ${paymentTypes} t on t.organization_id = c.organization_id and t.id = c.payment_type_id
    where c.organization_id = ${customers.organizationId} and c.customer_id = ${customers.id})`;
  const same = { organizationId: customers.organizationId };
  return tx
    .select({
      row: getTableColumns(customers),
      category: categories.reference,
      segmentation: segmentations.reference,
      region: regions.reference,
      createdBy: creator.reference,
      parent: parent.reference,
      paymentTypes: types,
    })
    .from(customers)
    .leftJoin(
      categories,
      and(eq(categories.organizationId, same.organizationId), eq(categories.id, customers.categoryId)),
    )
    .leftJoin(
      segmentations,
      and(eq(segmentations.organizationId, same.organizationId), eq(segmentations.id, customers.segmentationId)),
    )
    .leftJoin(regions, and(eq(regions.organizationId, same.organizationId), eq(regions.id, customers.regionId)))
    .leftJoin(creator, and(eq(creator.organizationId, same.organizationId), eq(creator.id, customers.createdById)))
    .leftJoin(parent, and(eq(parent.organizationId, same.organizationId), eq(parent.id, customers.parentId)))
    .where(and(where, gt(customers.id, after)))
    .orderBy(asc(customers.id))
    .limit(rowsAtOnce);
}
type Page = Awaited<ReturnType<typeof pageOf>>[number];

/** A customer as the input that would make it: what is null is left out. */
function inputOf({ row, ...refs }: Page): Record<string, unknown> {
  const by = (reference: string | null) => (reference === null ? null : { reference });
  return full({
    reference: row.reference,
    customerNumber: row.customerNumber,
    kind: row.kind,
    name: row.nameIsSet ? row.name : null,
    person: { firstName: row.firstName, middleName: row.middleName, lastName: row.lastName },
    company: { name: row.companyName, department: row.department, organizationNumber: row.organizationNumber },
    emails: row.email === null ? row.otherEmails : [row.email, ...row.otherEmails],
    invoiceEmail: row.invoiceEmail,
    phones: row.phones.map(({ number, kind, primary }) => full({ number, kind, primary })),
    billingAddress: addressOf(row, 'billing'),
    shippingAddress: addressOf(row, 'shipping'),
    shippingSameAsBilling: row.shippingSameAsBilling,
    ...{ language: row.language, currency: row.currency, creditLimit: row.creditLimit, balance: row.balance },
    isCredit: row.isCredit,
    paymentTerms: { days: row.paymentTermsDays, start: row.paymentTermsStart },
    ...{ taxNumber: row.taxNumber, risk: row.risk, riskColor: row.riskColor, riskScore: row.riskScore },
    ...{ existingCustomer: row.existingCustomer, isActive: row.isActive, onHold: row.onHold },
    ...{ onHoldReason: row.onHoldReason, reference2: row.reference2, barcode: row.barcode },
    ...{ comment: row.comment, website: row.website, productCodes: row.productCodes },
    parent: by(refs.parent),
    billWithParent: row.billWithParent,
    ...{ category: by(refs.category), segmentation: by(refs.segmentation), region: by(refs.region) },
    createdBy: by(refs.createdBy),
    paymentTypes: refs.paymentTypes.map((reference) => ({ reference })),
  });
}

function addressOf(row: Page['row'], prefix: 'billing' | 'shipping'): Record<string, unknown> {
  const parts = Object.entries(row).filter(([name]) => name.startsWith(prefix) && name !== 'shippingSameAsBilling');
  return Object.fromEntries(
    parts.map(([name, value]) => [name.charAt(prefix.length).toLowerCase() + name.slice(prefix.length + 1), value]),
  );
}

/** Without what is null and what holds nothing. */
function full(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const inner = isObject(one) ? full(one) : one;
      const isEmpty = inner === null || inner === undefined || (isObject(inner) && Object.keys(inner).length === 0);
      return isEmpty || (Array.isArray(inner) && inner.length === 0) ? [] : [[name, inner]];
    }),
  );
}
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface PhoneOut {
  number: string;
  kind?: string;
  primary?: boolean;
}

/** One value of an input as a cell of its column. */
function cellOf(input: Record<string, unknown>, { name, path, kind }: Column): string {
  const phones = (input.phones ?? []) as PhoneOut[];
  if (name === 'phone') return phones.find(({ primary }) => primary)?.number ?? '';
  if (name === 'mobile' || name === 'fax') return phones.find((phone) => phone.kind === name)?.number ?? '';
  if (name === 'email') return String(((input.emails ?? []) as string[])[0] ?? '');
  let value: unknown = input;
  for (const part of path) value = isObject(value) ? value[part] : undefined;
  if (value === undefined || value === null) return '';
  if (kind === 'by') return isObject(value) ? String(value.reference) : '';
  if (Array.isArray(value)) {
    return value.map((one: unknown) => listed(String(isObject(one) ? one.reference : one))).join(between);
  }
  return String(value);
}
