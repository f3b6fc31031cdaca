import { type ApiError, catalogue, type ErrorCode, type ErrorKind, type Fault } from '../errors.ts';
import { builder } from './builder.ts';

/** An ApiError as data: an execution engine takes every instance of Error for a failure of the field. */
export interface Refusal extends Pick<ApiError, 'code' | 'kind' | 'message' | 'faults'> {
  isRefusal: true;
}

const codes = Object.keys(catalogue) as ErrorCode[];

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description:
    'What went wrong. New codes may be added; branch on those you know and treat others by their error type.',
  values: Object.fromEntries(
    codes.map((code) => [code, { description: `${catalogue[code].message} ${catalogue[code].advice}` }]),
  ) as Record<ErrorCode, { description: string }>,
});

const FaultType = builder.objectRef<Fault>('Fault').implement({
  description: 'One thing wrong with an input.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeType, description: 'What is wrong.' }),
    message: t.exposeString('message', { description: 'The same for people.' }),
    path: t.exposeStringList('path', { description: 'Where, from the argument down: `["input", "email"]`.' }),
    existingId: t.id({
      nullable: true,
      description: 'The record that has the value already.',
      resolve: (f) => f.existingId ?? null,
    }),
  }),
});

const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description: 'Why a change was not made. Nothing was changed.',
  resolveType: (error) => errorTypeOf(error.kind),
  fields: (t) => ({
    code: t.expose('code', {
      type: ErrorCodeType,
      description: 'What went wrong; INVALID_INPUT when several values are wrong.',
    }),
    message: t.string({
      description: 'What went wrong first, for people.',
      resolve: (e) => e.faults[0]?.message ?? e.message,
    }),
    path: t.stringList({
      nullable: true,
      description: 'The input that it speaks of, from the argument down.',
      resolve: (e) => e.faults[0]?.path ?? null,
    }),
    faults: t.field({
      type: [FaultType],
      description: 'Everything that is wrong, at once.',
      resolve: (e) => [...e.faults],
    }),
  }),
});

/** The result types that stand for refusals which a caller is expected to handle. */
const names = {
  INVALID_INPUT: 'InvalidInputError',
  NOT_FOUND: 'NotFoundError',
  CONFLICT: 'ConflictError',
  STALE: 'StaleError',
} as const satisfies Partial<Record<ErrorKind, string>>;

const shown: Partial<Record<ErrorKind, string>> = names;

/** The GraphQL type of a refusal; undefined for what is never data: credentials, limits, faults of ours. */
export function errorTypeOf(kind: ErrorKind): string | undefined {
  return shown[kind];
}

const errorType = (name: string, description: string) =>
  builder.objectRef<Refusal>(name).implement({ description, interfaces: [ErrorInterface] });

const InvalidInputError = errorType(
  'InvalidInputError',
  'Values of the input have the wrong form; `faults` names each.',
);
const NotFoundError = errorType('NotFoundError', 'The record, or one that the input points at, is not there.');
const ConflictError = builder.objectRef<Refusal>('ConflictError').implement({
  description: 'Another record stands in the way.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    existingId: t.id({
      nullable: true,
      description: 'The record that has the value already.',
      resolve: (e) => e.faults.find((f) => f.existingId)?.existingId ?? null,
    }),
  }),
});
const StaleError = builder.objectRef<Refusal>('StaleError').implement({
  description: 'Somebody changed the record since `expectedVersion`. Read it again and decide.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.int({
      nullable: true,
      description: 'The version that the record has by now.',
      resolve: (e) => e.faults.find((f) => f.currentVersion)?.currentVersion ?? null,
    }),
  }),
});

/** Every type that a mutation may answer besides its payload. */
export const errorTypes = [InvalidInputError, NotFoundError, ConflictError, StaleError];
