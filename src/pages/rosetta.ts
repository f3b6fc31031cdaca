import type { DemoFacts } from '../demo.ts';
import { dataBlock, type Html, html } from './html.ts';
import { rosetta } from './rosetta.generated.ts';
import { rosettaQuery, tongues } from './rosetta-find.ts';
import { shell } from './shell.ts';

const about = {
  graphql: ['GraphQL', 'customer(by: …)'],
  valomnia: ['Valomnia', 'GET /api/v1.0/customers/{id}'],
  riverty: ['Riverty', 'GET /v1/clients/{clientId}/customers/{customerNumber}'],
  connect: ['Connect', 'GET /v1/client/customer/info/{customerNumber}'],
  worldline: ['Worldline', 'POST …/products/{id}/customerDetails'],
} as const;

/** One customer in five tongues, side by side; what means the same lights up together. */
export function rosettaPage(facts: DemoFacts | null): Html {
  const organizations = (facts?.organizations ?? []).map(({ reference, name, apiKey }) => ({
    reference,
    name,
    apiKey,
  }));
  return shell({
    title: 'Rosetta · Clientele',
    description: 'One customer in GraphQL and in four documented REST APIs, side by side.',
    path: '/rosetta',
    scripts: ['rosetta.js'],
    body: html`<div class="wide"><h1>Rosetta</h1>
<p class="lead">The same customer, five times. Point at a value, or walk along the meanings with the arrow keys: what means the same lights up.</p>
${dataBlock('facts', { ...rosetta, query: rosettaQuery, organizations })}
<form class="ask" id="ask">
${
  organizations.length > 0
    ? html`<label>Organization <select id="organization">${organizations.map(({ reference, name }) => html`<option value="${reference}">${name}</option>`)}</select></label>
<label>Customer <input id="reference" list="references" value="NC-4" autocomplete="off" spellcheck="false"></label><datalist id="references"></datalist>
<button class="button" type="submit">Show</button>`
    : html`<label>API key <input id="key" type="password" autocomplete="off" spellcheck="false"></label>
<label>Customer <input id="reference" autocomplete="off" spellcheck="false" placeholder="reference"></label>
<button class="button" type="submit">Show mine</button>`
}
<output id="state" aria-live="polite">A sample.</output></form>
<div class="meanings" id="meanings" role="listbox" aria-label="Meanings" tabindex="0"></div>
<p class="meaning" id="meaning" aria-live="polite">Nothing chosen yet.</p>
<div class="tongues">${tongues.map(
      (
        tongue,
      ) => html`<section class="tongue" aria-labelledby="name-${tongue}"><h2 id="name-${tongue}">${about[tongue][0]}</h2>
<p><code>${about[tongue][1]}</code></p><pre id="${tongue}" tabindex="0" aria-labelledby="name-${tongue}"></pre></section>`,
    )}</div>
<h2 class="how">How it knows</h2>
<p>A customer is written with a value of its own in every field, read in every tongue, and each value is looked for. A test does it again with each change of the code, so what lights up is what the server says, not what somebody believed.</p></div>`,
  });
}
