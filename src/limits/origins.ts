import { LRUCache } from 'lru-cache';
import { ask } from '../auth/store.ts';
import type { Db } from '../db/client.ts';
import { isLocalPage } from '../server/headers.ts';

/** Whether pages of an origin may call: of one organization, or of any when it is not known yet (a preflight names nobody). */
export type Origins = (origin: string, organizationId: number | null) => Promise<boolean>;

/** How long a change of an organization's `corsOrigins` may take to be seen. */
const rememberedMs = 30_000;

/** Looks origins up in the organizations' own lists, a moment's memory in between. In demo mode pages of this machine may call too. */
export function openOrigins(db: Db, isDemo: boolean): Origins {
  const known = new LRUCache<string, Promise<boolean>>({ max: 5_000, ttl: rememberedMs });
  return async (origin, organizationId) => {
    if (isDemo && isLocalPage(origin)) return true;
    // An origin is short and plain; anything else is in no list.
    if (!/^https?:\/\/[\w.:[\]-]{1,255}$/.test(origin)) return false;
    const key = `${organizationId ?? ''} ${origin}`;
    const remembered = known.get(key);
    if (remembered) return remembered;
    const asked = ask<boolean>(
      db,
      (sql) => sql`select clientele_origin_allowed(${origin}, ${organizationId}::bigint) as value`,
    );
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    return asked.catch(() => false);
  };
}
