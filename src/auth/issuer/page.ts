import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const style = `
:root { color-scheme: light dark; --ink: #1d2523; --paper: #fbfaf7; --card: #fff; --edge: #dedbd2; --line: #77817d; --act: #0f5c55; --on: #fff; --bad: #a3281e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edeb; --paper: #121716; --card: #1a2120; --edge: #2d3735; --line: #87938f; --act: #5cc4b6; --on: #0d1211; --bad: #ff9d92; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--edge); border-radius: .875rem;
  box-shadow: 0 1px 2px rgb(20 30 28 / 6%), 0 8px 28px rgb(20 30 28 / 6%); }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
strong { overflow-wrap: anywhere; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input { width: 100%; margin-bottom: 1rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; font: inherit; }
button { width: 100%; margin-top: .5rem; padding: .75rem; border: 1px solid var(--act); border-radius: .5rem; font: inherit;
  font-weight: 600; cursor: pointer; background: var(--act); color: var(--on); }
button.quiet { background: transparent; color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
[role=alert] { padding: .75rem; border-left: 4px solid var(--bad); color: var(--bad); }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** A page in HTML, and where its form leads in the end: browsers hold a form's redirects to the policy too. */
export interface Page {
  status: number;
  html: string;
  leadsTo: string | null;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Where a customer signs in. `problem`: what was wrong with the last try. */
export function loginPage(
  names: { client: string; organization: string },
  problem: string | null,
  userName = '',
): string {
  const told = problem === null ? '' : `<p role="alert" id="problem">${escaped(problem)}</p>`;
  const invalid = problem === null ? '' : ' aria-invalid="true" aria-describedby="problem"';
  const focus = (here: boolean) => (here ? ' autofocus' : '');
  return page(
    `Sign in to ${names.organization}`,
    `<p><strong>${escaped(names.client)}</strong> asks you to sign in.</p>
${told}
<form method="post">
<label for="user">User name</label>
<input id="user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required value="${escaped(userName)}"${invalid}${focus(userName === '')}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${invalid}${focus(userName !== '')}>
<button type="submit" name="action" value="sign-in">Sign in</button>
<button type="submit" name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>
</form>`,
  );
}

/** Where a customer who has signed in says yes or no. */
export function consentPage(names: { client: string; organization: string; login: string }): string {
  return page(
    `Allow ${names.client}?`,
    `<p>You are signed in to ${escaped(names.organization)} as <strong>${escaped(names.login)}</strong>.
<strong>${escaped(names.client)}</strong> would like to:</p>
<ul>
<li>see your customer data, such as your name, addresses and contact details</li>
<li>change them on your behalf</li>
</ul>
<form method="post">
<button type="submit" name="action" value="allow">Allow</button>
<button type="submit" name="action" value="cancel" class="quiet">Do not allow</button>
</form>`,
  );
}

/** When nothing can be done here. */
export function problemPage(text: string): string {
  return page('This did not work', `<p>${escaped(text)}</p>`);
}

/** The headers of every page of the issuer. `leadsTo`: origin that the form's last redirect goes to. */
export function pageHeaders(leadsTo: string | null): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action 'self'${leadsTo === null ? '' : ` ${leadsTo}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Cache-Control': 'no-store',
    // Not no-referrer: a form would then be sent with the origin `null`.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}

/** Answers with a page. */
export function sendPage(res: ServerResponse, { status, html, leadsTo }: Page): void {
  res.writeHead(status, pageHeaders(leadsTo)).end(html);
}
