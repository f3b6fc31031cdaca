import { catalogue, type ErrorCode, statusOf } from '../errors.ts';
import { type Html, html } from './html.ts';
import { shell } from './shell.ts';

/** `customer-not-found`: how a problem's `type` writes a code (Riverty, "type"). */
const slugOf = (code: string) => code.toLowerCase().replaceAll('_', '-');

function errorPage(slug: string, heading: string, status: number, means: string, advice: string): Html {
  return shell({
    title: `${heading} · Clientele`,
    description: means,
    path: `/errors/${slug}`,
    body: html`<h1>${heading}</h1>
<p class="lead">${means}</p>
<p>${advice}</p>
<p>HTTP status ${String(status)}. Codes may be added; branch on those you know.</p>`,
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
