import { getTableColumns, sql } from 'drizzle-orm';
import { contacts } from '../db/tables/contacts.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { history } from '../db/tables/history.ts';
import { loginCredentials, logins } from '../db/tables/logins.ts';
import { builder } from './builder.ts';
import { connectionOf, page, sortKey } from './connection.ts';
import { Customer } from './nouns.ts';
import { noun } from './source.ts';

const History = noun('History', history, 'customers:read', { isNode: false });
type HistoryRow = typeof history.$inferSelect;

/** The records whose changes are a customer's history, by their tables. */
const records = {
  customers: 'CUSTOMER',
  contacts: 'CONTACT',
  customer_payment_types: 'PAYMENT_TYPE',
  logins: 'LOGIN',
  login_credentials: 'LOGIN_CREDENTIAL',
} as const;
const tables = {
  customers,
  contacts,
  customer_payment_types: customerPaymentTypes,
  logins,
  login_credentials: loginCredentials,
};
const isRecord = (name: string): name is keyof typeof records => Object.hasOwn(records, name);

const HistoryRecord = builder.enumType('HistoryRecord', {
  description: 'What kind of record was changed.',
  values: {
    CUSTOMER: { description: 'The customer itself.' },
    CONTACT: { description: 'One of its contacts.' },
    PAYMENT_TYPE: { description: 'A payment type that it may use.' },
    LOGIN: { description: 'Somebody who signs in as it.' },
    LOGIN_CREDENTIAL: { description: 'An email or phone that a login signs in with.' },
  } as const,
});

const HistoryOperation = builder.enumType('HistoryOperation', {
  description: 'What was done.',
  values: {
    INSERT: { description: 'The record was made.' },
    UPDATE: { description: 'It was changed.' },
    DELETE: { description: 'It was deleted.' },
    REVEAL: { description: 'Its national number was shown, for the purpose that the change names.' },
    ERASE: { description: 'It was erased, and the values of its history with it.' },
  } as const,
});

interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** The name that a column has here: the national number is one thing, whatever it is stored in. */
function fieldOf(tableName: string, column: string): string {
  if (column === 'identity_sealed') return 'identity';
  const table = isRecord(tableName) ? tables[tableName] : customers;
  return Object.entries(getTableColumns(table)).find(([, { name }]) => name === column)?.[0] ?? column;
}

/** What changed, column by column. National numbers are told as changed, and never from what to what. */
function changesOf({ tableName, before, after }: HistoryRow): Change[] {
  const columns = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return columns.map((column) => {
    const isHidden = column === 'identity_sealed';
    return {
      field: fieldOf(tableName, column),
      before: isHidden ? null : before?.[column],
      after: isHidden ? null : after?.[column],
    };
  });
}

/** A text as it is, everything else as JSON. */
function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const HistoryChange = builder.objectRef<Change>('HistoryChange').implement({
  description: 'One value that changed.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description:
        'Which: as the record’s own fields are named, parts run together; what points at another record has that one’s number.',
    }),
    before: t.string({
      nullable: true,
      description:
        'What it was: a text as it is, else JSON. Null when there was none, when it was erased, and for national numbers.',
      resolve: ({ before }) => shown(before),
    }),
    after: t.string({
      nullable: true,
      description: 'What it became, likewise.',
      resolve: ({ after }) => shown(after),
    }),
  }),
});

History.ref.implement({
  description: 'One change of one record, kept by the database in the transaction of the change.',
  fields: (t) => ({
    record: t.field({
      type: HistoryRecord,
      description: 'What kind of record.',
      resolve: ({ tableName }) => (isRecord(tableName) ? records[tableName] : 'CUSTOMER'),
    }),
    recordId: t.field({ type: 'SafeInt', description: 'Its numericId.', resolve: ({ rowId }) => rowId }),
    operation: t.expose('operation', { type: HistoryOperation, description: 'What was done.' }),
    changes: t.field({ type: [HistoryChange], description: 'What changed, by field.', resolve: changesOf }),
    credentialId: t.exposeString('credentialId', {
      nullable: true,
      description: 'Whose doing: the credential’s id. Null when it was done by whoever runs the installation.',
    }),
    dialect: t.exposeString('dialect', {
      nullable: true,
      description: 'In whose words: GRAPHQL, or a documented API.',
    }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'The request, as `X-Request-Id` names it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const newestFirst = [sortKey('NEWEST', history.id, 'bigint', true)];

builder.objectField(Customer.ref, 'history', (t) =>
  t.field({
    type: connectionOf(History as never),
    description: 'What became of the customer, its contacts, logins and payment types, newest first.',
    authScopes: { scope: 'customers:read' },
    args: {
      first: t.arg.int({ description: 'How many, 1 to 100. Default 20.' }),
      after: t.arg.string({ description: 'Only what is behind this cursor: what happened before it.' }),
    },
    resolve: ({ id }, args, ctx) =>
      page(ctx, { noun: History as never, where: sql`${history.customerId} = ${id}`, keys: newestFirst }, args),
  }),
);
