import { contact, fieldsOf, list, page, unique } from './words.mjs';

const post = (query, variables) => ({ method: 'POST', path: '/graphql', body: JSON.stringify({ query, variables }) });
const get = (path) => ({ method: 'GET', path });
const R = `{ ${page.join(' ')} }`;
const relations = `phone category ${R} segmentation ${R} paymentTypes ${R} contacts { ${contact.join(' ')} }`;

// Clientele's schema says addresses, companies, persons and terms as objects: the same columns, one level deeper.
const nested = { billing: 'billingAddress', shipping: 'shippingAddress' };
const ownName = {
  firstName: ['person', 'firstName'],
  lastName: ['person', 'lastName'],
  companyName: ['company', 'name'],
  organizationNumber: ['company', 'organizationNumber'],
  paymentTermsDays: ['paymentTerms', 'days'],
  shippingSameAsBilling: null,
};
const pathOf = (name) => {
  if (name in ownName) return ownName[name] ?? [name];
  const [, side, rest] = /^(billing|shipping)(.+)$/.exec(name) ?? [];
  return side ? [nested[side], rest[0].toLowerCase() + rest.slice(1)] : [name];
};
function ownSelection(fields) {
  const objects = new Map();
  const plain = [];
  for (const [outer, inner] of fields.map(pathOf))
    if (inner) objects.set(outer, [...(objects.get(outer) ?? []), inner]);
    else plain.push(outer);
  return [...plain, ...[...objects].map(([name, inner]) => `${name} { ${inner.join(' ')} }`)].join(' ');
}
const flat = (fields, row) => ({
  ...row,
  ...Object.fromEntries(
    fields.map((name) => {
      const [outer, inner] = pathOf(name);
      return [name, inner ? (row[outer]?.[inner] ?? null) : row[outer]];
    }),
  ),
});
/** The customer that is made, in the words that all have in common. */
const newcomer = ({ name }) => ({
  reference: unique,
  name,
  email: 'ola@mail.example',
  phone: '+33612345678',
  currency: 'EUR',
});
const ownCursor = (id) => Buffer.from(JSON.stringify(['ID', String(id)])).toString('base64url');
const peerCursor = (id) => Buffer.from(`c:${id}`).toString('base64');
const edges = (fields, more = '') => `edges { node { ${fields} ${more} } } pageInfo { hasNextPage endCursor }`;
const wire = { numericId: 'id', createdAt: 'dateCreated', updatedAt: 'lastUpdated' };
const links = (rows) => rows.map((row) => row && { ...row, numericId: row.id });

export const clientele = {
  name: 'clientele',
  request(w, x) {
    const own = ownSelection(fieldsOf[w]);
    if (w === 'w1')
      return post(`query W1($after: String) { customers(first: 100, after: $after) { ${edges(own, relations)} } }`, {
        after: ownCursor(x),
      });
    if (w === 'w2')
      return post(`query W2($by: CustomerBy!) { customer(by: $by) { ${own} ${relations} } }`, { by: { numericId: x } });
    if (w === 'w3')
      return post(
        `query W3($text: String) { customers(first: 50, filter: { name: { contains: $text, ignoreCase: true } }) { totalCount { value } edges { node { ${own} category ${R} } } } }`,
        { text: x },
      );
    if (w === 'w4')
      return post(
        `mutation W4($input: CustomerCreateInput!) { customerCreate(input: $input) { ... on CustomerCreatePayload { customer { ${own} category ${R} } } ... on Error { code message } } }`,
        {
          input: {
            ...newcomer(x),
            category: { numericId: x.category },
            billingAddress: { country: 'FR', city: 'Nice' },
          },
        },
      );
    if (w === 'w5')
      return post(`query W5($after: String) { customers(first: 100, after: $after) { ${edges(own)} } }`, {
        after: ownCursor(x),
      });
    return get(`/api/v1.0/customers?max=100&offset=${x}&sort=id`);
  },
  read(w, json) {
    if (w === 'w6')
      return {
        total: json.paging.total,
        rows: json.data.map((row) => ({
          ...Object.fromEntries(list.map((name) => [name, row[wire[name] ?? name]])),
          category: links([row.customerCategory])[0],
          segmentation: links([row.customerSegmentation])[0],
          paymentTypes: links(row.paymentTypes),
          contacts: links(row.contacts),
        })),
      };
    const { customers, customerCreate } = json.data;
    const customer = json.data.customer ?? customerCreate?.customer;
    return {
      total: customers?.totalCount?.value,
      rows: (customer ? [customer] : customers.edges.map(({ node }) => node)).map((row) => flat(fieldsOf[w], row)),
    };
  },
};

export const mercurius = {
  name: 'mercurius-tuned',
  file: 'peers/mercurius.mjs',
  request(w, x) {
    const own = fieldsOf[w].join(' ');
    if (w === 'w1')
      return post(`query W1($after: String) { customers(first: 100, after: $after) { ${edges(own, relations)} } }`, {
        after: peerCursor(x),
      });
    if (w === 'w2') return post(`query W2($id: Float!) { customer(id: $id) { ${own} ${relations} } }`, { id: x });
    if (w === 'w3')
      return post(
        `query W3($name: String) { customers(first: 50, name: $name) { totalCount edges { node { ${own} category ${R} } } } }`,
        { name: x },
      );
    if (w === 'w4')
      return post(`mutation W4($input: NewCustomer!) { createCustomer(input: $input) { ${own} category ${R} } }`, {
        input: { ...newcomer(x), categoryId: x.category, billingCountry: 'FR', billingCity: 'Nice' },
      });
    if (w === 'w5')
      return post(`query W5($after: String) { customers(first: 100, after: $after) { ${edges(own)} } }`, {
        after: peerCursor(x),
      });
    return post(
      `query W6($offset: Int) { customers(first: 100, offset: $offset) { totalCount edges { node { ${own} ${relations} } } } }`,
      { offset: x },
    );
  },
  read(_w, json) {
    const { customer = json.data.createCustomer, customers } = json.data;
    return { total: customers?.totalCount, rows: customer ? [customer] : customers.edges.map(({ node }) => node) };
  },
};

export const ceiling = {
  name: 'ceiling-flat',
  file: 'peers/ceiling.mjs',
  request: (w, x) =>
    w === 'w4'
      ? { method: 'POST', path: '/w4', body: JSON.stringify({ ...newcomer(x), category: x.category }) }
      : get(`/${w}?x=${encodeURIComponent(w === 'w3' ? `%${x}%` : x)}`),
  read: (_w, { total, rows }) => ({ total, rows }),
};

export const fastify = {
  name: 'fastify-drizzle',
  file: 'peers/fastify.mjs',
  only: ['w6'],
  request: (_w, x) => get(`/customers?offset=${x}`),
  read: (_w, { total, rows }) => ({
    total,
    rows: rows.map((row) => ({
      ...row,
      numericId: row.id,
      category: links([row.category])[0],
      segmentation: links([row.segmentation])[0],
      paymentTypes: links(row.paymentTypes),
      contacts: links(row.contacts),
    })),
  }),
};

// Inflected names of PostGraphile: relations by the columns that hold them.
const pg = (fields) => fields.map((name) => (name === 'numericId' ? 'numericId: rowId' : name)).join(' ');
const pgR = `{ ${pg(page)} }`;
const pgRelations = `phones category: organizationCategory ${pgR} segmentation: organizationSegmentation ${pgR} paymentTypes: customerPaymentTypesByOrganizationIdAndCustomerIdList { paymentType: organizationPaymentType ${pgR} } contacts: contactsByOrganizationIdAndCustomerIdList(orderBy: [PRIMARY_KEY_ASC]) { ${pg(contact)} }`;
const organization = process.env.ORGANIZATION ?? '1';
const pgCursors = new Map();
export const postgraphile = {
  name: 'postgraphile',
  file: 'peers/postgraphile.mjs',
  async prepare(call, ids) {
    for (const id of ids) {
      const json = await call(
        post(
          'query C($o: BigInt!, $id: BigInt!) { customers(condition: { organizationId: $o, rowId: $id }, first: 1) { edges { cursor } } }',
          { o: organization, id: String(id) },
        ),
      );
      pgCursors.set(id, json.data.customers.edges[0].cursor);
    }
  },
  request(w, x) {
    const own = pg(fieldsOf[w]);
    const o = organization;
    if (w === 'w1')
      return post(
        `query W1($o: BigInt!, $after: Cursor) { customers(condition: { organizationId: $o }, first: 100, after: $after) { ${edges(own, pgRelations)} } }`,
        { o, after: pgCursors.get(x) },
      );
    if (w === 'w2')
      return post(
        `query W2($o: BigInt!, $id: BigInt!) { customer(organizationId: $o, rowId: $id) { ${own} ${pgRelations} } }`,
        { o, id: String(x) },
      );
    if (w === 'w3')
      return post(
        `query W3($o: BigInt!, $text: String!) { customers(condition: { organizationId: $o }, first: 50, filter: { name: { includesInsensitive: $text } }) { totalCount edges { node { ${own} category: organizationCategory ${pgR} } } } }`,
        { o, text: x },
      );
    if (w === 'w4') {
      const { phone, ...plain } = newcomer(x);
      const more = { organizationId: o, categoryId: String(x.category), billingCountry: 'FR', billingCity: 'Nice' };
      const phones = [{ number: phone, e164: phone, kind: 'mobile', primary: true }];
      return post(
        `mutation W4($customer: CustomerInput!) { createCustomer(input: { customer: $customer }) { customer { ${own} category: organizationCategory ${pgR} } } }`,
        { customer: { ...plain, ...more, phones } },
      );
    }
    if (w === 'w5')
      return post(
        `query W5($o: BigInt!, $after: Cursor) { customers(condition: { organizationId: $o }, first: 100, after: $after) { ${edges(own)} } }`,
        { o, after: pgCursors.get(x) },
      );
    return post(
      `query W6($o: BigInt!, $offset: Int) { customers(condition: { organizationId: $o }, first: 100, offset: $offset) { totalCount edges { node { ${own} ${pgRelations} } } } }`,
      { o, offset: x },
    );
  },
  read(_w, json) {
    const { customer = json.data.createCustomer?.customer, customers } = json.data;
    const rows = customer ? [customer] : customers.edges.map(({ node }) => node);
    return {
      total: customers?.totalCount,
      rows: rows.map((row) => ({ ...row, paymentTypes: row.paymentTypes?.map(({ paymentType }) => paymentType) })),
    };
  },
};
