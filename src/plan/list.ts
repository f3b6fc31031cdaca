import { and, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { columnSql, lastly, NONE, nameOf, orNone, quoted, rowSql, tableName, wallOf } from '../db/flat.ts';
import { withOwn } from '../db/own.ts';
import { openNotes } from '../notes.ts';
import { countSql, type ListOf, type PageArgs, type PageQuery, pageFlags, pageQuery } from '../schema/connection.ts';
import { cursorOf } from '../schema/keyset.ts';
import { addLevel, argsOf, type Call, newSpot, type Of, one, rowByRow, type Showing, type Write } from './level.ts';
import { pageWriter } from './page.ts';
import { rowWriter } from './row.ts';
import { objectIn } from './selection.ts';
import { giveUp } from './unplanned.ts';

const dialect = new PgDialect();

/** SQL of drizzle's as text; its parameters are added to the statement's. */
function render(call: Call, part: SQL): string {
  const before = call.parameters.length;
  const { sql: text, params } = part.toQuery({
    casing: Reflect.get(dialect, 'casing'),
    escapeName: quoted,
    escapeParam: (at) => `$${before + at + 1}`,
    escapeString: (value) => `'${value.replaceAll("'", "''")}'`,
  });
  call.parameters.push(...withOwn(params, call.parameters[0]));
  if (/clientele_customers_|\bi?like\b/.test(text)) call.way.isSearch = true;
  return text;
}

/** The one row with an identity. */
export function singleWriter(showing: Showing, { noun: { table }, where }: Of<'single'>): Write {
  const { planning, field, nodes, spot } = showing;
  const slot = argsOf(planning, field, nodes);
  const own = newSpot(planning, table, spot.expose(spot.id));
  const level = addLevel(planning, (call) => {
    const condition = where(call.args[slot] as never, call.setting.caller.organizationId);
    return boundBy(render(call, condition ?? giveUp('an identity that nothing can have')));
  });
  const boundBy = lastly((condition) => {
    const from = `from ${tableName(table)} where ${wallOf(table)} and ${condition} limit 1`;
    return rowByRow(own.name, `${own.select()} ${from}`, own.cells.length, write);
  });
  const write = rowWriter(planning, objectIn(field.type), nodes, own);
  return one(showing, level, spot.cell(columnSql(spot.id)));
}

/** A list as a call asks for it; `hits` is the expression of what its search finds. */
interface Listed {
  list: ListOf;
  hits: string | null;
}

/** A page of rows: of the organization, or for each row above of those that are its own. */
export function listWriter(showing: Showing, { noun: { table }, list: listOf }: Of<'list'>): Write {
  const { planning, field, nodes, spot } = showing;
  const slot = argsOf(planning, field, nodes);
  const cell = spot.cell(columnSql(spot.id));
  const owner = spot.expose(spot.id);
  const owners = spot.name && `(select distinct ${owner} from ${spot.name}) ${spot.name}`;
  const own = newSpot(planning, table, owner);
  const listed = openNotes<Call, Listed>();

  const level = addLevel(planning, (call) => {
    const args: PageArgs = call.args[slot] ?? {};
    const list = listOf(args as never, call.setting, sql.raw(owner));
    const hits = list.found ? `h${own.name}` : null;
    listed.write(call, { list, hits });
    call.way.thought = list.where || call.way.thought === 'anew' ? 'anew' : 'once';
    const search = list.found ? [`${hits} as materialized (${render(call, list.found)})`] : [];
    const page = pageQuery(hits ? { ...list, where: undefined } : list, args, call.pageLimit);
    const from = pageFrom(call, { list, hits }, page);
    const sorted = idCell < 0 ? [] : list.keys.map((key) => orNone(render(call, sql`${key.expression}`)));
    const before = own.cells.length;
    const width = before + sorted.length;
    return {
      expressions: [...search, rowsOf(`${sorted} ${from}`, from, sorted)],
      name: own.name,
      width,
      read(cells, answer) {
        const cursor = (at: number) => {
          const texts = [...cells.slice(at + before, at + width), cells[at + idCell]];
          const values = texts.map((text) => (text === NONE ? null : text));
          return cursorOf(page.keys, values);
        };
        const groups = new Map<string, number[]>();
        for (let at = 1; at < cells.length; at += width) {
          const [key, group = []] = [cells[at] ?? '', groups.get(cells[at] ?? '')];
          if (group.push(at) === 1) groups.set(key, group);
        }
        return (key) => {
          const all = groups.get(key) ?? [];
          const starts = all.slice(0, page.size);
          if (page.backwards) starts.reverse();
          const flags = pageFlags(args, page, all.length > page.size);
          return [write({ cells, at: 1, starts, cursor, key, flags }, answer)];
        };
      },
    };
  });
  const rowsOf = lastly((_, from: string, sorted: readonly string[]) => {
    const rows = `${own.select(sorted)} ${from}`;
    return `${own.name} as (${owners ? `select p.* from ${owners}, lateral (${rows}) p` : rows})`;
  });
  /** Where a row has its id, when cursors are shown. */
  let idCell = -1;
  const write = pageWriter(planning, field, nodes, {
    row: (type, inner) => rowWriter(planning, type, inner, own),
    cursors() {
      idCell = own.cell(columnSql(table.id));
    },
    count(counter, inner) {
      const slot = argsOf(planning, counter, inner);
      const name = `l${planning.levels.length}`;
      return addLevel(planning, (call) => {
        const { sql: count, cap } = countOf(call, listed.of(call), call.args[slot]?.exact === true);
        const text = `select ${rowSql([owner, `(${count})`])} as r${owners && ` from ${owners}`}`;
        return rowByRow(name, text, 2, ({ cells, at }) => {
          const value = Number(cells[at + 1]);
          if (value > cap) giveUp('an estimate');
          return planning.form.value(value);
        });
      });
    },
  });
  return one(showing, level, cell);
}

/** The rows of a page, and one more. */
function pageFrom(call: Call, { list, hits }: Listed, { where, order, offset, size, idsFirst }: PageQuery): string {
  const { table } = list.noun;
  const [name, id] = [tableName(table), nameOf(table.id)];
  // In the order of ids the page is cut from what a search found, before any row is read.
  const isCut = hits && list.keys.length === 0;
  const conditions = [
    isCut ? 'true' : wallOf(table),
    ...(hits && !isCut ? [`${id} = any(array(select h.id from ${hits} h))`] : []),
    ...(where ? [`(${render(call, where)})`] : []),
  ];
  const sorted = `order by ${render(call, order)}`;
  const past = offset > 0 ? ` offset $${call.parameters.push(offset)}::bigint` : '';
  const page = `where ${conditions.join(' and ')} ${sorted} limit ${size + 1}${past}`;
  if (!isCut && !idsFirst) return `from ${name} ${page}`;
  const ids = `select ${id} from ${isCut ? `${hits} ${name}` : name} ${page}`;
  return `from ${name} where ${wallOf(table)} and ${id} = any(array(${ids})) ${sorted}`;
}

/** How a list is counted; one of more than `cap` would be estimated instead. */
function countOf(call: Call, listed: Listed | undefined, exact: boolean): { sql: string; cap: number } {
  const { list, hits } = listed ?? giveUp('a count before its list');
  const mine = and(sql.raw(wallOf(list.noun.table)), list.where);
  if (!list.storedTotal) call.way.thought = 'anew';
  const { statement, cap } = countSql({ ...list, where: mine }, exact);
  return { sql: hits ? `select count(*) from ${hits}` : render(call, statement), cap };
}
