// Sends what the forms say, with the credential that the documented API wants.

const { dialect, organizations } = JSON.parse(document.getElementById('facts').textContent);
const at = (id) => document.getElementById(id);
const organization = () => organizations[Number(at('organization')?.value ?? 0)];

/** What a path needs and a demo knows. */
function known(name, path) {
  const one = organization();
  if (!one) return '';
  if (name === 'clientId') return String(one.riverty.clientId);
  if (name === 'merchantId') return one.worldline.merchantId;
  if (name === 'customerNumber') return dialect === 'connect' ? '563457' : 'NC-4';
  if (name === 'reference' && path.includes('/customers/')) return 'NC-4';
  if (name === 'paymentProductId' || name === 'productId') return '9000';
  return '';
}

function prefill() {
  for (const form of document.querySelectorAll('.try')) {
    for (const input of form.querySelectorAll('input[data-in="path"]'))
      input.value = known(input.name, form.dataset.path);
    for (const input of form.querySelectorAll('input[data-in="query"]')) {
      if (['max', 'perPage'].includes(input.name)) input.value = '2';
      if (input.name === 'countryCode') input.value = 'NO';
    }
  }
}

const tokens = new Map();
async function clientToken({ oauthId, oauthSecret }) {
  const kept = tokens.get(oauthId);
  if (kept && kept.until > Date.now()) return kept.token;
  const response = await fetch('/oauth/token', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa(`${oauthId}:${oauthSecret}`)}`,
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token: token, expires_in: seconds } = await response.json();
  tokens.set(oauthId, { token, until: Date.now() + (seconds - 30) * 1000 });
  return token;
}

/** Worldline signs each request: HMAC-SHA-256 over method, type, date and path. */
async function signed({ method, target, media, date }) {
  const { apiKeyId, secretApiKey } = organization().worldline;
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    'raw',
    bytes.encode(secretApiKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const text = `${method}\n${media}\n${date}\n${target}\n`;
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text)));
  return `GCS v1HMAC:${apiKeyId}:${btoa(String.fromCharCode(...signature))}`;
}

/** What a shop's page calls, with the session that its server has opened. */
const isOfSession = (target) => target.startsWith('/client/v1/');

async function authorization(request) {
  const one = organization();
  if (!one) return at('authorization').value.trim();
  if (dialect === 'valomnia') return `Bearer ${one.apiKey}`;
  if (isOfSession(request.target)) return 'GCS v1Client:{clientSessionId}';
  if (dialect === 'worldline') return signed(request);
  if (dialect === 'connect' && request.target.startsWith('/v1/customer/')) return `Bearer ${one.connect.userToken}`;
  return `Bearer ${await clientToken(one[dialect])}`;
}

async function requestOf(form) {
  const { method, path } = form.dataset;
  let target = path;
  const query = new URLSearchParams();
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    if (dataset.in === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '') query.set(name, value);
  }
  if (query.size > 0) target += `?${query}`;
  const body = form.querySelector('textarea')?.value;
  const media = body === undefined ? '' : 'application/json';
  const date = new Date().toUTCString();
  const request = { method, target, media, date, body };
  const isSigned = dialect === 'worldline' && !isOfSession(target);
  const headers = { ...(media && { 'Content-Type': media }), ...(isSigned && { Date: date }) };
  const credential = await authorization(request);
  return { ...request, headers: { ...headers, ...(credential && { Authorization: credential }) } };
}

function show(form, text) {
  const pre = form.querySelector('.answer');
  pre.textContent = text;
  pre.hidden = false;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
function curlOf({ method, target, headers, body }) {
  const parts = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`-d ${quoted(body)}`);
  const how = method === 'HEAD' ? '--head' : `-X ${method}`;
  return [`curl -s ${how} ${quoted(location.origin + target)}`, ...parts].join(' \\\n  ');
}

async function send(form) {
  const output = form.querySelector('output');
  try {
    const request = await requestOf(form);
    const started = performance.now();
    const response = await fetch(request.target, {
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
    const bytes = await response.arrayBuffer();
    const type = response.headers.get('content-type') ?? '';
    const text = type.startsWith('image/') ? `(${type}, ${bytes.byteLength} bytes)` : new TextDecoder().decode(bytes);
    output.textContent = `${response.status}, ${Math.round(performance.now() - started)} ms`;
    let pretty = text;
    try {
      pretty = JSON.stringify(JSON.parse(text), null, 2);
    } catch {}
    show(form, pretty || '(no body)');
  } catch (error) {
    output.textContent = error.message;
  }
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.target.matches('.try')) send(event.target);
});
document.addEventListener('click', async ({ target }) => {
  if (target.matches('[data-curl]')) show(target.form, curlOf(await requestOf(target.form)));
});
at('organization')?.addEventListener('change', prefill);
prefill();
// A page may not write the date that Worldline's server API signs: its calls are for a shell. The picture needs no credential.
if (dialect === 'worldline') {
  for (const form of document.querySelectorAll('.try:not([data-path^="/assets/"])')) {
    form.querySelector('[type="submit"]').disabled = true;
    form.querySelector('output').textContent = isOfSession(form.dataset.path)
      ? 'Open a session first, and put its customerId and clientSessionId into the curl line.'
      : 'Worldline signs the Date header, which no page may set. Paste the curl line into a shell within five minutes.';
  }
}
if (location.hash) document.querySelector(location.hash)?.setAttribute('open', '');
