import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin, { type AuthFailure, AuthScopeFailureType, RequestCache } from '@pothos/plugin-scope-auth';
import type { Reveal } from '../audit.ts';
import type { Caller, Scope } from '../auth/caller.ts';
import type { Db, Tx } from '../db/client.ts';
import type { References } from '../db/references.ts';
import type { organizations } from '../db/tables/organizations.ts';
import type { Trace } from '../db/trace.ts';
import type { Work } from '../db/work.ts';
import type { Directory } from '../directory/index.ts';
import { ApiError, fault } from '../errors.ts';
import type { Vault } from '../vault.ts';
import type { Loaders } from './loader.ts';

/** What a resolver gets: who is calling, the operation's transaction, and the rooms below. */
export interface Context {
  caller: Caller;
  work: Work;
  db: Db;
  vault: Vault;
  directory: Directory;
  /** Batches of this operation; renewed by every write. */
  loaders: Loaders;
  /** For an operation that is one change, until it changes what is remembered. */
  shortcut: Shortcut | null;
  /** Has nothing of the operation kept, and all of it done again; null when it was done again too often. */
  retreat: (() => void) | null;
  /** National numbers that the operation shows: kept in the history before it answers. */
  reveals: Reveal[];
  /** The caller's organization, read once. */
  organization: () => Promise<typeof organizations.$inferSelect>;
  /** Origin of absolute links. */
  publicUrl: string;
  /** The most records a page may have: 100, and 1000 for the documented lists. */
  pageLimit: number;
  /** GRAPHQL, or the dialect in whose words the operation was asked. */
  dialect: string;
  /** A customer, by its global id, as a documented API shows it. */
  render(dialect: DialectName, customerId: string, ctx: Context): Promise<Rendered>;
  requestId: string;
  trace?: Trace | null | undefined;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** A change tried without asking the database what is known already. */
export interface Shortcut {
  /** What is remembered of the organization; who goes by it has nothing kept when it no longer holds. */
  references(): References;
  /** Nothing is kept, and nothing told: the operation is done again without a shortcut. */
  failed(): void;
  /** Where all that is shown of the change can be known when it is made. */
  alone: Alone | null;
}

/** A change that is one statement, and kept by it. */
export interface Alone {
  /** Takes it, and whatever is read before. */
  tx: Tx;
  /** Reads what will be shown beside the record, before it is changed: afterwards nothing may fail. */
  foresee(row: { id: number }): Promise<void>;
  /** The same of a record that was just made, which has no rows of its own yet. */
  isNew(row: { id: number }): void;
}

/** The documented APIs that a customer can be shown in. */
export type DialectName = 'VALOMNIA' | 'RIVERTY' | 'CONNECT' | 'WORLDLINE';

/** What a documented API answers. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** The rows' values of our own scalars: a decimal keeps its digits as text. */
type Scalars = {
  ID: { Input: string; Output: string };
  SafeInt: { Input: number; Output: number };
  DateTime: { Input: Date; Output: Date };
  Decimal: { Input: string; Output: string };
  Base64: { Input: Uint8Array; Output: Uint8Array };
  Json: { Input: never; Output: unknown };
};

/** The scopes that would have let a caller in. */
function lacking(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(lacking);
  return failure.kind === AuthScopeFailureType.AuthScope && failure.scope === 'scope'
    ? [String(failure.parameter)]
    : [];
}

/** Whoever is no customer: what an organization notes of its customers is not theirs to read. */
export const isOfStaff = ({ customerId }: Pick<Caller, 'customerId'>): boolean => customerId === null;

/** The builder: plugins, scalars and scopes. It defines no type of ours. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: Scalars;
  AuthScopes: { scope: Scope; own: boolean; staff: boolean };
  DefaultFieldNullability: false;
}>({
  plugins: [ScopeAuthPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: (ctx) => ({
      scope: (scope) => ctx.caller.scopes.has(scope),
      // Only fields of a customer that `viewer` reached ask this.
      own: (isOwn) => isOwn && ctx.caller.customerId !== null,
      staff: (isStaff) => isStaff && isOfStaff(ctx.caller),
    }),
    unauthorizedError: (_parent, _context, _info, { failure }) =>
      new ApiError(
        'FORBIDDEN',
        lacking(failure).map((scope) => fault('FORBIDDEN', [], `needs the scope ${scope}`)),
      ),
  },
});

/** Lets go of what was noted of an operation that has ended, which would stay until all of the heap is collected. */
export const forget = (context: Context): void => RequestCache.clearForContext(context);

export type { Tx };

builder.queryType({ description: 'Everything that can be read. One query sees one snapshot of the data.' });
builder.mutationType({
  description: 'Everything that can be changed. The fields of one operation run in order and are committed together.',
});
