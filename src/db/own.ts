import { and, getTableColumns, is, Placeholder, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { openNotes } from '../notes.ts';
import type { Tx } from './client.ts';
import type { TransactionSql } from './driver.ts';

/** The organization of the transaction, where a statement is written by hand: `where organization_id = ${ownId}`. */
export const ownId: SQL = sql`${sql.placeholder('organizationId')}::bigint`;

/** The parameters of a statement, with the organization where `ownId` stands. */
export const withOwn = <T>(parameters: readonly unknown[], organizationId: T): unknown[] =>
  parameters.map((one) => (is(one, Placeholder) ? organizationId : one));

/** The column that says whose a row is; none in a global table. Of the organizations it is their own id. */
export function ownerColumn(table: PgTable): PgColumn | undefined {
  const { organizationId, referenceVersion, id } = getTableColumns<PgTable>(table);
  return organizationId ?? (referenceVersion && id);
}

/** The rows of a table that are the transaction's own, as a condition; none for a global table. */
function ownRows(table: unknown): SQL | undefined {
  const key = is(table, PgTable) && ownerColumn(table);
  return key ? sql`${key} = ${ownId}` : undefined;
}

interface Statement {
  table: unknown;
  where?: SQL | undefined;
}
interface Insertion {
  table: PgTable;
  values: unknown;
  select?: boolean;
}
interface Dialect {
  buildSelectQuery(statement: Statement): SQL;
  buildUpdateQuery(statement: Statement & { set: Record<string, unknown> }): SQL;
  buildDeleteQuery(statement: Statement): SQL;
  buildInsertQuery(insertion: Insertion): SQL;
  sqlToQuery(statement: SQL, source?: unknown): { sql: string; params: unknown[] };
}

/**
 * From here on every statement of the transaction names its organization, beside the row security that holds it: by an equality with a
 * constant a cluster finds the one shard that it is for.
 */
export function nameOrganization(tx: Tx, organizationId: number): void {
  const own = tx as unknown as { dialect: Dialect; session: { dialect: Dialect } };
  const { dialect } = own;
  const narrowed = <T extends Statement>(statement: T): T => ({
    ...statement,
    where: and(ownRows(statement.table), statement.where),
  });
  const named: Dialect = Object.assign(Object.create(dialect), {
    buildSelectQuery: (statement) => dialect.buildSelectQuery(narrowed(statement)),
    buildUpdateQuery(statement) {
      // No row moves to another organization, nor to the one that it is of.
      const { organizationId: _, ...set } = statement.set;
      return dialect.buildUpdateQuery({ ...narrowed(statement), set });
    },
    buildDeleteQuery: (statement) => dialect.buildDeleteQuery(narrowed(statement)),
    buildInsertQuery(insertion) {
      const { table, values, select } = insertion;
      if (select || !('organizationId' in getTableColumns(table)) || !Array.isArray(values))
        return dialect.buildInsertQuery(insertion);
      const rows = values.map((row: Record<string, unknown>) => ({ organizationId: ownId, ...row }));
      return dialect.buildInsertQuery({ ...insertion, values: rows });
    },
    sqlToQuery(statement, source) {
      const query = dialect.sqlToQuery(statement, source);
      return { ...query, params: withOwn(query.params, String(organizationId)) };
    },
  } satisfies Dialect);
  own.dialect = named;
  own.session.dialect = named;
  owners.write(named, organizationId);
}

/** Savepoints go on with the dialect of their transaction. */
const owners = openNotes<Dialect, number>();

/** The organization that the statements of this transaction name. */
export function organizationOf(tx: Tx): number {
  const organizationId = owners.of((tx as unknown as { dialect: Dialect }).dialect);
  if (organizationId === undefined) throw new Error('The statements of this transaction name no organization.');
  return organizationId;
}

/** The driver's side of a transaction, which Drizzle keeps to itself. */
export function connectionOf(tx: Tx): TransactionSql {
  return (tx as unknown as { session: { client: TransactionSql } }).session.client;
}
