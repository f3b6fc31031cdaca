import { and, getTableColumns, getTableName, is, Param, Placeholder, SQL, StringChunk, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Tx } from './client.ts';

/** The organization of the transaction, where a statement is written by hand: `where organization_id = ${ownId}`. */
export const ownId: SQL = sql`${sql.placeholder('organizationId')}::bigint`;

/** The parameters of a statement, with the organization where `ownId` stands. */
export const withOwn = <T>(parameters: readonly unknown[], organizationId: T): unknown[] =>
  parameters.map((one) => (is(one, Placeholder) ? organizationId : one));

/** The rows of a table that are the transaction's own, as a condition; none for a global table. */
function ownRows(table: unknown): SQL | undefined {
  if (!is(table, PgTable)) return undefined;
  const { organizationId, referenceVersion, id } = getTableColumns<PgTable>(table);
  const key = organizationId ?? (referenceVersion && id);
  return key && sql`${key} = ${ownId}`;
}

interface Statement {
  table: unknown;
  where?: SQL | undefined;
}
interface Insertion {
  table: PgTable;
  values: unknown;
  select?: boolean;
  onConflict?: SQL | undefined;
  returning?: readonly { path: readonly string[] }[] | undefined;
}
interface Dialect {
  buildSelectQuery(statement: Statement): SQL;
  buildUpdateQuery(statement: Statement & { set: Record<string, unknown> }): SQL;
  buildDeleteQuery(statement: Statement): SQL;
  buildInsertQuery(insertion: Insertion): SQL;
  sqlToQuery(statement: SQL, source?: unknown): { sql: string; params: unknown[] };
}

const ownPlaceholder = sql.placeholder('organizationId');

/** Texts of insertions of one row, cut where their parameters are: that of a wide table costs more to put together than to send. */
const templates = new LRUCache<string, string[]>({ max: 500 });

/** The insertion of one row of plain values, put together once for the columns that it gives; null for others. */
function insertionOfOne(dialect: Dialect, insertion: Insertion, row: Record<string, unknown>): SQL | null {
  const { table, onConflict, returning } = insertion;
  const isGiven = (value: unknown) => value !== undefined && !(is(value, Param) && value.value === undefined);
  const given = Object.keys(getTableColumns(table)).filter((name) => isGiven(row[name]));
  const values = given.map((name) => (row[name] === ownId ? ownPlaceholder : row[name]));
  if (onConflict || !values.every((value) => value === ownPlaceholder || is(value, Param))) return null;
  const key = [getTableName(table), ...given, '', ...(returning ?? []).map(({ path }) => path.join('.'))].join(' ');
  const pieces =
    templates.get(key) ??
    dialect.sqlToQuery(dialect.buildInsertQuery({ ...insertion, values: [row] })).sql.split(/\$\d+/);
  if (pieces.length !== values.length + 1) return null;
  templates.set(key, pieces);
  return new SQL(pieces.flatMap((piece, i) => [new StringChunk(piece), ...values.slice(i, i + 1)] as never[]));
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
      const one = rows.length === 1 && rows[0] ? insertionOfOne(dialect, insertion, rows[0]) : null;
      return one ?? dialect.buildInsertQuery({ ...insertion, values: rows });
    },
    sqlToQuery(statement, source) {
      const query = dialect.sqlToQuery(statement, source);
      return { ...query, params: withOwn(query.params, String(organizationId)) };
    },
  } satisfies Dialect);
  own.dialect = named;
  own.session.dialect = named;
}
