import { LRUCache } from 'lru-cache';

/** A statement as it is told: what it does to which table, and its text without literals. */
export interface ToldStatement {
  operation: string;
  summary: string;
  text: string;
}

const longest = 4_000;
const told = new LRUCache<string, ToldStatement>({ max: 1_000 });

/**
 * Says of a statement what may be told to anybody: parameters are not in it, and whatever stands in it as a literal becomes `?`.
 * The same few texts come again and again, so each is looked at once.
 */
export function tellStatement(sql: string): ToldStatement {
  const known = told.get(sql);
  if (known) return known;
  const text = sql
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\bE'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/gi, '?')
    // Numbers, but not those of parameters ($1) and names (line1, "t0").
    .replaceAll(/(?<![\w$".])\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [verb = ''] = /^\w+/.exec(text) ?? [];
  const table = /\b(?:from|into|update|join)\s+(?:only\s+)?"?([a-z_]\w*)"?(?!\s*\()/i.exec(text)?.[1];
  const operation = verb.toUpperCase();
  const made = { operation, summary: table ? `${operation} ${table}` : operation, text: text.slice(0, longest) };
  told.set(sql, made);
  return made;
}
