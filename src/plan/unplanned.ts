const marked = new WeakSet<object>();

/** Thrown where a plan does not cover what it meets: the operation is then executed in the ordinary way. Nobody is told. */
export function unplanned(why: string): Error {
  const error = new Error(why);
  marked.add(error);
  return error;
}

export const isUnplanned = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && marked.has(error);
