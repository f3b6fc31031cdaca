// The hand-written limit: node:http and postgres.js, one prepared statement of flat, separated rows each, serializers written out,
// reference data and total from memory and counters. No authentication, no walls, no limits.
import { createServer } from 'node:http';
import postgres from 'postgres';
import { columnOf, contact, fieldsOf, isRelated } from '../words.mjs';

const sql = postgres(process.env.DATABASE_URL, {
  max: Number(process.env.POOL ?? 4),
  fetch_types: false,
  connection: { TimeZone: 'UTC' },
});
const organization = process.env.ORGANIZATION;
const bare = new Set([
  'numericId',
  'billingLatitude',
  'billingLongitude',
  'paymentTermsDays',
  'creditLimit',
  'balance',
]);
const flags = new Set(['isActive', 'onHold', 'isCredit', 'shippingSameAsBilling', 'billWithParent']);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const str = (v) => (/["\\\u0000-\u001f]/.test(v) ? JSON.stringify(v) : `"${v}"`);
const writer = (fields) => {
  const parts = fields.map(
    (name, i) =>
      `'${i ? ',' : '{'}"${name}":' + (r[${i + 1}] === '\\x1d' ? 'null' : ${bare.has(name) ? `r[${i + 1}]` : flags.has(name) ? `(r[${i + 1}][0] === 't' ? 'true' : 'false')` : name.endsWith('At') ? `'"' + r[${i + 1}].replace(' ', 'T').replace('+00', 'Z') + '"'` : `str(r[${i + 1}])`})`,
  );
  return new Function('str', `return (r) => ${parts.join(' + ')}`)(str);
};
const text = (alias, fields) => fields.map((name) => `coalesce(${alias}.${columnOf(name)}::text, E'\\x1d')`).join(', ');
const references = Object.fromEntries(
  await Promise.all(
    ['categories', 'segmentations', 'payment_types'].map(async (table) => [
      table,
      new Map(
        (
          await sql.unsafe(`select id::text, reference, name from ${table} where organization_id = ${organization}`)
        ).map(({ id, reference, name }) => [
          id,
          `{"numericId":${id},"reference":${str(reference)},"name":${str(name)}}`,
        ]),
      ),
    ]),
  ),
);
const agg = (rows) => `(select string_agg(r, E'\\x1e') from (${rows}) t)`;
const phone = `coalesce(jsonb_path_query_first(c.phones, '$[*] ? (@.primary == true).number') #>> '{}', E'\\x1d')`;
function plan(w, from, more = []) {
  const fields = fieldsOf[w];
  const own = writer(fields);
  const contacts = writer(contact);
  const at = fields.length + 1;
  const ids = `array(select c.id ${from})`;
  const values = [
    agg(
      `select concat_ws(E'\\x1f', c.id, ${text('c', fields)}, c.category_id, coalesce(c.segmentation_id::text, E'\\x1d'), ${phone}) as r ${from}`,
    ),
    ...more,
  ];
  if (isRelated(w))
    values.push(
      agg(
        `select concat_ws(E'\\x1f', x.customer_id, x.payment_type_id) as r from customer_payment_types x where x.organization_id = ${organization} and x.customer_id = any(${ids}) order by x.customer_id, x.payment_type_id`,
      ),
      agg(
        `select concat_ws(E'\\x1f', t.customer_id, ${text('t', contact)}) as r from contacts t where t.organization_id = ${organization} and t.customer_id = any(${ids}) order by t.customer_id, t.id`,
      ),
    );
  const group = (flat, write) => {
    const groups = new Map();
    for (const row of flat?.split('\x1e') ?? []) {
      const r = row.split('\x1f');
      const before = groups.get(r[0]);
      groups.set(r[0], before === undefined ? write(r) : `${before},${write(r)}`);
    }
    return groups;
  };
  return {
    statement: `select ${values.join(', ')}`,
    write(row) {
      const types = isRelated(w) ? group(row.at(-2), (r) => references.payment_types.get(r[1])) : null;
      const people = isRelated(w) ? group(row.at(-1), (r) => `${contacts(r)}}`) : null;
      return (row[0]?.split('\x1e') ?? []).map((one) => {
        const r = one.split('\x1f');
        let out = own(r);
        if (w !== 'w5') out += `,"category":${references.categories.get(r[at])}`;
        if (types)
          out += `,"phone":${r[at + 2] === '\x1d' ? 'null' : str(r[at + 2])},"segmentation":${references.segmentations.get(r[at + 1]) ?? 'null'},"paymentTypes":[${types.get(r[0]) ?? ''}],"contacts":[${people.get(r[0]) ?? ''}]`;
        return `${out}}`;
      });
    },
  };
}
const mine = `from customers c where c.organization_id = ${organization}`;
const total = `(select sum(count)::text from customer_counts where organization_id = ${organization})`;
const plans = {
  w1: plan('w1', `${mine} and c.id > $1 order by c.id limit 100`),
  w2: plan('w2', `${mine} and c.id = $1`),
  w3: plan(
    'w3',
    `from customers c where c.organization_id = ${organization} and c.id = any(array(select id from m order by id limit 50)) order by c.id`,
    ['(select count(*)::text from m)'],
  ),
  w5: plan('w5', `${mine} and c.id > $1 order by c.id limit 100`),
  w6: plan('w6', `${mine} order by c.id limit 100 offset $1`, [total]),
};
// The letters say the organization: nothing else is read, whatever the plan.
plans.w3.statement = `with m as materialized (select customer_id as id from customer_names where clientele_grams(organization_id, name) @> clientele_pattern_grams(${organization}, lower($1)) and name like lower($1)) ${plans.w3.statement}`;
const insert = `with c as (insert into customers (organization_id, reference, name, email, phones, currency, category_id, billing_country, billing_city)
  values (${organization}, $1, $2, $3, jsonb_build_array(jsonb_build_object('number', $4::text, 'e164', $4::text, 'kind', 'mobile', 'primary', true)), $5, $6, 'FR', 'Nice') returning *)
  select concat_ws(E'\\x1f', c.id, ${text('c', fieldsOf.w4)}, c.category_id) from c`;
const madeWriter = writer(fieldsOf.w4);
async function create(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { reference, name, email, phone, currency, category } = JSON.parse(Buffer.concat(chunks).toString());
  const [[row]] = await sql
    .unsafe(insert, [reference, name, email, phone, currency, category], { prepare: true })
    .values();
  const r = row.split('\x1f');
  return `{"rows":[${madeWriter(r)},"category":${references.categories.get(r.at(-1))}}]}`;
}
createServer(async (request, response) => {
  const { searchParams, pathname } = new URL(request.url, 'http://x');
  if (pathname === '/w4') {
    const body = Buffer.from(await create(request));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    return response.end(body);
  }
  const plan = plans[pathname.slice(1)];
  if (!plan) return response.end();
  const [row] = await sql.unsafe(plan.statement, [searchParams.get('x')], { prepare: true }).values();
  const rows = plan.write(row);
  const body = Buffer.from(`{"total":${row[1] && /^\d+$/.test(row[1]) ? row[1] : null},"rows":[${rows.join(',')}]}`);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
