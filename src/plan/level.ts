import { getTableColumns } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import { columnSql, quoted, rowSql, tableName } from './text.ts';
import { unplanned } from './unplanned.ts';

/** Where a row's text has which column. The first is always the key: the row's id, or its owner's. */
export interface Layout {
  at(column: AnyPgColumn): number;
}

/** Rows of one table that a statement reads at once: a common table expression, and a text in its result. */
export interface Level {
  name: string;
  table: PgTable;
  layout: Layout;
  /** Columns of a row's text beside the key. */
  columns: readonly AnyPgColumn[];
  /** The name under which the levels below read a column. */
  expose(column: AnyPgColumn): string;
  /** `select … ` of everything, for rows that the alias stands for. */
  select(alias: string, key: string, more?: readonly string[]): string;
  /** The statement of a level below another; `limit` cuts what the page has one row too many of. */
  statement(limit: string): string;
  root: boolean;
}

/** How a level's rows are reached from those above. */
interface Reach {
  key: AnyPgColumn;
  order?: AnyPgColumn;
  through?: AnyPgColumn;
  above: Level | null;
  from: AnyPgColumn;
}

/** More levels than this are executed in the ordinary way. */
const mostLevels = 16;

function newLevel(levels: Level[], table: PgTable, statement: (level: Level, limit: string) => string): Level {
  if (levels.length >= mostLevels) throw unplanned('too many levels');
  const columns: AnyPgColumn[] = [];
  const exposed: AnyPgColumn[] = [];
  let shown: string[] | undefined;
  const own = Object.values(getTableColumns(table));
  const level: Level = {
    name: `l${levels.length}`,
    table,
    columns,
    root: false,
    layout: {
      at(column) {
        if (!own.includes(column)) throw unplanned('a column of another table');
        const index = columns.indexOf(column);
        return index < 0 ? columns.push(column) : index + 1;
      },
    },
    expose(column) {
      if (!exposed.includes(column)) exposed.push(column);
      return `e${exposed.indexOf(column)}`;
    },
    select(alias, key, more = []) {
      // Once the document is planned nothing is added any more: the same text from then on.
      shown ??= columns.map((column) => columnSql(column, alias));
      const text = rowSql([key, ...shown, ...more]);
      const names = exposed.map((column, i) => `${alias}.${quoted(column.name)} as e${i}`);
      return `select ${[...names, `${text} as r`].join(', ')}`;
    },
    statement: (limit) => statement(level, limit),
  };
  levels.push(level);
  return level;
}

/** The level of a root field; whoever binds it says which rows it has. */
export function rootLevel(levels: Level[], table: PgTable): Level {
  const level = newLevel(levels, table, () => '');
  level.root = true;
  return level;
}

const within = (column: string, above: Level, exposed: string, limit: string) =>
  `${column} = any(array(select ${exposed} from ${above.name}${above.root ? limit : ''}))`;

/** Rows whose key is among a column of the rows above. */
export function rowLevel(levels: Level[], table: PgTable, { key, order, through, above, from }: Reach): Level {
  if (!above) throw unplanned('rows below kept ones');
  const exposed = above.expose(from);
  return newLevel(levels, table, (level, limit) => {
    const keySql = `${through ? 'x' : 't'}.${quoted(key.name)}`;
    const pairs = through
      ? ` join ${tableName(key.table as PgTable)} x on x.organization_id = t.organization_id and x.${quoted(through.name)} = t.id`
      : '';
    const walls = `t.organization_id = $1::bigint${through ? ' and x.organization_id = $1::bigint' : ''}`;
    const sorted = order ? ` order by t.${quoted(order.name)}` : '';
    return `${level.select('t', keySql)} from ${tableName(table)} t${pairs} where ${walls} and ${within(keySql, above, exposed, limit)}${sorted}`;
  });
}

/** Pairs of an owner and the id of a kept row, in the order of those ids. */
export function pairLevel(
  levels: Level[],
  key: AnyPgColumn,
  through: AnyPgColumn,
  { above, from }: Pick<Reach, 'above' | 'from'>,
): Level {
  if (!above) throw unplanned('rows below kept ones');
  const exposed = above.expose(from);
  const table = key.table as PgTable;
  const level = newLevel(levels, table, (own, limit) => {
    const owner = `x.${quoted(key.name)}`;
    return `${own.select('x', owner)} from ${tableName(table)} x where x.organization_id = $1::bigint and ${within(owner, above, exposed, limit)} order by x.${quoted(through.name)}`;
  });
  level.layout.at(through);
  return level;
}
