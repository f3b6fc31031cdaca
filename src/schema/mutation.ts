import type { FieldRef, InputFieldMap, InputShapeFromFields, ObjectFieldBuilder } from '@pothos/core';
import type { Scope } from '../auth/caller.ts';
import type { Tx } from '../db/client.ts';
import { lostRace, raceLost, worded } from '../db/constraints.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import { type Alone, builder, type Context } from './builder.ts';
import { errorTypeOf, errorTypes, type Refusal } from './error.ts';

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** What a payload's fields are made with. */
export type PayloadFields<Payload> = ObjectFieldBuilder<Types, Payload>;

interface Options<Payload extends object, Args extends InputFieldMap> {
  description: string;
  /** What the caller must be allowed; `own` is for a customer's login on its own customer. */
  scope: Scope | 'own';
  args: Args;
  payload: (t: PayloadFields<Payload>) => Record<string, FieldRef<Types, unknown, 'Object'>>;
  /** What the payload is, in a word or two: `The customer as it is now.` */
  payloadDescription?: string;
  resolve: (args: InputShapeFromFields<Args>, ctx: Context) => Promise<Payload>;
}

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** `customerCreate` answers `CustomerCreateResult`: its payload, or one of the refusals. Made once for each name. */
function resultType<Payload extends object>(
  name: string,
  { payload, payloadDescription }: Options<Payload, InputFieldMap>,
) {
  const Payload = builder.objectRef<Payload>(`${upper(name)}Payload`).implement({
    description: payloadDescription ?? `What ${name} did.`,
    fields: (t) => payload(t as never) as never,
  });
  return builder.unionType(`${upper(name)}Result`, {
    description: `What ${name} answers: its payload, or why nothing was changed.`,
    types: [Payload, ...errorTypes],
    resolveType: (value) => ('isRefusal' in value ? errorTypeOf(value.kind) : `${upper(name)}Payload`) as never,
  });
}

/** A refusal that callers are expected to handle is data; everything else stays an error. */
export function asData(error: unknown): Refusal {
  const told = worded(error);
  const { code, kind, message, faults } = told;
  if (errorTypeOf(kind)) return { isRefusal: true, code, kind, message, faults };
  throw told;
}

/** Adds one mutation, with its payload and its result union. The resolver throws; what may be shown as data becomes data. */
export function mutation<Payload extends object, Args extends InputFieldMap>(
  name: string,
  options: Options<Payload, Args>,
): void {
  const result = resultType(name, options as never);
  builder.mutationField(name, (t) =>
    t.field({
      type: result,
      description: options.description,
      authScopes: options.scope === 'own' ? { own: true } : { scope: options.scope },
      args: options.args,
      resolve: (async (_root: unknown, args: InputShapeFromFields<Args>, ctx: Context) => {
        try {
          return await options.resolve(args, ctx);
        } catch (error) {
          return asData(error);
        }
      }) as never,
    }),
  );
}

/** A mutation of several rows: one result for each, and a bad row does not spoil the others. */
export function rowsMutation<Payload extends object, Args extends InputFieldMap>(
  name: string,
  resultName: string,
  options: Omit<Options<Payload, Args>, 'payload' | 'resolve'> & {
    resolve: (args: InputShapeFromFields<Args>, ctx: Context) => Promise<(Payload | Refusal)[]>;
  },
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type: [resultName] as never,
      description: options.description,
      authScopes: { scope: options.scope as Scope },
      args: options.args,
      resolve: ((_root: unknown, args: InputShapeFromFields<Args>, ctx: Context) => {
        // Each row is a change of its own.
        ctx.shortcut = null;
        return options.resolve(args, ctx);
      }) as never,
    }),
  );
}

/** The same refusal, its faults at their places in a list of rows. */
export function inRow(refusal: Refusal, row: readonly (string | number)[]): Refusal {
  const at = row.map(String);
  return { ...refusal, faults: refusal.faults.map((one) => ({ ...one, path: [...at, ...one.path] })) };
}

/**
 * One change: what `work` writes is kept whole or not at all, whatever else the operation does. When another writer was first, the
 * operation is begun anew, so that it holds nobody up meanwhile; when it was so too often, the work alone is done once more.
 */
export async function write<T>(ctx: Context, work: (tx: Tx) => Promise<T>): Promise<T> {
  ctx.shortcut = null;
  const operation = await ctx.work.tx();
  const attempt = async () => {
    const done = await operation.transaction(work);
    ctx.work.hasWritten = true;
    return done;
  };
  ctx.loaders.clear();
  try {
    return await attempt();
  } catch (error) {
    if (!lostRace(error)) throw worded(error);
    if (ctx.retreat) {
      ctx.retreat();
      throw worded(error);
    }
    return await attempt().catch((again: unknown) => {
      throw worded(again);
    });
  } finally {
    ctx.loaders.clear();
  }
}

/**
 * The one change of an operation, of something that is remembered of no organization. As there is nothing else to keep, it needs no
 * savepoint; and whatever goes wrong on the shortcut is not told, but done again the long way, which tells it in full. One that writes
 * one row, by one statement, is one message to the database where `work` is told so: nothing is locked before it.
 */
export async function writeAlone<T>(
  ctx: Context,
  work: (tx: Tx, alone: Alone | null) => Promise<T>,
  isOneRow = false,
): Promise<T> {
  const { shortcut } = ctx;
  if (!shortcut) return write(ctx, (tx) => work(tx, null));
  const alone = isOneRow ? shortcut.alone : null;
  if (alone) ctx.work = { ...ctx.work, tx: async () => alone.tx };
  const tx = await ctx.work.tx();
  try {
    const done = await work(tx, alone);
    ctx.work.hasWritten = true;
    return done;
  } catch (error) {
    shortcut.failed();
    throw worded(error);
  }
}

/**
 * For an upsert that found nobody, and then could not make the record because somebody else has by now: a race that was lost
 * when it is the upsert's own identity that is taken, and a conflict like any other when it is not.
 */
export function asRace(identity: object): (error: unknown) => never {
  const own = Object.keys(identity).map((key) => `input.${key}`);
  return (error) => {
    const isTaken = (one: Fault) => one.existingId !== undefined && own.includes(one.path.join('.'));
    throw error instanceof ApiError && error.faults.some(isTaken) ? raceLost() : error;
  };
}

/** What an upsert or update did to the record. */
export type Outcome = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'FOUND';

export const OutcomeType = builder.enumType('Outcome', {
  description: 'What happened to the record.',
  values: {
    CREATED: { description: 'It was made.' },
    UPDATED: { description: 'It was changed.' },
    UNCHANGED: { description: 'It was like that already; its version did not rise.' },
    FOUND: { description: 'It was there already.' },
  } as const,
});

/** The argument by which a writer says which version it has read. */
export const staleArg = {
  description:
    'The version that was read: refused with StaleError when the record has another by now. 0 is any, as long as the record is there.',
};

/** Refuses a change of a record that has another version than the writer read; null is one that is not there. */
export function checkVersion(current: { version?: unknown } | null, expected: number | null | undefined): void {
  if (typeof expected !== 'number' || current?.version === expected || (expected === 0 && current)) return;
  const version = typeof current?.version === 'number' ? { currentVersion: current.version } : {};
  throw new ApiError('VERSION_STALE', [{ ...fault('VERSION_STALE', ['expectedVersion']), ...version }]);
}

/** The payload of every deletion. */
export const deletedPayload = (t: PayloadFields<{ deletedId: string }>) => ({
  deletedId: t.exposeID('deletedId', { description: 'The global id of what is gone.' }),
});
