import type { DemoFacts } from '../demo.ts';
import { type Html, html } from './html.ts';
import { shell } from './shell.ts';

const doors = [
  {
    to: '/graphql',
    name: 'Playground',
    about: 'Ask in GraphQL. Opens on a query that returns data, with examples for every use.',
  },
  {
    to: '/rosetta',
    name: 'Rosetta',
    about: 'One customer in GraphQL and four dialects, side by side: point at a field and see its namesakes.',
  },
  {
    to: '/reference',
    name: 'REST reference',
    about: 'Four documented APIs, each in its own words, to be tried out here.',
  },
  { to: '/schema.graphql', name: 'Schema', about: 'The whole contract as one file.' },
  { to: '/readyz', name: 'Health', about: 'Whether this server answers, as a load balancer asks.' },
] as const;

/** How each documented API is pointed here. */
const dialects = [
  { name: 'Valomnia', base: '/api/v1.0', credential: 'API key, or its own login' },
  { name: 'Riverty', base: '/v1/clients/{clientId}', credential: 'OAuth client' },
  { name: 'Connect', base: '/v1', credential: 'OAuth client, or a user’s token' },
  { name: 'Worldline', base: '/v1/{merchantId}', credential: 'signed request, or a client session' },
] as const;

/** The first page: what this is, its doors, and the demo's own facts for a caller on this machine. */
export function home(facts: DemoFacts | null, publicUrl: string): Html {
  const [first] = facts?.organizations ?? [];
  const query = '{ customers(first: 3) { nodes { reference name } } }';
  const curl = (key: string) =>
    `curl -s ${publicUrl}/graphql \\\n  -H 'Authorization: Bearer ${key}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify({ query })}'`;
  return shell({
    title: 'Clientele',
    description:
      'A multi-tenant customer API: one GraphQL schema and four documented REST APIs over the same customers.',
    path: '/',
    scripts: first ? ['home.js'] : [],
    body: html`
<div class="hero">
  <h1>One customer.<br>Every way of asking.</h1>
  <p class="lead">Clientele keeps the customers of many organizations in one Postgres. One GraphQL schema serves them, and four REST APIs that your programs may speak already.</p>
  <p><a class="button" href="/graphql">Open the playground</a> <a class="button quiet" href="/rosetta">See one customer five times</a></p>
</div>
<section aria-labelledby="doors"><h2 id="doors">Doors</h2>
<ul class="doors">${doors.map(({ to, name, about }) => html`<li><a href="${to}"><strong>${name}</strong><span>${about}</span></a></li>`)}</ul></section>
<section aria-labelledby="dialects"><h2 id="dialects">Point a client at it</h2>
<table><thead><tr><th scope="col">API</th><th scope="col">Begins at</th><th scope="col">Credential</th></tr></thead><tbody>
<tr><th scope="row">GraphQL</th><td><code>${publicUrl}/graphql</code></td><td>API key</td></tr>
${dialects.map(
  ({ name, base, credential }) =>
    html`<tr><th scope="row"><a href="/reference/${name.toLowerCase()}">${name}</a></th><td><code>${publicUrl}${base}</code></td><td>${credential}</td></tr>`,
)}</tbody></table></section>
${facts && first ? demoPart(facts, curl(first.apiKey)) : null}`,
  });
}

function demoPart(facts: DemoFacts, curl: string): Html {
  return html`<section aria-labelledby="demo"><h2 id="demo">This demo</h2>
<p>Shown to callers on this machine alone. Nothing here is a real person.</p>
<ul class="cards">${facts.organizations.map(
    ({
      name,
      reference,
      apiKey,
      valomnia,
      riverty,
      worldline,
    }) => html`<li class="card"><h3>${name} <span class="tag">${reference}</span></h3>
<p class="count"><strong data-count="${apiKey}">…</strong> customers</p>
<dl><dt>API key</dt><dd><code>${apiKey}</code></dd><dt>Valomnia login</dt><dd><code>${valomnia.user}</code></dd><dt>Riverty client id</dt><dd><code>${riverty.clientId}</code></dd><dt>Worldline merchant</dt><dd><code>${worldline.merchantId}</code></dd></dl></li>`,
  )}</ul>
<p>A first call, to be pasted into a shell:</p>
<pre tabindex="0" aria-label="A first call">${curl}</pre></section>`;
}
