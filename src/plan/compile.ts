import type { PgTable } from 'drizzle-orm/pg-core';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import type { Context } from '../schema/builder.ts';
import type { ListSetting } from '../schema/source.ts';
import type { Level } from './level.ts';
import type { Planning, Showing } from './planning.ts';
import type { References } from './reference.ts';
import { type Bound, type Root, rootOf, type Statement } from './root.ts';
import { fieldsOf, fragmentsOf } from './selection.ts';
import { type Flat, quote, rowsOf } from './text.ts';
import { unplanned } from './unplanned.ts';
import { scopesOf } from './value.ts';

/** An operation understood: what it needs of its caller, and how each call of it becomes a statement and an answer. */
export interface Plan {
  scopes: ReadonlySet<string>;
  /** The names of the root fields, in the order of the answer. */
  keys: readonly string[];
  bind(
    variables: Readonly<Record<string, unknown>>,
    about: { setting: ListSetting; pageLimit: number; head: Pick<Statement, 'values' | 'parameters'> },
  ): BoundPlan;
}
interface BoundPlan {
  text: string;
  parameters: readonly unknown[];
  isSearch: boolean;
  /** The JSON of `data`. */
  write(values: readonly (string | null)[], ctx: Context, references: References): string;
}

interface RootField {
  key: string;
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
  root: Root;
  /** Its own level and those that hang on it. */
  levels: readonly Level[];
}

/** Plans a query. `keeps` tells whose rows are in memory. Throws `unplanned` for what is not covered. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  keeps: (table: PgTable) => boolean,
): Plan {
  const operation = getOperationAST(document, operationName);
  const query = schema.getQueryType();
  if (operation?.operation !== OperationTypeNode.QUERY || !query || operation.directives?.length)
    throw unplanned('no query');
  const scopes = new Set(scopesOf(query));
  const planning: Planning = { schema, fragments: fragmentsOf(document), levels: [], scopes, argued: [], keeps };
  const keys: string[] = [];
  const fields = [...fieldsOf(planning, query, [operation.selectionSet])].map(([key, nodes]): RootField | string => {
    keys.push(key);
    const [node] = nodes;
    if (node?.name.value === '__typename') return `${quote(key)}:${quote(query.name)}`;
    const field = query.getFields()[node?.name.value ?? ''];
    if (!node || !field) throw unplanned('no such field');
    const before = planning.levels.length;
    const root = rootOf(planning, field, nodes);
    return { key, field, node, root, levels: planning.levels.slice(before) };
  });
  const roots = fields.filter((field) => typeof field !== 'string');
  if (roots.length === 0) throw unplanned('nothing to read');

  return {
    scopes,
    keys,
    bind(given, { setting, pageLimit, head }) {
      const { coerced: variables } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
      // What is wrong with them is told by the ordinary way.
      if (!variables) throw unplanned('variables');
      const args = planning.argued.map(({ field, node }) => getArgumentValues(field, node, variables));
      const statement: Statement = {
        expressions: [],
        isSearch: false,
        values: [...head.values],
        parameters: [...head.parameters],
      };
      const bounds = roots.map(({ field, node, root, levels }) => {
        const bound = root.bind(statement, getArgumentValues(field, node, variables) as never, setting, {
          pageLimit,
          args,
        });
        for (const level of levels) {
          if (level !== root.level) statement.expressions.push(`${level.name} as (${level.statement(bound.limit)})`);
        }
        return bound;
      });
      const at = statement.values.length;
      for (const { name } of planning.levels) {
        statement.values.push(`(select concat_ws(E'\\x1e', count(*), string_agg(r, E'\\x1e')) from ${name})`);
      }
      return {
        text: `with ${statement.expressions.join(', ')} select ${statement.values.join(', ')}`,
        parameters: statement.parameters,
        isSearch: statement.isSearch,
        write: (values, ctx, references) => write(bounds, values, at, { ctx, references, args }),
      };
    },
  };

  function write(
    bounds: readonly Bound[],
    values: readonly (string | null)[],
    at: number,
    about: Pick<Showing, 'ctx' | 'references' | 'args'>,
  ): string {
    const rows = new Map<Level, Map<string, Flat[]>>();
    const own = new Map<Level, Flat[]>();
    const more = new Map(roots.map(({ root }, i) => [root.level, bounds[i]?.more ?? 0]));
    for (const [i, level] of planning.levels.entries()) {
      const found = rowsOf(values[at + i], level.columns.length + 1 + (more.get(level) ?? 0));
      own.set(level, found);
      if (!level.root) rows.set(level, grouped(found));
    }
    const showing: Showing = { ...about, rows, written: new Map() };
    let next = 0;
    const parts = fields.map((field) => {
      if (typeof field === 'string') return field;
      return `${quote(field.key)}:${bounds[next++]?.write(own.get(field.root.level) ?? [], values, showing)}`;
    });
    return `{${parts.join(',')}}`;
  }
}

function grouped(rows: readonly Flat[]): Map<string, Flat[]> {
  const groups = new Map<string, Flat[]>();
  for (const row of rows) {
    const key = row[0] ?? '';
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
