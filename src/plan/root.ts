import { and, getTableName, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { countSql, type PageArgs, pageFlags, pageQuery } from '../schema/connection.ts';
import { cursorOf } from '../schema/keyset.ts';
import { type ListSetting, type Noun, nouns, type Source } from '../schema/source.ts';
import { type Level, rootLevel } from './level.ts';
import { objectWriter } from './object.ts';
import { pageWriter } from './page.ts';
import { admit, type Planning, type Showing } from './planning.ts';
import { type Flat, NONE, quoted } from './text.ts';
import { unplanned } from './unplanned.ts';

/** A statement being put together: common table expressions, values of the one row, parameters. */
export interface Statement {
  expressions: string[];
  values: string[];
  parameters: unknown[];
  isSearch: boolean;
}

/** One root field of an operation. */
export interface Root {
  /** Its level, first among those that hang on it. */
  level: Level;
  /** Adds what it needs to a statement; answers how its result is written. */
  bind(
    statement: Statement,
    args: never,
    setting: ListSetting,
    call: { pageLimit: number; args: Showing['args'] },
  ): Bound;
}
export interface Bound {
  /** What cuts the row too many in the levels below. */
  limit: string;
  /** Texts that a row of the root level has behind its columns. */
  more: number;
  write(rows: readonly Flat[], values: readonly (string | null)[], showing: Showing): string;
}

const dialect = new PgDialect();

/** SQL of drizzle's as text; its parameters are added to the statement's. */
export function render(statement: Statement, part: SQL): string {
  const before = statement.parameters.length;
  const { sql: text, params } = part.toQuery({
    casing: Reflect.get(dialect, 'casing'),
    escapeName: quoted,
    escapeParam: (at) => `$${before + at + 1}`,
    escapeString: (value) => `'${value.replaceAll("'", "''")}'`,
  });
  statement.parameters.push(...params);
  if (/clientele_customers_|\bi?like\b/.test(text)) statement.isSearch = true;
  return text;
}

/** `organization_id = $1`, said beside the wall: the keys begin with it, and so do the shards. */
const own = ({ table }: Noun) => `${sqlName(table.organizationId)} = $1::bigint`;
const sqlName = (column: Noun['table']['id']) => `${quoted(tableOf(column))}.${quoted(column.name)}`;
const tableOf = (column: Noun['table']['id']): string => getTableName(column.table);

/** Plans a root field by its source. */
export function rootOf(planning: Planning, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): Root {
  admit(planning, field);
  const source = field.extensions.source as Source | undefined;
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw unplanned('an abstract type');
  if (source?.kind === 'single') return singleRoot(planning, source, type, nodes, isNonNullType(field.type));
  if (source?.kind === 'list') return listRoot(planning, source, type, nodes);
  throw unplanned(field.name);
}

function singleRoot(
  planning: Planning,
  { noun, where }: Extract<Source, { kind: 'single' }>,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  isNonNull: boolean,
): Root {
  const level = rootLevel(planning.levels, noun.table);
  const { write } = objectWriter(planning, type, nodes, { layout: level.layout, level });
  return {
    level,
    bind(statement, args) {
      const condition = where(args);
      if (!condition) throw unplanned('an identity that nothing can have');
      const name = quoted(tableOf(noun.table.id));
      const text = `${level.select(name, sqlName(noun.table.id))} from ${name} where ${own(noun)} and ${render(statement, condition)} limit 1`;
      statement.expressions.push(`${level.name} as (${text})`);
      return {
        limit: '',
        more: 0,
        write([row], _values, showing) {
          if (!row && isNonNull) throw unplanned('a missing record');
          return row ? write(row, showing) : 'null';
        },
      };
    },
  };
}

function listRoot(
  planning: Planning,
  { list: listOf }: Extract<Source, { kind: 'list' }>,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): Root {
  const noun = listed(type);
  const level = rootLevel(planning.levels, noun.table);
  const { write, totals, cursors } = pageWriter(planning, type, nodes, level);
  const table = quoted(tableOf(noun.table.id));
  const id = sqlName(noun.table.id);

  return {
    level,
    bind(statement, args: PageArgs & never, setting, { pageLimit, args: slots }) {
      const list = listOf(args, setting);
      const hits = list.found ? `h${level.name}` : null;
      if (list.found) statement.expressions.push(`${hits} as materialized (${render(statement, list.found)})`);
      const { where, keys, page } = hits && list.keys.length === 0 ? inHits(hits) : inTable(hits);

      const mine = sql`${noun.table.organizationId} = ${setting.caller.organizationId}::bigint`;
      const counted = list.where || !list.storedTotal ? { ...list, where: and(mine, list.where) } : list;
      const counts = new Map<number, { at: number; cap: number }>();
      for (const slot of totals) {
        const { statement: count, cap } = countSql(counted, slots[slot]?.exact === true);
        const sql = hits ? `(select count(*) from ${hits})` : `(${render(statement, count)})`;
        counts.set(slot, { at: statement.values.push(`${sql}::text`) - 1, cap });
      }
      const more = cursors
        ? list.keys.map(({ expression }) => `coalesce((${render(statement, sql`${expression}`)})::text, E'\\x1d')`)
        : [];
      statement.expressions.push(`${level.name} as (${level.select(table, id, more)} from ${table} where ${where})`);
      const width = level.columns.length + 1;
      return {
        limit: ` limit ${page.size}`,
        more: more.length,
        write(found, values, showing) {
          const rows = found.slice(0, page.size);
          if (page.backwards) rows.reverse();
          return write(
            {
              rows,
              flags: pageFlags(args, page, found.length > page.size),
              cursor: (row) =>
                cursorOf(keys, [...row.slice(width).map((text) => (text === NONE ? null : text)), row[0]]),
              total(slot) {
                const { at, cap } = counts.get(slot) ?? { at: -1, cap: 0 };
                const value = Number(values[at] ?? 0);
                if (value > cap) throw unplanned('an estimate');
                return value;
              },
            },
            showing,
          );
        },
      };

      /** In the order of ids the page is cut from what the search found, before any row is read. */
      function inHits(found: string) {
        const page = pageQuery(list, args, pageLimit, sql.raw('h.id'));
        const bounds = page.bounds.map((bound) => render(statement, bound));
        const cut = `select h.id from ${found} h${bounds.length > 0 ? ` where ${bounds.join(' and ')}` : ''} order by ${render(statement, page.order)} limit ${page.size + 1}${past(page.offset)}`;
        const order = page.backwards ? `${id} desc` : id;
        return { page, keys: page.keys, where: `${own(noun)} and ${id} = any(array(${cut})) order by ${order}` };
      }

      function inTable(found: string | null) {
        const page = pageQuery(found ? { ...list, where: undefined } : list, args, pageLimit);
        const conditions = [
          own(noun),
          ...(found ? [`${id} = any(array(select h.id from ${found} h))`] : []),
          ...(page.where ? [`(${render(statement, page.where)})`] : []),
        ];
        const order = render(statement, page.order);
        const all = `${conditions.join(' and ')} order by ${order} limit ${page.size + 1}`;
        if (page.offset === 0) return { page, keys: page.keys, where: all };
        // Far into a list the ids are passed over first, so that wide rows are read for the page alone.
        const ids = `select ${id} from ${table} where ${all}${past(page.offset)}`;
        return { page, keys: page.keys, where: `${own(noun)} and ${id} in (${ids}) order by ${order}` };
      }

      function past(offset: number): string {
        return offset > 0 ? ` offset $${statement.parameters.push(offset)}::bigint` : '';
      }
    },
  };
}

function listed(type: GraphQLObjectType): Noun {
  const noun = nouns.get(type.name.replace(/Connection$/, ''));
  if (!noun) throw unplanned('a list of another kind');
  return noun;
}
