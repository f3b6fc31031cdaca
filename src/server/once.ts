import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import { asOrganization, type Db, type Tx } from '../db/client.ts';
import { claim, find, type Kept, keep, type Once } from '../db/idempotency.ts';
import type { Actor } from '../db/wall.ts';
import type { Work } from '../db/work.ts';
import { ApiError, catalogue, type ErrorCode } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { publicError } from './public-error.ts';

/** A request that its caller may send again: the key that he gave it, a hash of all it asks, and who is told of a replay. */
export interface OnceCall {
  key: string;
  fingerprint: string;
  /** The answer is the one of this moment, given again. */
  replayed(at: Date): void;
}

const onceOf = ({ organizationId, credentialId }: Caller, { key, fingerprint }: OnceCall): Once => ({
  organizationId,
  credentialId,
  key,
  fingerprint,
});

/** A mutation under an idempotency key: looks first, and keeps what it answered in its own transaction. */
export interface OnceOperation {
  /** The transaction's first statement. */
  begin(tx: Tx): Promise<void>;
  /** What was answered before, once the execution has ended; throws when another request has or had the key. */
  answered(): ExecutionResult | null;
  /** Keeps an answer of which something was written; refusals and faults that changed nothing are tried again. */
  keep(work: Work, result: ExecutionResult): Promise<void>;
}

/** Opens nothing; see `OnceOperation`. */
export function openOnce(vault: Vault, caller: Caller, requestId: string, call: OnceCall): OnceOperation {
  const once = onceOf(caller, call);
  let kept: Kept | null = null;
  let refusal: unknown;
  return {
    async begin(tx) {
      kept = await claim(tx, vault, once).catch((error: unknown) => {
        refusal = error;
        throw error;
      });
      if (kept) throw new Error('This was answered before.');
    },
    answered() {
      if (refusal) throw refusal;
      if (!kept) return null;
      call.replayed(kept.at);
      return revived(kept.result);
    },
    async keep(work, { data, errors }) {
      if (!work.hasWritten) return;
      const told = errors?.map((error) => publicError(error, requestId).toJSON());
      await keep(await work.tx(), vault, once, { data, ...(told && { errors: told }) }, requestId);
    },
  };
}

/** Does what is no operation once: looks, does it, keeps the answer. Two at once may both do it, and one of them is told to come again. */
export async function doOnce<T>(
  { db, vault }: { db: Db; vault: Vault },
  caller: Caller,
  actor: Actor,
  call: OnceCall,
  work: () => Promise<T>,
): Promise<T> {
  const once = onceOf(caller, call);
  const kept = await asOrganization(db, actor, 'write', (tx) => find(tx, vault, once));
  if (kept) {
    call.replayed(kept.at);
    return kept.result as T;
  }
  const done = await work();
  await asOrganization(db, actor, 'write', (tx) => keep(tx, vault, once, done));
  return done;
}

interface StoredError {
  message: string;
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(catalogue, code);

/** A stored result, its errors as they were thrown. */
function revived(result: unknown): ExecutionResult {
  const { data, errors } = result as { data: ExecutionResult['data']; errors?: StoredError[] };
  if (!errors) return { data: data ?? null };
  return {
    data: data ?? null,
    errors: errors.map(({ message, path, extensions }) => {
      const originalError = isCode(extensions?.code) ? new ApiError(extensions.code) : null;
      return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null, originalError });
    }),
  };
}
