import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, getOperationAST, visit } from 'graphql';
import { recordReveals, recordRevealsOfReader } from '../audit.ts';
import type { Caller } from '../auth/caller.ts';
import { type Db, deadlineMs, withDeadline } from '../db/client.ts';
import { worded } from '../db/constraints.ts';
import { organizations } from '../db/tables/organizations.ts';
import type { Trace } from '../db/trace.ts';
import { openWork } from '../db/work.ts';
import type { Directory } from '../directory/index.ts';
import { ApiError, type Fault, fault } from '../errors.ts';
import type { Planner } from '../plan/index.ts';
import type { Context } from '../schema/builder.ts';
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
  trace?: Trace | null | undefined;
  /** When it must have ended, by `performance.now()`. */
  endsAt?: number | undefined;
  /** A mutation that is done once, however often it is asked for. */
  once?: OnceCall | undefined;
}

/**
 * Runs one operation in its caller's organization, the same way for GraphQL and for every dialect: one transaction, opened
 * by the first statement and committed when all fields have answered. A commit that fails takes the whole answer with it.
 */
export async function runOperation(
  rooms: OperationRooms,
  call: OperationCall,
): Promise<ExecutionResult & { text?: string }> {
  const operation = getOperationAST(call.document, call.operationName);
  checkTexts(call.document, call.variables);
  const { caller, requestId, dialect, trace, endsAt = performance.now() + deadlineMs + 1_000 } = call;
  const { organizationId, credentialId } = caller;
  const actor = { organizationId, credentialId, dialect, requestId, trace, endsAt };
  const isMutation = operation?.operation === 'mutation';
  const once = isMutation && call.once ? openOnce(rooms.vault, caller, requestId, call.once) : null;
  const work = openWork(rooms.db, actor, isMutation ? 'write' : 'read', once?.begin);
  let organization: ReturnType<Context['organization']> | undefined;
  const context: Context = {
    caller,
    work,
    db: rooms.db,
    vault: rooms.vault,
    directory: rooms.directory,
    loaders: new Map(),
    reveals: [],
    publicUrl: rooms.publicUrl,
    pageLimit: call.pageLimit,
    dialect,
    requestId,
    trace,
    log: rooms.log,
    render: rooms.render ?? (() => Promise.reject(new ApiError('INTERNAL'))),
    organization() {
      organization ??= work.tx().then(async (tx) => {
        const [row] = await tx.select().from(organizations).limit(1);
        if (!row) throw new ApiError('UNAUTHENTICATED');
        return row;
      });
      return organization;
    },
  };
  const left = () => endsAt - performance.now();
  const planned = await withDeadline(planOf(rooms, call, context), left());
  if (planned) return planned;
  try {
    const executed = execute({
      schema: rooms.schema,
      document: call.document,
      operationName: call.operationName ?? null,
      variableValues: call.variables,
      contextValue: context,
    });
    const result = await withDeadline(Promise.resolve(executed), left());
    const before = once?.answered();
    if (before) {
      await work.rollback();
      return before;
    }
    if (isMutation && context.reveals.length > 0) await recordReveals(await work.tx(), context.reveals);
    await once?.keep(work, result);
    await work.commit();
    if (!isMutation) await recordRevealsOfReader(rooms.db, actor, context.reveals);
    return result;
  } catch (error) {
    await work.rollback();
    throw worded(error);
  }
}

/** The answer of a plan, as text and as data; null for ordinary execution. */
async function planOf({ planner }: OperationRooms, call: OperationCall, context: Context) {
  const text = (await planner?.run({ ...call, context })) ?? null;
  if (text === null) return null;
  return {
    text,
    get data(): Record<string, unknown> {
      return JSON.parse(text);
    },
  };
}

/** Refuses text that cannot be stored or shown, wherever in an operation it stands, all of it at once. */
function checkTexts(document: DocumentNode, variables: Readonly<Record<string, unknown>>): void {
  const faults: Fault[] = [];
  const look = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'string') {
      const bad = badText(value);
      if (bad !== null) faults.push(fault('TEXT_INVALID', path, bad));
    } else if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) look(inner, [...path, i]);
    } else if (value && typeof value === 'object' && !ArrayBuffer.isView(value)) {
      for (const [key, inner] of Object.entries(value)) look(inner, [...path, key]);
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
