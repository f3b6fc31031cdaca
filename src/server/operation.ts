import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  visit,
} from 'graphql';
import { recordReveals, recordRevealsOfReader } from '../audit.ts';
import type { Caller } from '../auth/caller.ts';
import { commitMs, type Db, deadlineMs, withDeadline } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { openLone } from '../db/lone.ts';
import { askVersion, type References } from '../db/references.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { Trace } from '../db/trace.ts';
import { openWork, type Work } from '../db/work.ts';
import type { Directory } from '../directory/index.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import type { Planner } from '../plan/index.ts';
import { giveUp } from '../plan/unplanned.ts';
import { type Context, forget } from '../schema/builder.ts';
import { foresee, foreseeNone, relationsShown } from '../schema/of-rows.ts';
import { badText } from '../values/text.ts';
import type { Vault } from '../vault.ts';
import { type OnceCall, openOnce } from './once.ts';

/** The rooms that an operation works with, the same for all of them. */
export interface OperationRooms {
  schema: GraphQLSchema;
  db: Db;
  vault: Vault;
  directory: Directory;
  publicUrl: string;
  log: Context['log'];
  /** How a customer is shown in a dialect's words; absent: in none. */
  render?: Context['render'];
  /** Absent: every operation is executed in the ordinary way. */
  planner?: Planner | undefined;
}

/** One operation that has been parsed and validated. */
export interface OperationCall {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables: Readonly<Record<string, unknown>>;
  caller: Caller;
  dialect: string;
  requestId: string;
  pageLimit: number;
  /** Whether its data is wanted as JSON, where that can be had; else it is shared, and nobody changes it. */
  isText?: boolean;
  trace?: Trace | null | undefined;
  /** When it must have ended, by `performance.now()`. */
  endsAt?: number | undefined;
  /** A mutation that is done once, however often it is asked for. */
  once?: OnceCall | undefined;
  /** What its caller takes the organization to be: a mutation is not done, and null, when it is another by now. */
  assumes?: References | undefined;
}

/** The result of an operation; its data as JSON instead when a plan wrote it so. */
type Result = ExecutionResult & { text?: string };
type Organization = Awaited<ReturnType<Context['organization']>>;

/**
 * Runs one operation in its caller's organization, the same way for GraphQL and for every dialect: one transaction, opened
 * by the first statement and committed when all fields have answered. A commit that fails takes the whole answer with it.
 */
export async function runOperation(rooms: OperationRooms, call: OperationCall & { assumes?: never }): Promise<Result>;
export async function runOperation(rooms: OperationRooms, call: OperationCall): Promise<Result | null>;
export async function runOperation(rooms: OperationRooms, call: OperationCall): Promise<Result | null> {
  checkTexts(call.document, call.variables);
  const operation = getOperationAST(call.document, call.operationName);
  const bounded = { ...call, endsAt: call.endsAt ?? performance.now() + deadlineMs + 1_000 };
  const isQuery = operation?.operation !== 'mutation';
  const planned = isQuery ? await planOf(rooms, bounded) : null;
  if (planned) return planned;
  const { standing } = call.caller;
  const holds = standing ? await withDeadline(standing.holds(), bounded.endsAt - performance.now()) : true;
  if (!holds) throw new ApiError('UNAUTHENTICATED');
  if (isQuery) return await attempt(rooms, bounded, 'read');
  // A change begins with what is remembered of the organization; its transaction looks whether that still holds.
  const { organizationId } = call.caller;
  const references = rooms.planner?.references;
  const remembered = call.assumes ?? references?.of(organizationId);
  const [field, ...others] = operation.selectionSet.selections;
  const isAlone = field?.kind === Kind.FIELD && others.length === 0;
  const tried = remembered && (await attempt(rooms, { ...bounded, mayRetreat: true }, 'write', remembered, isAlone));
  const done = tried === anew ? await change(rooms, bounded, remembered) : tried;
  if (done) return done;
  references?.forget(organizationId);
  // For the next one, behind this one's back: it may fail.
  references?.read(organizationId).catch(() => {});
  if (call.assumes) return null;
  return await change(rooms, bounded);
}

/** How often a change is begun anew because another writer was first, or they waited for each other. */
const mostRetreats = 3;

/** A change by a transaction. Null when the organization is not as it was remembered. */
async function change(rooms: OperationRooms, call: Bounded, remembered?: References): Promise<Result | null> {
  for (let retreats = 0; ; retreats++) {
    const done = await attempt(rooms, { ...call, mayRetreat: retreats < mostRetreats }, 'write', remembered);
    if (done !== anew) return done;
    // Those who met are to come back one after the other.
    await sleep(Math.random() * 20 * 2 ** retreats);
  }
}

const anew = Symbol('nothing was done, and it is to be done again');
/** `mayRetreat`: it may be begun anew when another writer was first. */
type Bounded = OperationCall & { endsAt: number; mayRetreat?: boolean };
async function attempt(rooms: OperationRooms, call: Bounded, mode: 'read'): Promise<Result>;
/** Null, and nothing is done, when the organization is not as it was remembered; `anew` when the shortcut did not lead there, too. */
async function attempt(
  rooms: OperationRooms,
  call: Bounded,
  mode: 'write',
  remembered: References | undefined,
  isAlone?: boolean,
): Promise<Result | null | typeof anew>;
async function attempt(
  rooms: OperationRooms,
  call: Bounded,
  mode: 'read' | 'write',
  remembered?: References,
  isAlone = false,
): Promise<Result | null | typeof anew> {
  const { caller, requestId, dialect, trace, endsAt } = call;
  const { organizationId, credentialId } = caller;
  const actor = { organizationId, credentialId, dialect, requestId, trace, endsAt };
  const once = mode === 'write' && call.once ? openOnce(rooms.vault, caller, requestId, call.once) : null;
  let holds = true;
  const work = openWork(rooms.db, actor, mode, {
    asks: remembered && askVersion(organizationId),
    async begin(tx, [version]) {
      holds = version === remembered?.version;
      await once?.begin(tx);
    },
  });
  let relies = call.assumes !== undefined;
  let isAnew = false;
  const rely = () => {
    relies = true;
  };
  const context = contextOf(rooms, call, { work, organization: organizationIn(work, remembered?.organization, rely) });
  const canBeLone = remembered && isAlone && !once && !(await rooms.db.inCluster());
  const relations = canBeLone ? relationsShown(rooms.schema, call.document, remembered, caller) : null;
  const lone = canBeLone && relations ? openLone(rooms.db, actor, remembered.version) : null;
  if (remembered && isAlone) {
    context.shortcut = {
      references() {
        rely();
        return remembered;
      },
      failed() {
        isAnew = lone === null || lone.state() === 'unsent';
      },
      alone: lone &&
        relations && {
          tx: lone.tx,
          foresee: (row) => foresee(context, relations, row),
          isNew: (row) => foreseeNone(context, relations, row),
        },
    };
  }
  // Named first: a function that is written straight into a property is old from birth to V8, and keeps its request.
  const retreat = () => {
    isAnew = true;
  };
  if (call.mayRetreat) context.retreat = retreat;
  const left = () => endsAt - performance.now();
  try {
    const executed = execute({
      schema: rooms.schema,
      document: call.document,
      operationName: call.operationName ?? null,
      variableValues: call.variables,
      contextValue: context,
    });
    const result = await withDeadline(Promise.resolve(executed), left()).catch((error: unknown) => {
      if (lone === null || lone.state() === 'unsent') throw error;
      return withDeadline(Promise.resolve(executed), commitMs);
    });
    // What answered without a statement of its own has yet to ask whether it was answered before.
    if (once && !isAnew) await work.tx().catch(() => {});
    const before = once?.answered();
    if (before) {
      await work.rollback();
      return before;
    }
    if (isAnew) {
      await work.rollback();
      return anew;
    }
    // A lone change said so in its own message.
    if (remembered && relies && (lone === null || lone.state() === 'unsent')) {
      await work.tx();
      if (!holds) {
        await work.rollback();
        return null;
      }
    }
    // Told as not done, it is not done. What a lone change shows cannot fail.
    if (mode === 'write' && result.errors && !result.data && (lone === null || lone.state() === 'unsent')) {
      await work.rollback();
      return result;
    }
    if (mode === 'write' && context.reveals.length > 0) await recordReveals(await work.tx(), context.reveals);
    await once?.keep(work, result);
    await work.commit();
    if (mode === 'read') await recordRevealsOfReader(rooms.db, actor, context.reveals);
    return result;
  } catch (error) {
    await work.rollback();
    throw worded(error);
  } finally {
    forget(context);
  }
}

function contextOf(
  { db, vault, directory, publicUrl, log, render }: OperationRooms,
  { caller, pageLimit, dialect, requestId, trace }: OperationCall,
  { work, organization }: Pick<Context, 'work' | 'organization'>,
): Context {
  return {
    ...{ caller, work, organization, db, vault, directory, publicUrl, pageLimit, dialect, requestId, trace, log },
    loaders: new Map(),
    shortcut: null,
    retreat: null,
    reveals: [],
    render: render ?? (() => Promise.reject(new ApiError('INTERNAL'))),
  };
}

/** The organization as it is remembered, or read once; `relied` is told when the operation goes by it. */
function organizationIn(work: Work, remembered: Organization | undefined, relied: () => void): Context['organization'] {
  // A copy: whoever changes the organization changes what the rest of his operation goes by.
  let organization = remembered && Promise.resolve({ ...remembered });
  return () => {
    relied();
    organization ??= work.tx().then(async (tx) => {
      const [row] = await tx.select().from(organizations).limit(1);
      if (!row) throw new ApiError('UNAUTHENTICATED');
      return row;
    });
    return organization;
  };
}

/** A context without a transaction: who asks for one is executed in the ordinary way. */
const refuse = () => giveUp('a transaction');
const withoutTransaction: Pick<Context, 'work' | 'organization'> = {
  work: { tx: refuse, commit: refuse, rollback: refuse, hasWritten: false },
  organization: refuse,
};

/** The answer of a plan, as text when that was asked for; null for ordinary execution. */
async function planOf(rooms: OperationRooms, call: Bounded) {
  const { planner } = rooms;
  if (!planner) return null;
  const context = contextOf(rooms, call, withoutTransaction);
  const told = await withDeadline(planner.run({ ...call, context }), call.endsAt - performance.now());
  return typeof told === 'string' ? { text: told } : told && { data: told };
}

/** Faults that are told at once. */
const mostFaults = 20;

/** Refuses text that cannot be stored or shown, wherever in an operation it stands, and tells the first of them at once. */
function checkTexts(document: DocumentNode, variables: Readonly<Record<string, unknown>>): void {
  const faults: Fault[] = [];
  const look = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'string') {
      const bad = faults.length < mostFaults ? badText(value) : null;
      if (bad !== null) faults.push(fault('TEXT_INVALID', path, bad));
    } else if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) look(inner, [...path, i]);
    } else if (value && typeof value === 'object' && !ArrayBuffer.isView(value)) {
      for (const [key, inner] of Object.entries(value)) look(inner, [...path, key.slice(0, 100)]);
    }
  };
  look(variables, []);
  if (!checked.has(document)) {
    visit(document, { StringValue: ({ value }) => look(value, ['query']) });
    if (faults.length === 0) checked.add(document);
  }
  if (faults.length > 0) throw new ApiError('TEXT_INVALID', faults);
}

/** Documents come again and again; their texts are looked at once. */
const checked = new WeakSet<DocumentNode>();
