/** Whether a value asks for more than equality: Valomnia, "wildcard" (`*` is any text). */
export function hasWildcard(text: string): boolean {
  return text.includes('*');
}

/** The SQL `LIKE` pattern for a value with `*`: everything else, `%`, `_` and `\` too, stands for itself. */
export function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%');
}
