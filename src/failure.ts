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
