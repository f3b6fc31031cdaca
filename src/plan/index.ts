import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import { databaseError, worded } from '../db/constraints.ts';
import type { Lanes } from '../db/lanes.ts';
import { openPrepared } from '../db/prepared.ts';
import { openReferences, type References } from '../db/references.ts';
import { ApiError } from '../errors.ts';
import { openNotes } from '../notes.ts';
import type { Context } from '../schema/builder.ts';
import { has, type More } from '../schema/source.ts';
import { compile, type Plan } from './compile.ts';
import type { ToldObject } from './form.ts';
import { giveUp, isGivenUp, unlessGivenUp } from './unplanned.ts';

/** One call of an operation. */
export interface PlannedCall {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables: Readonly<Record<string, unknown>>;
  /** Whether the answer is wanted as JSON. */
  isText?: boolean | undefined;
  /** When nobody waits for the answer any more, by `performance.now()`. */
  endsAt?: number | undefined;
  /** What fields are computed with. It has no transaction: who asks for one gives up. */
  context: Context;
}

/** Answers queries by plans: one prepared statement and one writer each. */
export interface Planner {
  /**
   * `data`, as JSON or as values that nobody may change, or null when the operation is to be executed in the ordinary way, with the same result. Throws
   * UNAVAILABLE when the database is away or a limit was reached: trying again another way would only add to it.
   */
  run(call: PlannedCall): Promise<ToldObject | null>;
  /** Organizations as they were read last. Others may have changed them since: `confirmed` tells. */
  references: ReturnType<typeof openReferences>;
  /** The organization that this caller's last planned statement found unchanged. */
  confirmed(caller: Caller): More['organization'] | undefined;
}

/** How often references that changed in between are read anew before the ordinary way is taken. */
const mostTries = 3;

/** Opens a planner over a schema. */
export function openPlanner(schema: GraphQLSchema, lanes: Lanes): Planner {
  const references = openReferences(lanes);
  const plans = new WeakMap<DocumentNode, Map<string, Plan | null>>();
  const confirmed = openNotes<Caller, More['organization']>();
  const prepared = openPrepared();

  function planOf(call: PlannedCall, { kept, tables }: References): Plan | null {
    const name = `${kept} ${call.isText} ${call.operationName ?? ''}`;
    const byName = plans.get(call.document) ?? new Map<string, Plan | null>();
    const known = byName.get(name);
    if (known !== undefined) return known;
    plans.set(call.document, byName);
    const made = unlessGivenUp(() => compile(schema, call, (table) => tables.has(table)));
    byName.set(name, made);
    return made;
  }

  async function answer(call: PlannedCall): Promise<ToldObject> {
    const { caller, vault, pageLimit } = call.context;
    const { organizationId } = caller;
    for (let tries = 0, known = references.of(organizationId); tries < mostTries; tries++) {
      known ??= (await references.read(organizationId, call.context.trace)) ?? undefined;
      if (!known) giveUp('no such organization');
      const plan = planOf(call, known);
      if (!plan) giveUp('not covered');
      for (const scope of plan.scopes) if (!has(caller, scope)) giveUp('a scope is missing');
      const setting = { caller, vault, country: known.organization.country };
      const { reading, write } = plan.bind(call.variables, setting, pageLimit);
      const rows = await lanes.read({
        ...reading,
        organizationId,
        endsAt: call.endsAt,
        prepare: prepared(reading.text) ?? false,
        trace: call.context.trace,
      });
      // Taken out: promises of it are old by now, and what they keep stays until all of the heap is collected.
      const values = rows.pop() ?? giveUp('a credential that changed');
      caller.standing?.found();
      if (values[0] === known.version) {
        confirmed.write(caller, known.organization);
        return write(values, call.context, known);
      }
      known = undefined;
      references.forget(organizationId);
    }
    giveUp('references that change all the time');
  }

  return {
    references,
    confirmed: (caller) => confirmed.of(caller),
    async run(call) {
      try {
        return await answer(call);
      } catch (error) {
        if (isGivenUp(error)) return null;
        const told = databaseError(error) ? worded(error) : error;
        if (told instanceof ApiError && told.kind === 'UNAVAILABLE') throw told;
        // Refusals of arguments are told by the ordinary way, with their place; anything else is a fault of a plan.
        if (!(told instanceof ApiError) || told.kind === 'INTERNAL') {
          call.context.log.error({ requestId: call.context.requestId, err: error }, 'a plan failed');
        }
        return null;
      }
    },
  };
}
