import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { DemoFacts } from './demo.ts';

const firstQuery = `# The first customers of your organization. Ctrl-Enter runs it; the book on the left describes everything.
query FirstCustomers {
  customers(first: 10, orderBy: [{ field: NAME }]) {
    totalCount { value exact }
    nodes {
      reference
      name
      kind
      category { name }
      billingAddress { city country }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

/** The playground, with everything it needs in it. Filled in with a demo credential for callers on this machine alone. */
export function playground(demo: DemoFacts | null, remoteAddress: string | undefined): Response {
  const isHere = /^(::ffff:)?127\.|^::1$/.test(remoteAddress ?? '');
  const apiKey = isHere ? demo?.organizations[0]?.apiKey : undefined;
  const page = renderGraphiQL({
    title: 'Clientele',
    endpoint: '/graphql',
    defaultQuery: firstQuery,
    headers: JSON.stringify({ authorization: `Bearer ${apiKey ?? 'YOUR-API-KEY'}` }, null, 2),
    shouldPersistHeaders: false,
  } as Parameters<typeof renderGraphiQL>[0]);
  return new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' } });
}
