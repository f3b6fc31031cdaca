import type { DemoFacts } from '../demo.ts';
import { dialects } from '../rest-compat/dialects.ts';
import { openAssets } from './asset.ts';
import { errorPages, missingPage } from './error.ts';
import { home } from './home.ts';
import { playground } from './playground.ts';
import { reference, referenceIndex } from './reference.ts';
import { rosettaPage } from './rosetta.ts';
import { answerHtml } from './shell.ts';

/** What the pages are made of. */
export interface PagesOptions {
  /** The demo's facts with tokens that are good now; null outside demo mode. */
  demo: (() => Promise<DemoFacts>) | null;
  publicUrl: string;
}

/** What people see in a browser. */
export interface Pages {
  /** The page or file at this path, or null when there is none. `isHere`: the caller is on this machine. */
  answer(request: Request, path: string, isHere: boolean): Promise<Response> | null;
  /** What a browser is shown where there is nothing: 404. */
  missing(): Response;
}

const schemaPath = '/schema.graphql';

/** Outside demo mode the schema is told as introspection tells it: with a credential. */
const schemaRefused = () =>
  new Response('Ask /graphql for the schema, by introspection with a credential; or run: clientele schema\n', {
    status: 401,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'WWW-Authenticate': 'Bearer realm="Clientele"' },
  });

type Draw = (facts: DemoFacts | null) => Response;

/** Opens the pages. A demo's credentials are shown to callers on this machine alone, who ask for it by its own name. */
export function openPages({ demo, publicUrl }: PagesOptions): Pages {
  const assets = openAssets();
  const pages = new Map<string, Draw>([
    ['/', (facts) => answerHtml(home(facts, publicUrl))],
    ['/graphql', playground],
    ['/rosetta', (facts) => answerHtml(rosettaPage(facts))],
    ['/reference', () => answerHtml(referenceIndex())],
    ...errorPages().map(([path, page]) => [path, () => answerHtml(page)] as [string, Draw]),
    ...dialects.map(
      (dialect) => [`/reference/${dialect.name}`, (facts) => answerHtml(reference(dialect, facts))] as [string, Draw],
    ),
  ]);

  let kept: { facts: Promise<DemoFacts>; at: number } | null = null;
  /** The demo's facts, with tokens that have half their day before them. */
  function known(): Promise<DemoFacts | null> {
    if (!demo) return Promise.resolve(null);
    if (!kept || Date.now() - kept.at > 43_200_000) kept = { facts: demo(), at: Date.now() };
    return kept.facts;
  }

  async function draw(page: Draw, request: Request, isHere: boolean): Promise<Response> {
    const isOurs = isHere && isNameOfHere(new URL(request.url), publicUrl);
    return page(isOurs ? await known() : null);
  }

  return {
    answer(request, path, isHere) {
      if (path === schemaPath && !demo) return Promise.resolve(schemaRefused());
      const page = pages.get(path);
      return page ? draw(page, request, isHere) : assets.answer(request, path);
    },
    missing: () => answerHtml(missingPage(), { status: 404 }),
  };
}

/** A name that somebody else's page lets point at this machine must not open the demo to that page. */
function isNameOfHere({ hostname, host }: URL, publicUrl: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) || host === new URL(publicUrl).host;
}
