import type { DemoFacts } from '../demo.ts';
import { type Html, html } from './html.ts';
import { shell } from './shell.ts';

/** The first page: what this is, and its doors. */
export function home(_facts: DemoFacts | null, _publicUrl: string): Html {
  return shell({
    title: 'Clientele',
    description:
      'A multi-tenant customer API: one GraphQL schema and four documented REST APIs over the same customers.',
    path: '/',
    body: html`<h1>Clientele</h1>`,
  });
}
