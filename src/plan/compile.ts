import type { PgTable } from 'drizzle-orm/pg-core';
import { type GraphQLSchema, getOperationAST, getVariableValues, Kind, OperationTypeNode } from 'graphql';
import { cellsOf, rowsSql } from '../db/flat.ts';
import type { Reading, Way } from '../db/lanes.ts';
import { type References, versionSql } from '../db/references.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { Context } from '../schema/builder.ts';
import type { ListSetting } from '../schema/source.ts';
import { asText, asValues, type ToldObject } from './form.ts';
import type { PlannedCall } from './index.ts';
import type { Answer, Call, Planning, Spot } from './level.ts';
import { rowWriter } from './row.ts';
import { fragmentsOf } from './selection.ts';
import { giveUp } from './unplanned.ts';

/** An operation understood: what it needs of its caller, and how each call of it becomes a statement and an answer. */
export interface Plan {
  scopes: ReadonlySet<string>;
  bind(variables: Readonly<Record<string, unknown>>, setting: ListSetting, pageLimit: number): BoundPlan;
}
interface BoundPlan {
  reading: Pick<Reading, 'text' | 'parameters' | keyof Way>;
  /** Tells `data`, of the one row's values; the first is the version of the references. */
  write(values: readonly (string | null)[], ctx: Context, references: References): ToldObject;
}

/** What is asked of a query is asked of the organization: its id is the key of all that hangs on it. */
const root: Spot = { name: '', id: organizations.id, cell: () => 0, expose: () => '$1::bigint' };

/** Plans a query. `keeps` tells whose rows are in memory. Throws `unplanned` for what is not covered. */
export function compile(
  schema: GraphQLSchema,
  { document, operationName, isText }: PlannedCall,
  keeps: (table: PgTable) => boolean,
): Plan {
  const operation = getOperationAST(document, operationName);
  const query = schema.getQueryType();
  if (operation?.operation !== OperationTypeNode.QUERY || !query) giveUp('no query');
  const name = { kind: Kind.NAME, value: 'query' } as const;
  const [fragments, form] = [fragmentsOf(document), isText ? asText : asValues];
  const planning: Planning = { schema, fragments, scopes: new Set(), form, levels: [], args: [], keeps };
  const write = rowWriter(planning, query, [{ kind: Kind.FIELD, name, selectionSet: operation.selectionSet }], root);
  const { levels, args, scopes } = planning;
  if (levels.length === 0) giveUp('nothing to read');
  /** Most calls are the same text, of the same pieces: then the one that has been looked up before. */
  let last = { pieces: [''], text: '' };

  return {
    scopes,
    bind(given, setting, pageLimit) {
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
      // What is wrong with them is told by the ordinary way.
      if (!coerced) giveUp('variables');
      const key = String(setting.caller.organizationId);
      const call: Call = {
        args: args.map((read) => read(coerced)),
        setting,
        pageLimit,
        parameters: [key],
        way: {},
      };
      const bounds = levels.map((bind) => bind(call));
      const expressions = bounds.flatMap((bound) => bound.expressions);
      const condition = setting.caller.standing?.condition(call.parameters) ?? 'true';
      const pieces = [...expressions, condition];
      if (pieces.length !== last.pieces.length || pieces.some((piece, i) => piece !== last.pieces[i])) {
        const selected = [versionSql, ...bounds.flatMap(({ name }) => (name ? rowsSql(name) : []))];
        const named = expressions.length > 0 ? `with ${expressions.join(', ')} ` : '';
        last = { pieces, text: `${named}select ${selected.join(', ')} where ${condition}` };
      }
      return {
        reading: { text: last.text, parameters: call.parameters as never, ...call.way },
        write(values, ctx, references) {
          const answer: Answer = { ctx, references, args: call.args, levels: [] };
          let value = values.length;
          for (const [i, { name, width, read }] of [...bounds.entries()].reverse()) {
            const cells = (name ? cellsOf(values[--value], width) : []) ?? giveUp('a separator in the data');
            answer.levels[i] = read(cells, answer);
          }
          return write({ cells: [key], at: 0 }, answer);
        },
      };
    },
  };
}
