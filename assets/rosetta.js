// Draws the five answers, and lights up what means the same.

const { places, sample, query, organizations } = JSON.parse(document.getElementById('facts').textContent);
const at = (id) => document.getElementById(id);
const tongues = Object.keys(places);
const names = Object.fromEntries(tongues.map((tongue) => [tongue, at(`name-${tongue}`).textContent]));
const meanings = [...new Set(Object.values(places).flatMap((one) => Object.values(one).flat()))];

/** `phones.0.number` → `phones number`, `emails.1` → `emails 2`. */
const spoken = (field) =>
  field
    .replace(/\.0(?=\.|$)/, '')
    .replace(/\.(\d+)/, (_, n) => ` ${Number(n) + 1}`)
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z0-9])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

function draw(tongue, body) {
  const pre = at(tongue);
  pre.replaceChildren();
  const known = places[tongue];
  const put = (text, kind, field) => {
    const part = document.createElement('span');
    part.textContent = text;
    if (kind) part.className = kind;
    if (field) {
      part.dataset.field = field;
      part.classList.add('leaf');
    }
    pre.append(part);
  };
  const walk = (value, place, indent, key) => {
    const field = known[place]?.[0];
    const name = key === undefined ? '' : `${JSON.stringify(key)}: `;
    if (typeof value !== 'object' || value === null) {
      const kind = value === null ? 'none' : typeof value;
      if (field) put(`${name}${JSON.stringify(value)}`, kind, field);
      else {
        if (name) put(name, 'rest');
        put(JSON.stringify(value), `rest ${kind}`);
      }
      return;
    }
    const isList = Array.isArray(value);
    const inner = Object.entries(value);
    put(`${name}${isList ? '[' : '{'}`, 'rest');
    for (const [i, [member, one]] of inner.entries()) {
      put(`\n${indent}  `);
      walk(one, place === '' ? member : `${place}.${member}`, `${indent}  `, isList ? undefined : member);
      if (i < inner.length - 1) put(',', 'rest');
    }
    if (inner.length > 0) put(`\n${indent}`);
    put(isList ? ']' : '}', 'rest');
  };
  walk(body, '', '');
}

let chosen = null;
function light(field, isScrolled) {
  chosen = field;
  for (const part of document.querySelectorAll('.leaf')) part.classList.toggle('lit', part.dataset.field === field);
  for (const one of at('meanings').children) {
    const isThis = one.dataset.field === field;
    one.setAttribute('aria-selected', String(isThis));
    if (isThis) {
      at('meanings').setAttribute('aria-activedescendant', one.id);
      if (isScrolled) one.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }
  if (field === null) return;
  const told = tongues.map((tongue) => {
    const own = Object.keys(places[tongue]).filter((place) => places[tongue][place].includes(field));
    return `${names[tongue]}: ${own.length > 0 ? own.join(', ') : 'does not say it'}`;
  });
  at('meaning').textContent = told.join('  ·  ');
  if (!isScrolled) return;
  for (const tongue of tongues) {
    const part = at(tongue).querySelector('.lit');
    if (part) at(tongue).scrollTop = part.offsetTop - at(tongue).offsetTop - at(tongue).clientHeight / 2;
  }
}

at('meanings').append(
  ...meanings.map((field, i) => {
    const one = document.createElement('span');
    one.id = `meaning-${i}`;
    one.role = 'option';
    one.dataset.field = field;
    one.textContent = spoken(field);
    one.setAttribute('aria-selected', 'false');
    return one;
  }),
);
at('meanings').addEventListener('click', ({ target }) => target.dataset.field && light(target.dataset.field, true));
at('meanings').addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const now = meanings.indexOf(chosen);
  const next =
    event.key === 'Home'
      ? 0
      : event.key === 'End'
        ? meanings.length - 1
        : (now + step + meanings.length) % meanings.length;
  if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
  event.preventDefault();
  light(meanings[now < 0 ? 0 : next], true);
});
document.querySelector('.tongues').addEventListener('pointermove', ({ target }) => {
  // Not when the text moves below a pointer that rests.
  if (target.dataset?.field && target.dataset.field !== chosen) light(target.dataset.field, false);
});

async function ask(key, operation, variables) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: operation, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

const keyNow = () =>
  organizations.find(({ reference }) => reference === at('organization')?.value)?.apiKey ?? at('key')?.value.trim();

async function show() {
  const reference = at('reference').value.trim();
  try {
    const { graphql, dialects } = await ask(keyNow(), query, { by: { reference } });
    if (graphql === null) throw new Error(`There is no customer ${reference}.`);
    draw('graphql', graphql);
    for (const tongue of tongues.slice(1)) draw(tongue, dialects[tongue].body);
    at('state').textContent = `${graphql.name}, as it is now.`;
  } catch (error) {
    at('state').textContent = error.message;
  }
  if (chosen) light(chosen, true);
}

/** The first customers of an organization, to choose from. */
async function offer() {
  const { customers } = await ask(keyNow(), '{ customers(first: 40) { nodes { reference name } } }', {});
  at('references').replaceChildren(
    ...customers.nodes.map(({ reference, name }) => {
      const one = document.createElement('option');
      one.value = reference;
      one.label = name;
      return one;
    }),
  );
  if (!customers.nodes.some(({ reference }) => reference === at('reference').value)) {
    at('reference').value = customers.nodes[0]?.reference ?? '';
  }
}

for (const tongue of tongues) draw(tongue, sample[tongue]);
light('person.lastName', false);
at('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  show();
});
at('organization')?.addEventListener('change', () => offer().then(show));
if (organizations.length > 0) offer().then(show);
