const marked = new WeakSet<object>();

/** Leaves what a plan does not cover: the operation is then executed in the ordinary way. Nobody is told. */
export function giveUp(why: string): never {
  const error = new Error(why);
  marked.add(error);
  throw error;
}

export const isGivenUp = (error: unknown): boolean => typeof error === 'object' && error !== null && marked.has(error);

/** What is made, or null when it was given up. */
export function unlessGivenUp<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (isGivenUp(error)) return null;
    throw error;
  }
}
