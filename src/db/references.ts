import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Statement } from './driver.ts';
import { cellsOf, columnSql, decoder, NONE, rowSql, rowsSql, tableName, wallOf } from './flat.ts';
import type { Lanes } from './lanes.ts';
import { organizations } from './tables/organizations.ts';
import { categories, paymentTypes, regions, segmentations } from './tables/references.ts';
import { users } from './tables/users.ts';
import type { Trace } from './trace.ts';

/** Records of these are few, and many rows point at them: each organization's are kept in memory. */
const kept: readonly PgTable[] = [categories, segmentations, paymentTypes, regions, users];
/** Whether a table's rows are kept, where they are not too many. */
export const isKept = (table: PgTable): boolean => kept.includes(table);
/** Rows of one table that are kept; an organization that has more has none of them kept. */
const mostRows = 2_000;
/** Rows of all organizations together. */
const mostTogether = 100_000;

/** What is remembered of one organization: true as long as its version in the database is this one. */
export interface References {
  version: string;
  organization: typeof organizations.$inferSelect;
  /** The tables that are here, as a text. */
  kept: string;
  /** Whole rows by table: where the one with an id begins. No entry for a table that has too many. */
  tables: ReadonlyMap<PgTable, Kept>;
}
interface Kept {
  cells: readonly string[];
  rows: ReadonlyMap<string, number>;
  /** Ids by reference, made when somebody asks. */
  ids?: ReadonlyMap<string, string>;
}

/** The remembered row of a table with this id, null when there is none; undefined when the table is not remembered. */
export function keptRow(
  { tables }: References,
  table: PgTable,
  id: number,
): Record<string, unknown> | null | undefined {
  const kept = tables.get(table);
  const at = kept?.rows.get(String(id));
  if (!kept || at === undefined) return kept && null;
  return Object.fromEntries(
    columnsOf(table).map(([name, column], i) => {
      const text = kept.cells[at + i] ?? NONE;
      return [name, text === NONE ? null : decoder(column)(text)];
    }),
  );
}

/** The ids of a table's remembered rows, in their order; undefined when the table is not remembered. */
export const keptIds = ({ tables }: References, table: PgTable): number[] | undefined => {
  const kept = tables.get(table);
  return kept && [...kept.rows.keys()].map(Number);
};

/** The id of the remembered row with this reference, null when there is none; undefined when the table is not remembered. */
export function keptIdOf({ tables }: References, table: PgTable, reference: string): number | null | undefined {
  const kept = tables.get(table);
  if (!kept) return undefined;
  const cell = columnsOf(table).findIndex(([name]) => name === 'reference');
  kept.ids ??= new Map([...kept.rows].map(([id, at]) => [kept.cells[at + cell] ?? '', id]));
  const id = kept.ids.get(reference);
  return id === undefined ? null : Number(id);
}

/** The columns of a kept row, in their order: the id first. */
function columnsOf(table: PgTable): [string, AnyPgColumn][] {
  const { id, ...others } = getTableColumns(table);
  return Object.entries({ ...(id && { id }), ...others });
}
/** What a kept row has. */
export const keptCells = (table: PgTable): string[] => columnsOf(table).map(([, column]) => columnSql(column));

const organization = `${tableName(organizations)} where ${tableName(organizations)}.id = $1::bigint`;
/** Every change of an organization or of a kept table raises one of these numbers, by triggers. */
export const versionSql = `(select concat_ws('.', version, reference_version) from ${organization})`;

/** Asks whether what is remembered still holds. */
export const askVersion = (organizationId: number): Statement => ({
  text: `select ${versionSql}`,
  parameters: [String(organizationId)],
  prepare: true,
});

const all = (table: PgTable, from: string) => rowsSql(`(select ${rowSql(keptCells(table))} as r from ${from}) rows`);
const text = `select ${[
  versionSql,
  all(organizations, organization),
  ...kept.map((table) => all(table, `${tableName(table)} where ${wallOf(table)} order by id limit ${mostRows + 1}`)),
].join(', ')}`;

function keptIn(table: PgTable, found: string | null | undefined): Kept {
  const width = columnsOf(table).length;
  const cells = cellsOf(found, width) ?? [];
  const rows = new Map<string, number>();
  for (let at = 1; at < cells.length; at += width) rows.set(cells[at] ?? '', at);
  return { cells, rows };
}

/** Remembers references of organizations. `of` answers what was read last, `read` reads anew, null for one that is not there. */
export function openReferences(lanes: Lanes) {
  const remembered = new LRUCache<number, References>({
    maxSize: mostTogether,
    sizeCalculation: ({ tables }) => [...tables.values()].reduce((sum, { rows }) => sum + rows.size, 1),
  });
  const reading = new Map<number, Promise<References | null>>();

  async function load(organizationId: number, trace: Trace | null | undefined): Promise<References | null> {
    const [row] = await lanes.read({
      organizationId,
      text,
      parameters: [String(organizationId)],
      prepare: true,
      trace,
    });
    const [version, ...texts] = row ?? [];
    if (!version) return null;
    const read = [organizations, ...kept].map((table, i) => [table, keptIn(table, texts[i])] as const);
    const own = columnsOf(organizations).map(([name, column], i) => {
      const text = read[0]?.[1].cells[i + 1] ?? NONE;
      return [name, text === NONE ? null : decoder(column)(text)];
    });
    // What could not be read has no rows, and is not kept either.
    const tables = new Map(read.filter(([, { cells, rows }]) => cells.length > 0 && rows.size <= mostRows));
    if (!tables.has(organizations)) return null;
    const shape = read.map(([table]) => (tables.has(table) ? 1 : 0)).join('');
    const references = { version, organization: Object.fromEntries(own), kept: shape, tables };
    remembered.set(organizationId, references);
    return references;
  }

  return {
    of: (organizationId: number) => remembered.get(organizationId),
    forget: (organizationId: number) => void remembered.delete(organizationId),
    read(organizationId: number, trace?: Trace | null): Promise<References | null> {
      const shared = reading.get(organizationId);
      if (shared) return shared;
      const own = load(organizationId, trace).finally(() => reading.delete(organizationId));
      reading.set(organizationId, own);
      return own;
    },
  };
}
