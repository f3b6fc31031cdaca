import { createHash } from 'node:crypto';
import type { DocumentNode } from 'graphql';
import { ApiError, fault } from '../errors.ts';

/**
 * A strong entity tag: the record's version, which a writer gives back, and a hash of the body, which also tells when something
 * that the body repeats of other records has changed.
 */
export function etagOf(version: number, body: string): string {
  return `"${version}-${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
}

const listOf = (header: string) => header.split(',').map((tag) => tag.trim());

/** Whether a reader has this answer already: `If-None-Match`, compared weakly as RFC 9110, 13.1.2 says. */
export function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return listOf(ifNoneMatch).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
}

/**
 * The version that a writer has read, by its `If-Match`: null when there is none, 0 for `*`, which any version fulfils. Throws
 * VERSION_STALE when no tag in it can be one of ours, or several versions are named.
 */
export function versionRead(ifMatch: string | null): number | null {
  if (ifMatch === null) return null;
  if (ifMatch.trim() === '*') return 0;
  const versions = new Set(listOf(ifMatch).map((tag) => Number(/^"([1-9]\d{0,8})-[\w-]{16}"$/.exec(tag)?.[1])));
  const [version = Number.NaN] = versions;
  if (versions.size !== 1 || Number.isNaN(version))
    throw new ApiError('VERSION_STALE', [fault('VERSION_STALE', ['expectedVersion'])]);
  return version;
}

/** Whether an operation can be told which version its writer has read. */
export function takesVersion({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (one) =>
      one.kind === 'OperationDefinition' &&
      one.variableDefinitions?.some(({ variable }) => variable.name.value === 'expectedVersion'),
  );
}

/** Whether an operation changes something. */
export const isMutation = ({ definitions }: DocumentNode): boolean =>
  definitions.some((one) => one.kind === 'OperationDefinition' && one.operation === 'mutation');
