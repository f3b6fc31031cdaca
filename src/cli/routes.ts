import { type Command, columns } from './command.ts';

/** `routes`: every path that the server answers, with its documented API. */
export const routes: Command = {
  words: 'routes',
  summary: 'List every path.',
  options: [],
  run: async () => {
    const { dialects } = await import('../rest-compat/dialects.ts');
    const own = [
      { dialect: 'clientele', method: 'POST', path: '/graphql' },
      { dialect: 'clientele', method: 'GET', path: '/graphql' },
      { dialect: 'clientele', method: 'GET', path: '/livez' },
      { dialect: 'clientele', method: 'GET', path: '/readyz' },
    ];
    const documented = dialects.flatMap((dialect) => [
      ...dialect.bases.flatMap((base) =>
        dialect.routes.map(({ method, path }) => ({ dialect: dialect.name, method, path: `${base}${path}` })),
      ),
      ...dialect.doors.map(({ method, path }) => ({ dialect: dialect.name, method, path })),
    ]);
    const all = [...own, ...documented];
    const rows = all.map(({ dialect, method, path }) => [dialect, method, path]);
    return { json: all, text: columns([['API', 'METHOD', 'PATH'], ...rows]) };
  },
};
