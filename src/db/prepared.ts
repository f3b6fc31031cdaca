import { LRUCache } from 'lru-cache';

/** Statements that each connection keeps prepared, and texts that are watched for coming again. */
const mostPrepared = 500;
const mostWatched = 5_000;

/** Tells which texts to prepare: those that come a second time, as others would fill the connections' memory. */
export function openPrepared(): (text: string) => boolean {
  const prepared = new Set<string>();
  const watched = new LRUCache<string, true>({ max: mostWatched });
  return (text) => {
    if (prepared.has(text)) return true;
    if (!watched.has(text)) watched.set(text, true);
    else if (prepared.size < mostPrepared) prepared.add(text);
    return prepared.has(text);
  };
}
