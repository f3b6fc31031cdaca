// Customers in twenty organizations of very unequal size: 40 % of all in the largest, 0.025 % in the smallest.
//   DATABASE_URL=… node data.mjs [customers = 1000000]
// The tables are Clientele's own, migrated before. Rows come in as an import of an application would bring them: COPY into a
// temporary table, then INSERT … SELECT as the application's role, behind row security, triggers and history on; two parts at once.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const shares = [1600, 800, 400, 320, 240, 160, 120, 80, 60, 48, 40, 32, 28, 24, 20, 12, 8, 4, 3, 1];
const batch = 20_000;
const writers = 2;
const list = (text) => text.split(' ');
const first = list(
  'Marie Ola Kari Nils Ingrid Jonas Lea Paul Emma Hugo Alice Louis Sofia Erik Astrid Karl Anna Peter Julia Omar Fatima Youssef Amina Chen Wei Mei Hiro Yuki Raj Priya Carlos Lucia Diego Elena Giulia Marco Chiara Luca Clara Felix Greta Otto Viktor Olga Pavel Eva Zofia Jan',
);
const last = list(
  'Nordmann Hansen Berg Larsen Dupont Martin Bernard Moreau Laurent Garcia Lopez Rossi Ferrari Bianchi Schmidt Weber Fischer Becker Wagner Novak Kowalski Horvat Petrov Ivanov Haddad Khoury Mansour Tanaka Suzuki Sato Kumar Sharma Patel Nguyen Silva Costa Santos Andersson Lindqvist Virtanen Jensen Nielsen Murphy Walsh Kelly Smith Jones Taylor Brown',
);
const trade = list(
  'Jewelry Bakery Garage Pharmacy Market Grocery Florist Books Electronics Hardware Textiles Furniture Plumbing Roofing Catering Dental Optical Fitness Travel Printing Logistics Consulting Brewery Winery Dairy Salon Tailor Shoes Toys Music Bikes Motors Paints Lighting Glass Ceramics',
);
const form = list('SARL SAS AS Ltd GmbH AB Oy SpA SL BV Inc Brothers Sons Group Partners');
const places = list(
  'Nice,FR Paris,FR Lyon,FR Oslo,NO Bergen,NO Berlin,DE Munich,DE Madrid,ES Rome,IT Milan,IT Lisbon,PT Porto,PT Tunis,TN Tokyo,JP Warsaw,PL Prague,CZ Vienna,AT Zurich,CH Dublin,IE London,GB Ghent,BE Riga,LV',
).map((p) => p.split(','));
// Three-letter syllables make names without a word in common: searches of every selectivity.
const syllables = [...'bdfghjklmnpqrstvwxz'].flatMap((a) =>
  [...'aeiou'].flatMap((b) => [...'lmnrsxz'].map((c) => a + b + c)),
);
/** The same numbers between 0 and 1 for the same part of the data, whoever writes it (mulberry32). */
const randomOf = (part) => {
  let state = part;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** One customer as tab-separated text, in the order of `columns`. */
const columns =
  'reference name kind first_name last_name company_name email phones billing_line1 billing_postal_code billing_city billing_country billing_latitude billing_longitude currency credit_limit balance is_credit payment_terms_days payment_terms_start tax_number is_active comment website category_id segmentation_id region_id created_by_id';
function customer(i, random, { categories, segmentations, regions, users }) {
  const pick = (from) => from[Math.floor(random() * from.length)];
  const isCompany = random() < 0.6;
  const [f, l, x, y] = [pick(first), pick(last), pick(syllables), pick(syllables)];
  const name = isCompany ? `${pick(trade)} ${l} ${x}${y} ${pick(form)}` : `${f} ${l} ${x}${y}`;
  const [city, country] = pick(places);
  const number = `+33${600000000 + i}`;
  const mail = random() < 0.9 ? `${f}.${l}.${i}@mail.example`.toLowerCase() : '\\N';
  const phones = `[{"number":"${number}","e164":"${number}","kind":"${random() < 0.7 ? 'mobile' : 'office'}","primary":true}]`;
  const rare = (chance, value) => (random() < chance ? value : '\\N');
  return `${[
    `NC-${i}`,
    name,
    isCompany ? 'COMPANY' : 'PERSON',
    isCompany ? '\\N' : f,
    isCompany ? '\\N' : l,
    isCompany ? name : '\\N',
    mail,
    phones,
    `${1 + Math.floor(random() * 200)} Main Street`,
    String(10000 + Math.floor(random() * 89999)),
    city,
    country,
    (40 + random() * 20).toFixed(5),
    (random() * 20).toFixed(5),
    'EUR',
    (Math.floor(random() * 100) * 100).toFixed(2),
    (random() * 5000).toFixed(2),
    random() < 0.5 ? 't' : 'f',
    rare(0.5, '30'),
    '\\N',
    rare(0.4, `FR${i}`),
    random() < 0.95 ? 't' : 'f',
    rare(0.2, 'Calls back in the morning.'),
    rare(0.3, `https://www.${x}${y}.example`),
    pick(categories),
    rare(0.8, pick(segmentations)),
    rare(0.6, pick(regions)),
    pick(users),
  ].join('\t')}\n`;
}

/** What the customers of an organization point at. */
async function references(sql) {
  const one = async (text) => Object.values((await sql.unsafe(text))[0])[0];
  const many = async (text) => (await sql.unsafe(text)).map(({ id }) => String(id));
  const root = await one(`insert into categories (reference, name) values ('root', 'All customers') returning id`);
  return {
    categories: [
      String(root),
      ...(await many(
        `insert into categories (reference, name, parent_id) select 'cat-' || i, 'Category ' || i, ${root} from generate_series(1, 60) i returning id`,
      )),
    ],
    segmentations: await many(
      `insert into segmentations (reference, name) select 'seg-' || i, 'Segment ' || i from generate_series(1, 8) i returning id`,
    ),
    regions: await many(
      `insert into regions (reference, name) select 'reg-' || i, 'Region ' || i from generate_series(1, 20) i returning id`,
    ),
    users: await many(
      `insert into users (reference, first_name, last_name, email) select 'user-' || i, 'Staff', 'Member ' || i, 'staff' || i || '@mail.example' from generate_series(1, 25) i returning id`,
    ),
    payments: await many(
      `insert into payment_types (reference, name) select 'pay-' || i, 'Payment ' || i from generate_series(1, 6) i returning id`,
    ),
  };
}

/** An organization with its references and an API key for everything that is measured. */
async function organize(sql, at, customers) {
  const secret = randomBytes(64)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, '')
    .padEnd(43, 'x')
    .slice(0, 43);
  const keyId = `bench${String(at).padStart(7, '0')}`;
  return await sql.begin(async (tx) => {
    await tx.unsafe('set local role clientele_all');
    const [{ id }] = await tx.unsafe(
      `insert into organizations (reference, name, country, currencies, region_level) values ('bench-${at}', 'Bench ${at}', 'FR', '{EUR}', 1) returning id`,
    );
    await tx.unsafe(
      `insert into credentials (id, organization_id, kind, name, secret_hash, scopes) values ($1, $2, 'API_KEY', 'Bench', decode($3, 'hex'), '{customers:read,customers:write,customers:delete,references:read}')`,
      [keyId, id, createHash('sha256').update(secret).digest('hex')],
    );
    await tx.unsafe(`${behind(id)}`);
    const refs = await references(tx);
    return { refs, organization: Number(id), customers, key: `clk_${keyId}_${secret}` };
  });
}
const behind = (id) => `set local role clientele_app; set local clientele.organization_id = '${id}'`;

/** Customers `from` to `to` of all, with their contacts and payment types, in one transaction. */
async function write(sql, { organization, refs, from, to }) {
  const random = randomOf(from);
  // Compiling a statement that runs once costs more than it brings.
  await sql.unsafe(`begin; set local synchronous_commit = off; set local jit = off; ${behind(organization)}`);
  await sql.unsafe(
    `create temporary table coming on commit drop as select ${list(columns).join(', ')} from customers with no data`,
  );
  const into = await sql.unsafe(`copy coming (${list(columns).join(', ')}) from stdin`).writable();
  await pipeline(
    Readable.from(
      (function* () {
        for (let i = from; i < to; i += 500) {
          let text = '';
          for (let j = i; j < Math.min(to, i + 500); j++) text += customer(j, random, refs);
          yield text;
        }
      })(),
    ),
    into,
  );
  await sql.unsafe(
    `create temporary table made on commit drop as with r as (insert into customers (${list(columns).join(', ')}) select ${list(columns).join(', ')} from coming returning id) select id, row_number() over () as n from r`,
  );
  await sql.unsafe(
    `insert into contacts (reference, customer_id, first_name, last_name, job_title, email, phone) select 'ct-' || m.id || '-' || k, m.id, ($1::text[])[1 + (m.id * 7 + k) % ${first.length}], ($2::text[])[1 + (m.id * 11 + k * 3) % ${last.length}], case when k = 1 then 'Buyer' end, 'contact' || m.id || '-' || k || '@mail.example', '+337' || lpad((m.id * 3 + k)::text, 8, '0') from made m cross join lateral generate_series(1, (m.n % 6)::int) k`,
    [`{${first}}`, `{${last}}`],
  );
  await sql.unsafe(
    `insert into customer_payment_types (customer_id, payment_type_id) select m.id, p.id from made m cross join lateral unnest('{${refs.payments}}'::bigint[]) with ordinality p(id, k) where (m.id + k) % 4 = 0`,
  );
  await sql.unsafe('commit');
}

/** Lays in `total` customers, and writes the API keys of their organizations to `keysFile`. */
export async function fill(url, total, keysFile) {
  const started = performance.now();
  const say = (text) => console.log(`${((performance.now() - started) / 1000).toFixed(1)} s: ${text}`);
  const connections = Array.from({ length: writers }, () =>
    postgres(url, { max: 1, fetch_types: false, onnotice() {} }),
  );
  const [sql] = connections;
  const keys = [];
  const parts = [];
  let at = 0;
  for (const [n, share] of shares.entries()) {
    const count = Math.max(10, Math.round((total * share) / 4000));
    const { refs, ...own } = await organize(sql, n, count);
    keys.push(own);
    for (let from = at; from < at + count; from += batch)
      parts.push({ organization: own.organization, refs, from, to: Math.min(at + count, from + batch) });
    at += count;
  }
  let done = 0;
  let told = 0;
  await Promise.all(
    connections.map(async (own) => {
      for (let part = parts.shift(); part; part = parts.shift()) {
        await write(own, part);
        done += part.to - part.from;
        if (done - told < 100_000) continue;
        told = done;
        say(`${done} customers`);
      }
    }),
  );
  say(`${done} customers with contacts and payment types`);
  await sql.unsafe('vacuum analyze');
  writeFileSync(keysFile, JSON.stringify(keys, null, 1));
  say(`tables analysed; keys in ${keysFile}`);
  await Promise.all(connections.map((own) => own.end()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.env.DATABASE_URL) throw new Error('Set DATABASE_URL to a migrated database.');
  const keysFile = process.env.BENCH_KEYS ?? fileURLToPath(new URL('./keys.json', import.meta.url));
  await fill(process.env.DATABASE_URL, Number(process.argv[2] ?? 1_000_000), keysFile);
}
