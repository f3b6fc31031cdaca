import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoFacts } from '../demo.ts';
import { packageRoot } from '../env.ts';
import { dialects } from '../rest-compat/dialects.ts';
import { openApiOf } from '../rest-compat/openapi.ts';
import type { Dialect } from '../rest-compat/route.ts';
import { dataBlock, type Html, html, prose } from './html.ts';
import { type OpenApi, type Operation, sampleOf, shapeOf } from './openapi-words.ts';
import { shell } from './shell.ts';

/** An example of a vendor's document, as the tests replay it. */
interface Documented {
  title?: string;
  chapter?: string;
  request: { method: string; path: string; body?: unknown; json?: unknown; form?: unknown };
  response: { status: number; body?: unknown };
}

function examplesOf(name: string): Documented[] {
  const folder = join(packageRoot, 'examples', name);
  // An image of the server alone may lack them.
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file): Documented[] => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

const title = (dialect: Dialect) => dialect.about?.title ?? dialect.name;

/** The doors of the four documented APIs. */
export function referenceIndex(): Html {
  return shell({
    title: 'REST reference · Clientele',
    description: 'Four documented customer APIs, answered from the same customers.',
    path: '/reference',
    body: html`<h1>REST reference</h1>
<p class="lead">Four documented customer APIs, each in its own words, with its own credential and its own errors, over the same customers.</p>
<ul class="doors pairs">${dialects.map(
      (dialect) =>
        html`<li><a href="/reference/${dialect.name}"><strong>${title(dialect)}</strong><span>${prose(dialect.about?.description ?? '')}</span></a></li>`,
    )}</ul>
<p>As OpenAPI 3.1: ${dialects.map(({ name }, at) => html`${at > 0 && ' · '}<a href="/openapi/${name}.json">${name}.json</a>`)}</p>`,
  });
}

const drawn = new Map<string, { document: OpenApi; body: Html }>();

/** One documented API: every operation with its forms, its document's own examples, and a way to try it out. */
export function reference(dialect: Dialect, facts: DemoFacts | null): Html {
  const known = drawn.get(dialect.name) ?? draw(dialect);
  drawn.set(dialect.name, known);
  const { document, body } = known;
  const organizations = (facts?.organizations ?? []).map(({ name, apiKey, riverty, connect, worldline }) => ({
    name,
    apiKey,
    riverty,
    connect: { oauthId: connect.oauthId, oauthSecret: connect.oauthSecret, userToken: connect.userToken },
    worldline,
  }));
  return shell({
    title: `${document.info.title} · Clientele`,
    description: document.info.description,
    path: '/reference',
    scripts: ['reference.js'],
    body: html`<h1>${document.info.title}</h1>
<p class="lead">${prose(document.info.description)}</p>
<p><a href="/openapi/${dialect.name}.json">OpenAPI document</a></p>
${dataBlock('facts', { dialect: dialect.name, organizations })}
<form class="ask" id="credentials">
${
  organizations.length > 0
    ? html`<label>Organization <select id="organization">${organizations.map(({ name }, at) => html`<option value="${at}">${name}</option>`)}</select></label>
<span class="tag">Calls are made with its demo credential.</span>`
    : html`<label>Authorization <input id="authorization" type="password" autocomplete="off" spellcheck="false" placeholder="Bearer …"></label>
<span class="tag">${prose(Object.values(document.components.securitySchemes ?? {})[0]?.description ?? '')}</span>`
}</form>
${body}`,
  });
}

function draw(dialect: Dialect): { document: OpenApi; body: Html } {
  const document: OpenApi = JSON.parse(JSON.stringify(openApiOf(dialect)));
  const examples = examplesOf(dialect.name);
  const base = (dialect.bases[0] ?? '').replaceAll(/\{\w+\}/g, 'x');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const form = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      const own = examples.filter(
        ({ request }) =>
          request.method.toLowerCase() === method &&
          [request.path, base + request.path].some((one) => form.test(one.split('?')[0] ?? '')),
      );
      return { path, method, operation, own };
    }),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const body = html`${tags.map(
    (tag) =>
      html`<section aria-labelledby="tag-${tag}"><h2 id="tag-${tag}">${tag}</h2><ul class="ops">${operations
        .filter(({ operation }) => operation.tags.includes(tag))
        .map((one) => html`<li>${operationPart(one, document)}</li>`)}</ul></section>`,
  )}`;
  return { document, body };
}

interface Shown {
  path: string;
  method: string;
  operation: Operation;
  own: Documented[];
}

const pre = (label: string, text: string) =>
  html`<h3>${label}</h3><pre tabindex="0" aria-label="${label}">${text}</pre>`;

function operationPart({ path, method, operation, own }: Shown, document: OpenApi): Html {
  const { parameters = [], requestBody, responses, summary, operationId } = operation;
  const [media, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const [status, success] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
  const answer = Object.values(success?.content ?? {})[0]?.schema;
  const [example] = own.filter(({ request }) => request.body ?? request.json ?? request.form);
  const request = example?.request.body ?? example?.request.json ?? example?.request.form;
  const sample = content && JSON.stringify(request ?? sampleOf(content.schema, document), null, 2);
  return html`<details class="op" id="${operationId}"><summary><span class="verb ${method}">${method.toUpperCase()}</span><code>${path}</code><span>${summary}</span></summary>
<div class="inside"><div>
${content && pre(`Body (${media})`, shapeOf(content.schema, document))}
${answer ? pre(`Answer ${status}`, shapeOf(answer, document)) : html`<p>Answers ${status ?? 'as its medium has it'}, without a JSON body.</p>`}
${own.map(({ title, chapter, response }) => html`<details><summary>The document’s example: ${title ?? chapter} → ${response.status}</summary><pre tabindex="0" aria-label="${title ?? chapter}">${JSON.stringify(response.body ?? null, null, 2)}</pre></details>`)}
</div><form class="try" data-method="${method.toUpperCase()}" data-path="${path}" data-media="${media ?? ''}"><h3>Try it out</h3>
${parameters.map(
  ({ name, in: where, required, schema }) =>
    html`<label><span><code>${name}</code>${where === 'query' && ' (query)'}${required && ', needed'}</span><input name="${name}" data-in="${where}"${required && html` required`} autocomplete="off" spellcheck="false" placeholder="${schema.enum ? schema.enum.filter(Boolean).join(' | ') : ''}"></label>`,
)}
${sample && html`<label><span>Body</span><textarea name="" data-in="body" spellcheck="false">${sample}</textarea></label>`}
<div class="row"><button class="button" type="submit">Send</button><button class="button quiet" type="button" data-curl>Show as curl</button><output aria-live="polite"></output></div>
<pre class="answer" tabindex="0" aria-label="Answer to ${operationId}" hidden></pre></form></div></details>`;
}
