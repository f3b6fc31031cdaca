import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Lanes } from '../db/lanes.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { Trace } from '../db/trace.ts';
import type { More, Noun } from '../schema/source.ts';
import { columnSql, decoder, type Flat, NONE, rowSql, rowsOf, tableName } from './text.ts';
import { unplanned } from './unplanned.ts';

/** Records of these types are few, and many rows point at them: each organization's are kept in memory. */
const kept = ['Category', 'Segmentation', 'PaymentType', 'Region', 'User'];
/** Rows of one type that are kept; an organization that has more has none of them kept. */
const mostRows = 2_000;
/** Rows of all organizations together. */
const mostTogether = 100_000;

/** What is remembered of one organization: true as long as its version in the database is this one. */
export interface References {
  version: string;
  organization: More['organization'];
  /** Whole rows by id, by table, in the order of ids; no entry for a table that has too many. */
  tables: ReadonlyMap<PgTable, ReadonlyMap<string, Flat>>;
  /** Texts already written, by whoever writes them. */
  written: WeakMap<object, Map<string, string>>;
}

export const isKept = (noun: Noun) => kept.includes(noun.name);

/** A table's columns as a kept row has them: the id first, then all in the table's order. */
export const keptColumns = (table: PgTable): AnyPgColumn[] => Object.values(getTableColumns(table));

/** Every change of an organization or of a kept table raises one of these numbers, by triggers. */
export const versionSql = `(select concat_ws('.', o.version, o.reference_version) from ${tableName(organizations)} o where o.id = $1::bigint)`;

/** Remembers references of organizations. `of` answers what was read last, `read` reads anew. */
export function openReferences(lanes: Lanes, nouns: readonly Noun[]) {
  const remembered = new LRUCache<number, References>({
    maxSize: mostTogether,
    sizeCalculation: ({ tables }) => [...tables.values()].reduce((sum, { size }) => sum + size, 1),
  });
  const reading = new Map<number, Promise<References>>();
  const tables = nouns.filter(isKept).map(({ table }) => table);
  const own = keptColumns(organizations);
  const text = `select ${versionSql}, (select ${rowSql(own.map((c) => columnSql(c, 'o')))} from ${tableName(organizations)} o where o.id = $1::bigint), ${tables
    .map(
      (table) =>
        `(select concat_ws(E'\\x1e', count(*), string_agg(r, E'\\x1e')) from (select ${rowSql([
          't.id',
          ...keptColumns(table).map((c) => columnSql(c, 't')),
        ])} as r from ${tableName(table)} t where t.organization_id = $1::bigint order by t.id limit ${mostRows + 1}) rows)`,
    )
    .join(', ')}`;

  async function load(organizationId: number, trace: Trace | null | undefined): Promise<References> {
    const [row] = await lanes.read({
      organizationId,
      text,
      parameters: [String(organizationId)],
      prepare: true,
      trace,
    });
    const [version, organization, ...texts] = row ?? [];
    if (!version || !organization) throw unplanned('no such organization');
    const found: References = {
      version,
      organization: decoded(own, organization.split('\x1f')),
      tables: new Map(
        tables.flatMap((table, i) => {
          const rows = rowsOf(texts[i], keptColumns(table).length + 1);
          return rows.length > mostRows ? [] : [[table, new Map(rows.map((one) => [one[0] ?? '', one]))] as const];
        }),
      ),
      written: new WeakMap(),
    };
    remembered.set(organizationId, found);
    return found;
  }

  return {
    of: (organizationId: number) => remembered.get(organizationId),
    forget: (organizationId: number) => void remembered.delete(organizationId),
    read(organizationId: number, trace?: Trace | null): Promise<References> {
      const shared = reading.get(organizationId);
      if (shared) return shared;
      const own = load(organizationId, trace).finally(() => reading.delete(organizationId));
      reading.set(organizationId, own);
      return own;
    },
  };
}

/** A row of the organizations as the ordinary way reads it. */
function decoded(columns: readonly AnyPgColumn[], texts: readonly string[]): More['organization'] {
  if (texts.length !== columns.length) throw unplanned('a separator in the data');
  const names = Object.keys(getTableColumns(organizations));
  const values = columns.map((column, i) => {
    const text = texts[i] ?? NONE;
    return [names[i], text === NONE ? null : decoder(column)(text)];
  });
  return Object.fromEntries(values);
}
