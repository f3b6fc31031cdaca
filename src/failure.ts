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
};

/** Why the system refused to read or write a file, in words; null for any other error. */
export const refusalOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error ? (refusals[String(error.code)] ?? null) : null;

/** What the system refused of a file, as the failure that it is; null for any other error. */
export function fileFailureOf(error: unknown): Failure | null {
  const reason = refusalOf(error);
  if (reason === null || !(error instanceof Error)) return null;
  const { path, syscall, code }: NodeJS.ErrnoException = error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  // Of a program that cannot be run, or a connection that broke, no file is to be blamed.
  if (syscall?.startsWith('spawn') || (path === undefined && !isFull)) return null;
  return {
    message: `${path === undefined ? 'A file' : path} cannot be read or written: ${reason}.`,
    advice: isFull ? 'Make room, then run this again.' : null,
    exitCode: 1,
  };
}
