/** What ends a program and can be helped by whoever runs it: shown without a stack. */
export interface Failure {
  message: string;
  /** What to do about it. */
  advice: string | null;
  /** 1 failed, 2 wrong usage. */
  exitCode: 1 | 2;
}

const failures = new WeakMap<Error, Failure>();

/** Makes an error that is meant for whoever runs the program; throw it. */
export function failure(message: string, advice: string | null = null, exitCode: 1 | 2 = 1): Error {
  const error = new Error(advice === null ? message : `${message}\n${advice}`);
  failures.set(error, { message, advice, exitCode });
  return error;
}

/** The failure that `error` carries, or null when it is a fault of the program. */
export function failureOf(error: unknown): Failure | null {
  return error instanceof Error ? (failures.get(error) ?? null) : null;
}

const refusals: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk space of this user is used up',
  ENOENT: 'it is not there, or its folder is not',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EPIPE: 'whoever reads it has gone',
};

/** Why the system refused to read or write a file, in words; null for any other error. */
export const refusalOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error ? (refusals[String(error.code)] ?? null) : null;

/** What a system refused of a file, as the failure that it is; null for any other error. */
export function fileFailureOf(error: unknown): Failure | null {
  const reason = refusalOf(error);
  if (reason === null) return null;
  const file = error instanceof Error && 'path' in error ? String(error.path) : 'A file';
  return { message: `${file} cannot be read or written: ${reason}.`, advice: null, exitCode: 1 };
}
