// The bar over GraphiQL. GraphiQL itself is in graphiql.js, which is read after this file.

const { organizations, examples, defaultQuery } = JSON.parse(document.getElementById('facts').textContent);
const at = (id) => document.getElementById(id);
const own = 'own';

// Read by the editor while it loads. `globalAPI` makes the editor's models reachable for the menu of examples.
self.MonacoEnvironment = {
  globalAPI: true,
  getWorkerUrl: (_id, label) => `/assets/worker-${{ json: 'json', graphql: 'graphql' }[label] ?? 'editor'}.js`,
};

let token = '';
const kept = (name) => sessionStorage.getItem(`clientele:${name}`);
const keep = (name, value) => sessionStorage.setItem(`clientele:${name}`, value);

function option(value, text) {
  const made = document.createElement('option');
  made.value = value;
  made.textContent = text;
  return made;
}

function fillOrganizations() {
  const select = at('organization');
  for (const { reference, name } of organizations) select.append(option(reference, name));
  if (organizations.length === 0) select.append(option('', 'Named by the credential'));
  select.value = organizations.some(({ reference }) => reference === kept('organization'))
    ? kept('organization')
    : (organizations[0]?.reference ?? '');
  select.disabled = organizations.length < 2;
}

function fillCredentials() {
  const one = organizations.find(({ reference }) => reference === at('organization').value);
  const credentials = one?.credentials ?? [];
  at('credential').replaceChildren(
    ...credentials.map(({ name }, index) => option(String(index), name)),
    option(own, credentials.length > 0 ? 'Another one…' : 'Your API key'),
    option('none', 'None'),
  );
  const last = kept('credential');
  if (last !== null && [...at('credential').options].some(({ value }) => value === last)) at('credential').value = last;
}

function choose() {
  const { value } = at('credential');
  const one = organizations.find(({ reference }) => reference === at('organization').value);
  at('own').hidden = value !== own;
  if (value === own) token = at('key').value.trim();
  else token = one?.credentials[Number(value)]?.token ?? '';
  keep('organization', at('organization').value);
  keep('credential', value);
}

const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** What the last operation was: status, time, cost, statements, and how much came. */
function tell({ status, ms, body, size }) {
  const { cost, debug } = body?.extensions ?? {};
  const parts = [
    body?.errors ? count(body.errors.length, 'error', 'errors') : `${status}`,
    `${Math.round(ms)} ms`,
    cost && `cost ${cost.requested}`,
    debug && count(debug.statements, 'statement', 'statements'),
    size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} KiB`,
  ];
  at('last').replaceChildren(
    ...parts.filter(Boolean).map((text) => Object.assign(document.createElement('span'), { textContent: text })),
  );
  at('last').title = debug ? `${debug.databaseMs} ms in the database` : '';
  at('last').dataset.fault = String(Boolean(body?.errors) || status >= 400);
}

// What was run in this tab, newest first. It goes with the tab: variables may hold personal data.
const mostRemembered = 30;
let past = JSON.parse(kept('history') ?? '[]');

function showHistory() {
  at('history').replaceChildren(
    option('', 'History…'),
    ...past.map(({ name, time }, i) => option(String(i), `${time}  ${name}`)),
  );
  at('history').disabled = past.length === 0;
}

function remember({ query, variables }) {
  const isSame = (one) => one.query === query && JSON.stringify(one.variables) === JSON.stringify(variables);
  const name =
    /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ??
    query
      .replace(/#.*|\s+/g, ' ')
      .trim()
      .slice(0, 40);
  const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  past = [{ name, time, query, variables }, ...past.filter((one) => !isSame(one))].slice(0, mostRemembered);
  keep('history', JSON.stringify(past));
  showHistory();
}

// Every operation goes out with the chosen credential, unless the headers tab has one.
const send = window.fetch;
window.fetch = async (input, init = {}) => {
  const url = new URL(typeof input === 'string' ? input : (input.url ?? input), location.href);
  if (url.origin !== location.origin || url.pathname !== '/graphql') return send(input, init);
  const headers = new Headers(init.headers);
  if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  const started = performance.now();
  const response = await send(input, { ...init, headers });
  if (!String(init.body).includes('IntrospectionQuery')) {
    const ms = performance.now() - started;
    const text = await response.clone().text();
    let body = null;
    try {
      body = JSON.parse(text);
    } catch {}
    tell({ status: response.status, ms, body, size: new Blob([text]).size });
    remember({
      query: textOf('operation.graphql') || JSON.parse(String(init.body)).query,
      variables: JSON.parse(String(init.body)).variables,
    });
  }
  return response;
};

const modelOf = (name) => self.monaco?.editor.getModels().find(({ uri }) => uri.path.endsWith(name));
const textOf = (name) => modelOf(name)?.getValue() ?? '';

// GraphiQL learns which operation there is a moment after the text has changed: until then it would run the one before by its name.
const run = 'button[aria-label^="Execute query"]';
const learnMs = 500;
let openedAt = Number.NEGATIVE_INFINITY;

/** Lets whoever runs what was put in just now wait for that moment. */
function hold(event) {
  const left = openedAt + learnMs - performance.now();
  if (left <= 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  setTimeout(() => document.querySelector(run)?.click(), left + 20);
}
window.addEventListener('click', (event) => event.target.closest?.(run) && hold(event), true);
window.addEventListener(
  'keydown',
  (event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && hold(event),
  true,
);

/** Puts a saved operation into the editor. */
function open({ query, variables }) {
  openedAt = performance.now();
  const write = (name, text) => {
    const model = modelOf(name);
    model?.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
  };
  write('operation.graphql', query);
  write('variables.json', variables ? JSON.stringify(variables, null, 2) : '');
}

showHistory();
at('history').addEventListener('change', ({ target }) => {
  const one = past[Number(target.value)];
  if (target.value !== '' && one) open(one);
  target.value = '';
});
at('key').value = kept('key') ?? '';
fillOrganizations();
fillCredentials();
choose();
at('organization').addEventListener('change', () => {
  fillCredentials();
  choose();
});
at('credential').addEventListener('change', () => {
  choose();
  if (!at('own').hidden) at('key').focus();
});
at('key').addEventListener('change', () => {
  keep('key', at('key').value.trim());
  choose();
  // Outside a demo the schema is told to those alone who have a credential.
  document.querySelector('[aria-label="Re-fetch GraphQL schema"]')?.click();
});
at('example').addEventListener('change', ({ target }) => {
  const example = examples[Number(target.value)];
  if (target.value !== '' && example) open(example);
  target.value = '';
});

/** A tab of GraphiQL's holds the button that closes it, which no tab may: it is told as a list of buttons. */
function mendTabs() {
  for (const strip of document.querySelectorAll('.graphiql-tabs')) strip.setAttribute('role', 'list');
  for (const panel of document.querySelectorAll('#graphiql-session')) panel.setAttribute('role', 'group');
  for (const tab of document.querySelectorAll('.graphiql-tab')) {
    tab.setAttribute('role', 'listitem');
    tab.removeAttribute('aria-selected');
    const [name, close] = tab.querySelectorAll('button');
    name?.setAttribute('aria-current', String(tab.classList.contains('graphiql-tab-active')));
    close?.setAttribute('aria-label', `Close ${name.textContent}`);
  }
}
new MutationObserver(mendTabs).observe(at('root'), {
  childList: true,
  subtree: true,
  attributeFilter: ['aria-selected'],
});

/** GraphiQL opens on the last query, which it keeps only when it was edited: without it every further visit adds an empty tab. */
function recall() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    for (const part of ['query', 'variables'])
      localStorage.setItem(`graphiql:${part}`, tabs[activeTabIndex][part] ?? '');
  } catch {
    // The first visit, or nothing that can be read: the first example is there.
  }
}

document.addEventListener('DOMContentLoaded', () => {
  recall();
  self.YogaGraphiQL.renderYogaGraphiQL(at('root'), {
    title: 'Clientele',
    endpoint: '/graphql',
    defaultQuery,
    // On a phone the operation has the room.
    defaultEditorToolsVisibility: matchMedia('(max-width: 48rem)').matches ? false : 'variables',
    shouldPersistHeaders: false,
    // The address stays as it is: an operation may hold personal data.
    onEditQuery: () => history.replaceState({}, '', '/graphql'),
  });
});
