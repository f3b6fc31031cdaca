import type { Route } from './route.ts';

/** The methods of a path's targets, for `Allow`. */
export const methodsOf = (targets: readonly Pick<Route, 'method'>[]) => [
  ...new Set(targets.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))),
];

/** What has the same path, together. */
export function groupByPath<Target extends { path: string }>(routes: readonly Target[]): Map<string, Target[]> {
  const groups = new Map<string, Target[]>();
  for (const route of routes) groups.set(route.path, [...(groups.get(route.path) ?? []), route]);
  return groups;
}

/** A documented path as Hono writes it: `{id}` → `:id`, `{id:int}` → `:id{[0-9]+}`, `{reference...}` → `:reference{[^]+}`. */
export function toHono(path: string): string {
  const forms: Record<string, string> = { ':int': '{[0-9]+}', '...': '{[^]+}' };
  return path.replaceAll(
    /\{(\w+)(:int|\.\.\.)?\}/g,
    (_, name: string, form?: string) => `:${name}${form ? forms[form] : ''}`,
  );
}

/** A base with its own parameters filled in: for links. */
export function fill(base: string, params: Record<string, string>): string {
  return base.replaceAll(/\{(\w+)(?::int)?\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
