import { LRUCache } from 'lru-cache';

/** Statements that each connection keeps prepared, and texts that are watched for coming again. */
const mostPrepared = 500;
const mostWatched = 5_000;
/** Characters of a text that is kept. */
const longest = 20_000;

/**
 * Tells which texts to prepare, by a short name of each: those that come a second time, as others would fill the connections' memory.
 * Null for the others.
 */
export function openPrepared(): (text: string) => string | null {
  const prepared = new Map<string, string>();
  const watched = new LRUCache<string, true>({ max: mostWatched });
  return (text) => {
    if (text.length > longest) return null;
    const name = prepared.get(text);
    if (name !== undefined) return name;
    if (!watched.has(text)) watched.set(text, true);
    else if (prepared.size < mostPrepared) prepared.set(text, `#${prepared.size}`);
    return prepared.get(text) ?? null;
  };
}
