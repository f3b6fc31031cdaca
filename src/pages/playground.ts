import type { DemoFacts } from '../demo.ts';
import { examples } from './examples.ts';
import { dataBlock, html } from './html.ts';
import { answerHtml } from './shell.ts';

/** The editor makes style elements of its own, and runs its language services in workers. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The credentials that the playground's bar offers, by organization. */
const credentialsOf = (facts: DemoFacts | null) =>
  (facts?.organizations ?? []).map(({ reference, name, apiKey, connect }) => ({
    reference,
    name,
    credentials: [
      { name: 'Key: everything', token: apiKey },
      ...(connect.userToken ? [{ name: `Customer ${connect.user}: only their own`, token: connect.userToken }] : []),
    ],
  }));

/** GraphiQL with everything it needs, and a bar over it: examples, who is asking, and what the last operation cost. */
export function playground(facts: DemoFacts | null): Response {
  const groups = [...new Set(examples.map(({ group }) => group))];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Playground · Clientele</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="Ask Clientele in GraphQL.">
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/graphiql.css">
<link rel="stylesheet" href="/assets/style.css">
<link rel="stylesheet" href="/assets/playground.css">
${dataBlock('facts', { organizations: credentialsOf(facts), examples, defaultQuery: examples[0]?.query })}
<script src="/assets/playground.js" defer></script>
<script src="/assets/graphiql.js" defer></script>
</head>
<body class="play">
<header class="bar">
  <h1 class="unseen">Playground</h1>
  <a class="brand" href="/"><img src="/assets/mark.svg" alt="" width="24" height="24"><span>Clientele</span></a>
  <select id="example" aria-label="Examples"><option value="">Examples…</option>${groups.map(
    (group) =>
      html`<optgroup label="${group}">${examples.flatMap((one, at) => (one.group === group ? [html`<option value="${at}">${one.name}</option>`] : []))}</optgroup>`,
  )}</select>
  <select id="history" aria-label="History" disabled><option value="">History…</option></select>
  <label><span>Organization</span><select id="organization"></select></label>
  <label><span>Credential</span><select id="credential"></select></label>
  <label id="own" hidden><span>API key</span><input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="API key or access token"></label>
  <output id="last" aria-live="polite">Ctrl-Enter runs the operation.</output>
</header>
<main id="root"></main>
<noscript>The playground needs JavaScript. The schema is at /schema.graphql.</noscript>
</body>
</html>`;
  return answerHtml(page, { contentPolicy: policy });
}
