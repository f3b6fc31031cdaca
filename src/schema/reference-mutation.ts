import type { InputRef } from '@pothos/core';
import { eq } from 'drizzle-orm';
import { removePicture } from '../domain/picture.ts';
import { type Identity, whereIdentity } from '../domain/reference.ts';
import { same } from '../domain/same.ts';
import { ApiError, type ErrorCode, type Fault, fault, refuse } from '../errors.ts';
import { builder, type Context, type Tx } from './builder.ts';
import { identityFaults, identityOf } from './identity.ts';
import type { Row } from './loader.ts';
import {
  asRace,
  checkVersion,
  deletedPayload,
  mutation,
  type Outcome,
  OutcomeType,
  type PayloadFields,
  staleArg,
  write,
} from './mutation.ts';
import { type By, globalId } from './node.ts';
import type { Noun } from './source.ts';

/** An input as its columns, and what was wrong with its form. Whatever waits for somebody else is done by now. */
export interface ReferenceInput {
  columns: Row;
  faults: Fault[];
  /** Looks at other rows in the write's own transaction: what the input points at, loops, levels. Adds columns and faults. */
  resolve?: (tx: Tx, current: Row | null, faults: Fault[]) => Promise<Row>;
  /** Writes what belongs to the record beside its row; answers whether that changed anything. */
  after?: (tx: Tx, row: Row) => Promise<boolean>;
}

interface Resource<Create, Update, Upsert> {
  noun: Noun;
  /** `category`: the field of the payloads and the beginning of the mutations' names. */
  field: string;
  words: { a: string; the: string };
  by: InputRef<unknown>;
  inputs: { create: InputRef<Create>; update: InputRef<Update>; upsert: InputRef<Upsert> };
  scopes: { write: Noun['scope']; delete?: Noun['scope'] };
  codes: { missing: ErrorCode };
  /** Columns without which there is no record, with the input field that gives each. */
  required: Record<string, string>;
  read: (input: Create | Update | Upsert, ctx: Context) => Promise<ReferenceInput>;
  /** The column of the picture that is the record's own and goes with it. */
  picture?: 'pictureId' | 'photoId';
  /** An argument of the upsert with which a new record must say a field that it may otherwise be silent of. */
  insisted?: { argument: string; field: string; description: string };
  /** What a new record gets when the input is silent. */
  defaults?: (tx: Tx, ctx: Context) => Promise<Row>;
  /** Refuses a deletion for a reason that no constraint can tell. */
  beforeDelete?: (tx: Tx, row: Row) => Promise<void>;
}

export interface Written {
  row: Row;
  outcome: Outcome;
}
type Version = number | null | undefined;

/** Makes the record with this identity, or changes the one that is there. `lacking`: what is wrong with a new one. */
type Upsert = (
  ctx: Context,
  identity: Identity,
  given: ReferenceInput,
  expected: Version,
  lacking?: readonly Fault[],
) => Promise<Written>;

/** Create, update, upsert and delete of one resource: the same four, worded for it. Answers the upsert, for lists of rows. */
export function referenceMutations<C, U, P>(resource: Resource<C, U, P>): Upsert {
  const { noun, field, words, inputs } = resource;
  const { table } = noun;
  const missing = () => new ApiError(resource.codes.missing, [fault(resource.codes.missing, ['by'])]);

  async function lock(tx: Tx, identity: Identity): Promise<Row | null> {
    const [row] = await tx.select().from(table).where(whereIdentity(table, identity)).limit(1).for('no key update');
    return row ?? null;
  }

  async function create(tx: Tx, ctx: Context, input: ReferenceInput): Promise<Written> {
    const faults = [...input.faults];
    const resolved = (await input.resolve?.(tx, null, faults)) ?? {};
    const values: Row = { ...(await resource.defaults?.(tx, ctx)), ...input.columns, ...resolved };
    for (const [column, key] of Object.entries(resource.required)) {
      const told = faults.some(({ path }) => path[1] === key);
      if (!told && (values[column] === undefined || values[column] === null))
        faults.push(fault('VALUE_REQUIRED', ['input', key], 'is required'));
    }
    await checkTaken(tx, values, null, faults);
    if (faults.length > 0) throw refuse(faults);
    const [row] = (await tx
      .insert(table)
      .values(values as never)
      .returning()) as Row[];
    if (!row) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
    await input.after?.(tx, row);
    return { row, outcome: 'CREATED' };
  }

  async function change(tx: Tx, current: Row, input: ReferenceInput): Promise<Written> {
    const faults = [...input.faults];
    const resolved = (await input.resolve?.(tx, current, faults)) ?? {};
    const values: Row = { ...input.columns, ...resolved };
    for (const [column, key] of Object.entries(resource.required)) {
      if (values[column] === null) faults.push(fault('VALUE_REQUIRED', ['input', key], 'cannot be cleared'));
    }
    await checkTaken(tx, values, current, faults);
    if (faults.length > 0) throw refuse(faults);
    const changed = Object.entries(values).filter(([key, value]) => value !== undefined && !same(value, current[key]));
    const beside = (await input.after?.(tx, current)) ?? false;
    if (changed.length === 0 && !beside) return { row: current, outcome: 'UNCHANGED' };
    const set = changed.length > 0 ? Object.fromEntries(changed) : { updatedAt: new Date() };
    const [row] = (await tx
      .update(table)
      .set(set as never)
      .where(eq(table.id, Number(current.id)))
      .returning()) as Row[];
    if (!row) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
    await dropPicture(tx, current, row);
    return { row, outcome: 'UPDATED' };
  }

  /** Takes away the picture that the record shows no more. */
  async function dropPicture(tx: Tx, before: Row, after: Row | null): Promise<void> {
    const id = resource.picture && before[resource.picture];
    if (typeof id === 'number' && resource.picture && after?.[resource.picture] !== id) await removePicture(tx, id);
  }

  const upsert: Upsert = (ctx, identity, given, expected, lacking = []) =>
    write(ctx, async (tx) => {
      const current = await lock(tx, identity);
      if (current) {
        checkVersion(current, expected);
        return change(tx, current, given);
      }
      if ('id' in identity || 'key' in identity) throw missing();
      checkVersion(null, expected);
      // The identity is the new record's own, whatever the input says in its place.
      const faults = [...identityFaults(identity, given.faults), ...lacking];
      const made = create(tx, ctx, { ...given, faults, columns: { ...given.columns, ...identity } });
      return made.catch(asRace(identity));
    });

  /** Told beside the other faults; two at once are caught by the constraint. */
  async function checkTaken(tx: Tx, values: Row, current: Row | null, faults: Fault[]): Promise<void> {
    const key = 'uniqueId' in table ? 'uniqueId' : 'reference';
    const value = values[key];
    if (typeof value !== 'string' || value === current?.[key]) return;
    const [row] = (await tx
      .select({ id: table.id })
      .from(table)
      .where(whereIdentity(table, { [key]: value } as Identity))
      .limit(1)) as Row[];
    const code = key === 'uniqueId' ? 'LOGIN_TAKEN' : 'REFERENCE_TAKEN';
    if (row) faults.push({ ...fault(code, ['input', key]), existingId: globalId(noun.name, Number(row.id)) });
  }

  const payload = (t: PayloadFields<Written>) => ({
    [field]: t.field({
      type: noun.ref as never,
      description: `${words.the} as it is now.`,
      resolve: (({ row }: Written) => row) as never,
    }),
    outcome: t.field({ type: OutcomeType, description: 'What happened to it.', resolve: ({ outcome }) => outcome }),
  });
  const input = (ref: InputRef<unknown>, description: string) =>
    builder.args((t) => ({ input: t.field({ type: ref as never, required: true, description }) }));
  const by = (stale: boolean) =>
    builder.args((t) => ({
      by: t.field({ type: resource.by as never, required: true, description: 'Which one.' }),
      ...(stale && { expectedVersion: t.int(staleArg) }),
    }));

  const { insisted } = resource;
  const insist = () =>
    builder.args((t) => (insisted ? { [insisted.argument]: t.boolean({ description: insisted.description }) } : {}));
  const lackingOf = (args: { input: P }): Fault[] =>
    insisted && Reflect.get(args, insisted.argument) === true && (args.input as Row)[insisted.field] === undefined
      ? [fault('VALUE_REQUIRED', ['input', insisted.field], 'is required')]
      : [];

  mutation<Written, never>(`${field}Create`, {
    description: `Makes ${words.a}.`,
    scope: resource.scopes.write,
    args: input(inputs.create, 'The new record.') as never,
    payload,
    resolve: async (args: { input: C }, ctx: Context) => {
      const given = await resource.read(args.input, ctx);
      return write(ctx, (tx) => create(tx, ctx, given));
    },
  } as never);

  mutation<Written, never>(`${field}Update`, {
    description: `Changes ${words.a}: what is absent stays, null clears.`,
    scope: resource.scopes.write,
    args: { ...by(true), ...input(inputs.update, 'What changes.') } as never,
    payload,
    resolve: async (args: { by: By; input: U; expectedVersion: Version }, ctx: Context) => {
      const given = await resource.read(args.input, ctx);
      return write(ctx, async (tx) => {
        const current = await lock(tx, identityOf(noun.name, args.by));
        if (!current) throw missing();
        checkVersion(current, args.expectedVersion);
        return change(tx, current, given);
      });
    },
  } as never);

  mutation<Written, never>(`${field}Upsert`, {
    description: `Makes ${words.a} with this unique identity, or changes the one that is there.`,
    scope: resource.scopes.write,
    args: { ...by(true), ...input(inputs.upsert, 'How it should be.'), ...insist() } as never,
    payload,
    resolve: async (args: { by: By; input: P; expectedVersion: Version }, ctx: Context) => {
      const given = await resource.read(args.input, ctx);
      return upsert(ctx, identityOf(noun.name, args.by), given, args.expectedVersion, lackingOf(args));
    },
  } as never);

  mutation<{ deletedId: string }, never>(`${field}Delete`, {
    description: `Deletes ${words.a}. Refused while other records use it.`,
    scope: resource.scopes.delete ?? resource.scopes.write,
    args: by(true) as never,
    payload: deletedPayload,
    resolve: (args: { by: By; expectedVersion: Version }, ctx: Context) =>
      write(ctx, async (tx) => {
        const current = await lock(tx, identityOf(noun.name, args.by));
        if (!current) throw missing();
        checkVersion(current, args.expectedVersion);
        await resource.beforeDelete?.(tx, current);
        await tx.delete(table).where(eq(table.id, Number(current.id)));
        await dropPicture(tx, current, null);
        return { deletedId: globalId(noun.name, Number(current.id)) };
      }),
  } as never);

  return upsert;
}
