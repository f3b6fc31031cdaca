import { type Html, html } from './html.ts';

/** One page of ours. */
export interface PageWords {
  title: string;
  description: string;
  /** Which door of the navigation it stands behind. */
  path: string;
  body: Html;
  /** Scripts of `/assets` that it runs. */
  scripts?: readonly string[];
}

const doors = [
  ['/graphql', 'Playground'],
  ['/rosetta', 'Rosetta'],
  ['/reference', 'REST reference'],
] as const;

/** Nothing from outside, no inline script, no inline style. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page as an answer: never kept, since it may carry a demo credential. */
export function answerHtml({ html: text }: Html, { contentPolicy = policy, status = 200 } = {}): Response {
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentPolicy,
    },
  });
}

/** A page with the navigation over it, in the shared style. */
export function shell({ title, description, path, body, scripts = [] }: PageWords): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
${scripts.map((name) => html`<script src="/assets/${name}" defer></script>`)}
</head>
<body class="page">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <a class="brand" href="/"${path === '/' && html` aria-current="page"`}><img src="/assets/mark.svg" alt="" width="26" height="26">Clientele</a>
  <nav aria-label="Pages">${doors.map(
    ([to, name]) => html`<a href="${to}"${path.startsWith(to) && html` aria-current="page"`}>${name}</a>`,
  )}</nav>
</header>
<main id="main" tabindex="-1">${body}</main>
<footer class="foot"><p>Everything on this page comes from this server. <a href="/schema.graphql">schema.graphql</a> · <a href="/errors">errors</a> · <a href="/readyz">health</a></p></footer>
</body>
</html>`;
}
