import { execute, type GraphQLSchema } from 'graphql';
import { ApiError } from '../errors.ts';
import { lenses, renderIn } from '../rest-compat/lens.ts';
import type { Context } from '../schema/builder.ts';
import { apiErrorOf } from './public-error.ts';

/**
 * How operations show a customer in a dialect's words: the dialect's own operation runs in the one that asks, with its transaction and
 * batches, so that a page of customers costs no more statements than one.
 */
export function openLens(schema: GraphQLSchema): Context['render'] {
  return async (name, customerId, ctx) => {
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
