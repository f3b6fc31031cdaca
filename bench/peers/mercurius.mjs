// Fastify and Mercurius, tuned: JIT on, SQL by hand through pg with named prepared statements, DataLoader batches.
import DataLoader from 'dataloader';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';
import { all, columnOf, contact, page } from '../words.mjs';

pg.types.setTypeParser(20, Number);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL ?? 10) });
const names = new Map();
const query = async (text, values) => {
  if (!names.has(text)) names.set(text, `s${names.size}`);
  return (await pool.query({ name: names.get(text), text, values })).rows;
};
const columns = (fields, alias = '') => fields.map((name) => `${alias}${columnOf(name)} as "${name}"`).join(', ');
const own = `${columns(all)}, phones, organization_id, category_id, segmentation_id`;
const type = {
  numericId: 'Float!',
  isActive: 'Boolean!',
  onHold: 'Boolean!',
  isCredit: 'Boolean',
  shippingSameAsBilling: 'Boolean',
  billWithParent: 'Boolean',
  billingLatitude: 'Float',
  billingLongitude: 'Float',
  paymentTermsDays: 'Int',
  createdAt: 'DateTime!',
  updatedAt: 'DateTime!',
};
const sdl = (fields) => fields.map((name) => `${name}: ${type[name] ?? 'String'}`).join(' ');
const schema = `scalar DateTime
  type Ref { numericId: Float! reference: String! name: String! } type Contact { ${sdl(contact)} }
  type Customer { ${sdl(all)} phone: String category: Ref segmentation: Ref paymentTypes: [Ref!]! contacts: [Contact!]! }
  type PageInfo { hasNextPage: Boolean! endCursor: String } type Edge { cursor: String! node: Customer! }
  type Page { totalCount: Int! edges: [Edge!]! pageInfo: PageInfo! }
  type Query { customers(first: Int!, after: String, offset: Int, name: String): Page! customer(id: Float!): Customer }
  input NewCustomer { reference: String! name: String! email: String phone: String currency: String! categoryId: Float! billingCountry: String billingCity: String }
  type Mutation { createCustomer(input: NewCustomer!): Customer! }`;
const organization = Number(process.env.ORGANIZATION);
const cursor = (id) => Buffer.from(`c:${id}`).toString('base64');
const one = (table, key) => async (rows) => {
  const found = await query(`select ${columns(page)} from ${table} where organization_id = $1 and id = any($2)`, [
    organization,
    [...new Set(rows.map((row) => row[key]).filter(Boolean))],
  ]);
  const byId = new Map(found.map((row) => [row.numericId, row]));
  return rows.map((row) => byId.get(row[key]) ?? null);
};
const many = (text) => async (rows) => {
  const groups = new Map(rows.map((row) => [row.numericId, []]));
  for (const row of await query(text, [organization, rows.map((row) => row.numericId)]))
    groups.get(row.owner).push(row);
  return rows.map((row) => groups.get(row.numericId));
};
const batches = {
  category: one('categories', 'category_id'),
  segmentation: one('segmentations', 'segmentation_id'),
  contacts: many(
    `select customer_id as owner, ${columns(contact)} from contacts where organization_id = $1 and customer_id = any($2) order by id`,
  ),
  paymentTypes: many(
    `select x.customer_id as owner, ${columns(page, 'p.')} from customer_payment_types x join payment_types p on p.organization_id = x.organization_id and p.id = x.payment_type_id where x.organization_id = $1 and x.customer_id = any($2) order by p.id`,
  ),
};
const { GraphQLScalarType } = await import('graphql');
const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (date) => date.toISOString() }),
  Customer: {
    phone: ({ phones }) => phones.find(({ primary }) => primary)?.number ?? null,
    ...Object.fromEntries(
      Object.keys(batches).map((name) => [name, (row, _args, { loaders }) => loaders[name].load(row)]),
    ),
  },
  Page: { totalCount: async ({ count }) => (await query(...count))[0].n },
  Query: {
    customers: async (_root, { first, after, offset, name }) => {
      const values = [organization];
      const where = ['organization_id = $1'];
      if (name) where.push(`name ilike $${values.push(`%${name.replace(/[\\%_]/g, '\\$&')}%`)}`);
      const count = [`select count(*)::int as n from customers where ${where.join(' and ')}`, [...values]];
      if (after) where.push(`id > $${values.push(Number(Buffer.from(after, 'base64').toString().slice(2)))}`);
      const rows = await query(
        `select ${own} from customers where ${where.join(' and ')} order by id limit $${values.push(first + 1)} offset $${values.push(offset ?? 0)}`,
        values,
      );
      const hasNextPage = rows.length > first;
      if (hasNextPage) rows.pop();
      return {
        count,
        edges: rows.map((node) => ({ cursor: cursor(node.numericId), node })),
        pageInfo: { hasNextPage, endCursor: rows.length ? cursor(rows.at(-1).numericId) : null },
      };
    },
    customer: async (_root, { id }) =>
      (await query(`select ${own} from customers where organization_id = $1 and id = $2`, [organization, id]))[0] ??
      null,
  },
};
resolvers.Mutation = {
  createCustomer: async (_root, { input }) => {
    const { reference, name, email, phone, currency, categoryId, billingCountry, billingCity } = input;
    const phones = JSON.stringify([{ number: phone, e164: phone, kind: 'mobile', primary: true }]);
    const [row] = await query(
      `insert into customers (organization_id, reference, name, email, phones, currency, category_id, billing_country, billing_city) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${own}`,
      [organization, reference, name, email, phones, currency, categoryId, billingCountry, billingCity],
    );
    return row;
  },
};
const context = () => ({
  loaders: Object.fromEntries(
    Object.entries(batches).map(([name, batch]) => [name, new DataLoader(batch, { cache: false })]),
  ),
});
const app = Fastify();
app.register(mercurius, { schema, resolvers, context, jit: 1, graphiql: false });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
