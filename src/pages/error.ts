import { catalogue, type ErrorCode, statusOf } from '../errors.ts';
import { type Html, html, prose } from './html.ts';
import { shell } from './shell.ts';

/** `customer-not-found`: how a problem's `type` writes a code (Riverty, "type"). */
const slugOf = (code: string) => code.toLowerCase().replaceAll('_', '-');

/** A long code may break after its underscores. */
const breakable = (code: string) => html`${code.split('_').map((part, at) => (at === 0 ? part : html`_<wbr>${part}`))}`;

function errorPage(slug: string, heading: string, status: number, means: string, advice: string): Html {
  return shell({
    title: `${heading} · Clientele`,
    description: means,
    path: `/errors/${slug}`,
    body: html`<h1>${breakable(heading)}</h1>
<p class="lead">${means}</p>
<p>${prose(advice)}</p>
<p><span class="tag">HTTP status ${status}</span></p>
<p><a href="/errors">Every error</a></p>`,
  });
}

/** Where the `type` of a problem leads: what happened and what to do, for every code and for Riverty's one word for a 400. */
export function errorPages(): [path: string, page: Html][] {
  const pages = (Object.keys(catalogue) as ErrorCode[]).map((code): [string, Html] => {
    const { kind, message, advice } = catalogue[code];
    return [`/errors/${slugOf(code)}`, errorPage(slugOf(code), code, statusOf[kind], message, advice)];
  });
  const { message, advice } = catalogue.INVALID_INPUT;
  return [
    ['/errors', errorIndex()],
    ...pages,
    [
      '/errors/validation-error',
      errorPage(
        'validation-error',
        'Validation error',
        400,
        message,
        `${advice} Each fault stands in invalidParameters.`,
      ),
    ],
  ];
}

/** Every code with its status and its meaning. */
function errorIndex(): Html {
  return shell({
    title: 'Errors · Clientele',
    description: 'Everything a caller can be told.',
    path: '/errors',
    body: html`<h1>Errors</h1>
<p class="lead">Everything a caller can be told. Codes may be added; branch on those you know.</p>
<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>
${(Object.keys(catalogue) as ErrorCode[]).map(
  (code) =>
    html`<tr><th scope="row"><a href="/errors/${slugOf(code)}"><code>${breakable(code)}</code></a></th><td>${statusOf[catalogue[code].kind]}</td><td>${catalogue[code].message}</td></tr>`,
)}</tbody></table>`,
  });
}

/** What a browser sees where there is nothing. */
export function missingPage(): Html {
  return shell({
    title: 'Nothing here · Clientele',
    description: 'There is nothing at this address.',
    path: '',
    body: html`<h1>There is nothing here</h1>
<p class="lead">No page and no API begins at this address.</p>
<p>The <a href="/reference">REST reference</a> has every path of the documented APIs; <a href="/">the first page</a> has the doors.</p>`,
  });
}
