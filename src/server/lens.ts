import { setImmediate } from 'node:timers/promises';
import { execute, type GraphQLSchema } from 'graphql';
import { ApiError } from '../errors.ts';
import { lenses, renderIn } from '../rest-compat/lens.ts';
import type { Context } from '../schema/builder.ts';
import { apiErrorOf } from './public-error.ts';

/** Customers shown in one turn of the event loop: others are answered in between. */
const atOnce = 25;

/** Lets the callers of one operation pass in groups, each in a turn of its own. */
function openTurns(): () => Promise<void> {
  let left = atOnce;
  let turn = Promise.resolve();
  return () => {
    if (left === 0) {
      left = atOnce;
      turn = turn.then(() => setImmediate());
    }
    left -= 1;
    return turn;
  };
}

/**
 * How operations show a customer in a dialect's words: the dialect's own operation runs in the one that asks, with its transaction and
 * batches, so that a group of customers costs no more statements than one.
 */
export function openLens(schema: GraphQLSchema): Context['render'] {
  const turns = new WeakMap<Context, () => Promise<void>>();
  return async (name, customerId, ctx) => {
    const turn = turns.get(ctx) ?? openTurns();
    turns.set(ctx, turn);
    await turn();
    const lens = lenses[name];
    const { reference, createdAt, regionLevel } = await ctx.organization();
    const known = {
      origin: ctx.publicUrl,
      caller: ctx.caller,
      requestId: ctx.requestId,
      organization: { reference, createdAt, regionLevel },
    };
    return renderIn(lens, known, async () => {
      const { data, errors } = await execute({
        schema,
        document: lens.route.operation,
        variableValues: { by: { id: customerId } },
        contextValue: ctx,
      });
      const [error] = errors ?? [];
      if (error) throw apiErrorOf(error) ?? new ApiError('INTERNAL', [], { cause: error });
      return data;
    });
  };
}
